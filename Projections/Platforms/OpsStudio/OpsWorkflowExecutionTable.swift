import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

enum OpsWorkflowExecutionTable {
    static let relation = Relation.derived(
        from: WorkflowExecution.self, lookingAt: [Membership.self], Self.table
    ) { run, others in
        Row(
            run: run, totals: try others.sums(ExecutionTotals<WorkflowExecution>.self, of: run.id),
            triggeredBy: try others.opsUser(run.triggeredByUser, in: run.organization))
    }.found(byStateIn: "id")

    enum Status: String, CaseIterable {
        case pending, running, completed, failed, cancelled
    }

    struct Row {
        var run: WorkflowExecution
        var totals: ExecutionTotals<WorkflowExecution>
        var triggeredBy: ID<OpsUser>?

        var status: Status {
            switch self.run.status {
            case .queued, .pending: .pending
            case .running, .paused: .running
            case .completed: .completed
            case .failed, .timeout: .failed
            case .cancelled: .cancelled
            }
        }

        var statusReason: String? {
            switch self.run.status {
            case .timeout: "timeout"
            case .failed: self.run.errorMessage ?? self.run.errorCode
            case .queued, .pending, .running, .paused, .completed, .cancelled: self.run.statusMessage
            }
        }

        var metadata: JSONText {
            var metadata = self.run.metadata
            switch self.run.status {
            case .paused:
                if let instant = self.run.pausedAt {
                    metadata = metadata.setting("paused_at", to: instant.description)
                }
            case .timeout:
                if let message = self.run.statusMessage {
                    metadata = metadata.setting("status_message", to: message)
                }
            case .failed:
                if let code = self.run.errorCode { metadata = metadata.setting("error_code", to: code) }
            case .queued, .pending, .running, .completed, .cancelled: break
            }
            return metadata
        }
    }

    static let table = Table<Row>(
        "workflow_executions", primaryKey: "id", description: "Runs of workflows, with what their calls come to."
    ) {
        Column("id", .uuid, \.run.id, default: .randomUUID)
        Column("workflow_id", .uuid, \.run.workflow).references("workflows").indexed("idx_executions_workflow")
        Column("organization_id", .uuid, \.run.organization).references("organizations").indexed("idx_executions_org")
        Column("workflow_version", .integer, \.run.workflowRevision, unit: "ordinal")
        Column(
            "status", .enumeration("workflow_execution_status", Status.allCases.map(\.rawValue)), \.status,
            nullable: true, default: "pending"
        ).indexed("idx_executions_status")
        Column("status_reason", .text, \.statusReason)
        Column(
            "triggered_by",
            .enumeration("workflow_execution_triggered_by", ["manual", "schedule", "webhook", "api", "internal"]),
            \.run.triggeredBy, nullable: true, default: "manual")
        Column("triggered_by_user_id", .uuid, \.triggeredBy).references("users")
        Column("external_trigger_id", .varchar(255), { $0.run.externalTrigger?.cut(to: 255) })
        Column("input_data", .jsonb, \.run.input, nullable: true, default: .emptyObject)
        Column("output_data", .jsonb, \.run.output, nullable: true, default: .emptyObject)
        Column("started_at", .timestamptz, \.run.startedAt)
        Column("completed_at", .timestamptz, \.run.completedAt)
        Column("duration_ms", .bigint, \.run.durationMilliseconds, unit: "ms", description: "Of the last attempt.")
        Column("total_tokens_used", .bigint, \.totals.totalTokens, nullable: true, default: 0, unit: "tokens")
        Column(
            "estimated_cost", .cost, \.totals.estimatedCost.money?.amount, default: 0, unit: "currency",
            description:
                "Of each call the computed cost, else the reported one; null: none is known, or several currencies.")
        Column("currency", .char(3), \.totals.currency, description: ColumnDeclaration.inCosts)
        Column("costs", .jsonb, \.totals.costs, default: .emptyObject, description: ColumnDeclaration.costs)
        Column("created_at", .timestamptz, \.run.createdAt, nullable: true, default: .now)
        Column(
            "metadata", .jsonb, \.metadata, nullable: true, default: .emptyObject,
            description: "The run's own, and paused_at of a paused run, error_code of a failed one, status_message of "
                + "one that timed out.")
        TableCheck("status_check", "status IN ('pending', 'running', 'completed', 'failed', 'cancelled')")
        TableIndex("idx_executions_created", .descending("created_at"))
        TableIndex("idx_executions_org_created", "organization_id", .descending("created_at"))
        TableIndex("idx_executions_status_org", "status", "organization_id")
        Deviation(
            "status", documented: "pending, running, completed, failed, cancelled",
            reason: "runs also wait in a queue, pause and time out",
            ours: "queued as pending; paused as running, with paused_at in metadata; timeout as failed, with the "
                + "status_reason timeout")
        Deviation(
            "duration_ms, total_tokens_used", documented: "32-bit numbers",
            reason: "they end at 24 days and 2.1 billion tokens", ours: "BIGINT")
        Deviation(
            "estimated_cost", documented: "DECIMAL(10,4)", reason: "rounds small costs to nothing and says no currency",
            ours: "NUMERIC(38,12), a column currency, and costs with the amounts of each")
    }
}
