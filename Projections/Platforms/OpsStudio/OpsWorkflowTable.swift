import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

enum OpsWorkflowTable {
    static let relation = Relation.derived(
        from: Workflow.self,
        lookingAt: [
            WorkflowStatistics.self, Membership.self, Workflow.self, WorkflowNode.self, WorkflowTrigger.self,
        ], Self.table
    ) { workflow, others in
        var row = Row(workflow: workflow)
        let definition = try OpsWorkflowDefinition(of: workflow, others)
        row.definition = definition.json
        row.updatedAt = definition.updatedAt
        row.statistics = try others.sums(WorkflowStatistics.self, of: workflow.id)
        row.createdBy = try others.opsUser(workflow.createdBy, in: workflow.organization)
        row.updatedBy = try others.opsUser(workflow.updatedBy, in: workflow.organization)
        row.deletedAt = try Self.deletedAt(workflow, others)
        return row
    }.found(byStateIn: "id")

    /// Of workflows of one name that were deleted in the same microsecond, each counts as deleted one later than the one
    /// before: no two agree.
    private static func deletedAt(_ workflow: Workflow, _ others: Lookups) throws -> Instant? {
        guard workflow.deletedAt != nil else { return nil }
        let namesakes = try others.views.members(of: Workflow.deleted(workflow.name, in: workflow.organization))
            .compactMap { bits in try others.find(WorkflowID(bits: bits)).map { ($0.deletedAt ?? .zero, $0.id) } }
        var last: Instant?
        for (instant, id) in namesakes.sorted(by: <) {
            let next = last.map { max(instant, Instant(microseconds: $0.microseconds + 1)) } ?? instant
            if id == workflow.id { return next }
            last = next
        }
        return workflow.deletedAt
    }

    struct Row {
        var workflow: Workflow
        var definition = JSONText.emptyObject
        var statistics = WorkflowStatistics()
        var createdBy: ID<OpsUser>?
        var updatedBy: ID<OpsUser>?
        var deletedAt: Instant?
        var updatedAt = Instant.zero
    }

    static let table = Table<Row>(
        "workflows", primaryKey: "id", description: "What is to be done, in nodes and connections; how its runs went."
    ) {
        Column("id", .uuid, \.workflow.id, default: .randomUUID)
        Column("organization_id", .uuid, \.workflow.organization).references("organizations", onDelete: .cascade)
            .indexed("idx_workflows_org")
        Column("name", .varchar(255), \.workflow.name)
        Column("description", .text, \.workflow.description)
        Column(
            "version", .integer, \.workflow.revision, nullable: true, default: 1, unit: "ordinal",
            description: "The revision, from 1; its semantic version stands in the schema ledger.")
        Column(
            "status", .enumeration("workflow_status", ["draft", "active", "paused", "archived"]), \.workflow.status,
            nullable: true, default: "draft"
        ).indexed()
        Column(
            "definition", .jsonb, \.definition,
            description:
                "As it was given; agents, connections, variables and triggers that it does not have itself come from the "
                + "workflow's nodes and triggers.")
        Column(
            "execution_timeout", .integer, \.workflow.executionTimeoutSeconds, nullable: true, default: 3600, unit: "s")
        Column("max_retries", .integer, \.workflow.maxRetries, nullable: true, default: 3, unit: "repetitions")
        Column("error_handling", .jsonb, \.workflow.errorHandling, nullable: true, default: .emptyObject)
        Column(
            "total_executions", .integer, \.statistics.totalExecutions, nullable: true, default: 0, unit: "runs")
        Column(
            "successful_executions", .integer, \.statistics.successfulExecutions, nullable: true, default: 0,
            unit: "runs")
        Column(
            "failed_executions", .integer, \.statistics.failedExecutions, nullable: true, default: 0, unit: "runs",
            description: "Failed or timed out, and not retried since.")
        Column("average_duration", .double, \.statistics.averageDuration, unit: "ms")
        Column(
            "average_cost", .cost, \.statistics.averageCost, unit: "currency",
            description: "Estimated cost over all runs; null while none is known.")
        Column(
            "currency", .char(3), \.statistics.estimatedCost.money?.currency, description: ColumnDeclaration.inCosts)
        Column("costs", .jsonb, \.statistics.costs, default: .emptyObject, description: ColumnDeclaration.costs)
        Column("created_by", .uuid, \.createdBy).references("users")
        Column("created_at", .timestamptz, \.workflow.createdAt, nullable: true, default: .now)
        Column("updated_by", .uuid, \.updatedBy).references("users")
        Column(
            "updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now,
            description: "When the workflow, its nodes or its triggers changed last; its runs change the counts alone.")
        Column("deleted_at", .timestamptz, \.deletedAt)
        Unique("organization_id", "name", "deleted_at", nullsNotDistinct: true)
        TableIndex("idx_workflows_created", .descending("created_at"))
        Deviation(
            "workflows_organization_id_name_deleted_at_key",
            documented: "unique by organization, name and time of deletion",
            reason: "nulls count as different, so two live workflows of one name pass",
            ours: "UNIQUE NULLS NOT DISTINCT")
        Deviation(
            "deleted_at", documented: "when it was deleted",
            reason: "workflows of one name may be deleted in the same microsecond, and no two rows may agree",
            ours: "each of these a microsecond after the one before")
        Deviation(
            "average_cost", documented: "DECIMAL(10,4)", reason: "rounds small costs to nothing and says no currency",
            ours: "NUMERIC(38,12), a column currency, and costs with the amounts of each")
        Deviation(
            "created_by, updated_by", documented: "any user",
            reason: "a row of users is a user in one organization",
            ours: "null where it was nobody who ever belonged to the organization")
    }
}
