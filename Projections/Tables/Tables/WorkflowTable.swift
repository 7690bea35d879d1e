import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

enum WorkflowTable {
    static let relation = Relation.states(Workflow.self, with: WorkflowStatistics.self, Self.table)

    static let table = Table<Summed<Workflow, WorkflowStatistics>>(
        "workflows", primaryKey: "id", description: "Workflows, with how their runs went."
    ) {
        Column("id", .uuid, \.state.id)
        Column("organization_id", .uuid, \.state.organization).references("organizations").indexed()
        Column("agent_id", .uuid, \.state.agent)
        Column("name", .varchar(255), \.state.name)
        Column("description", .text, \.state.description)
        Column("revision", .bigint, \.state.revision, unit: "ordinal")
        Column("version", .varchar(20), \.state.version)
        Column("status", .enumeration(Workflow.Status.self), \.state.status).indexed()
        Column("status_reason", .text, \.state.statusReason)
        Column("definition", .jsonb, \.state.definition)
        Column("workflow_type", .enumeration(Authoring.self), \.state.workflowType)
        Column("framework", .enumeration(Framework.self), \.state.framework).indexed()
        Column("execution_timeout", .bigint, \.state.executionTimeoutSeconds, unit: "s")
        Column("max_retries", .bigint, \.state.maxRetries, unit: "repetitions")
        Column("error_handling", .jsonb, \.state.errorHandling)
        Column("total_executions", .bigint, \.sums.totalExecutions, unit: "runs")
        Column("successful_executions", .bigint, \.sums.successfulExecutions, unit: "runs")
        Column(
            "failed_executions", .bigint, \.sums.failedExecutions, unit: "runs",
            description: "Failed or timed out, and not retried since.")
        Column("average_duration", .double, \.sums.averageDuration, unit: "ms")
        Column(
            "average_cost", .cost, \.sums.averageCost, unit: "currency", description: "Estimated cost over all runs.")
        Column("currency", .char(3), \.sums.estimatedCost.money?.currency, description: ColumnDeclaration.inCosts)
        Column("costs", .jsonb, \.sums.costs, description: ColumnDeclaration.costs)
        Column("created_by", .uuid, \.state.createdBy)
        Column("created_at", .timestamptz, \.state.createdAt).indexed()
        Column("updated_by", .uuid, \.state.updatedBy)
        Column("updated_at", .timestamptz, \.state.updatedAt)
        Column("deleted_at", .timestamptz, \.state.deletedAt)
        TableIndex(
            "workflows_name_live_key", "organization_id", "name", unique: true, where: "deleted_at IS NULL")
    }
}
