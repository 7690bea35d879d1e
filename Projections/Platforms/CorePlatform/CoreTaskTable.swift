import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

enum CoreTaskTable {
    static let relation = Relation.states(AgentTask.self, Self.table)

    /// What the platform calls a task's state: one that took too long has failed, and its `error_code` says so.
    static func status(_ status: AgentTask.Status) -> String {
        switch status {
        case .pending: "pending"
        case .inProgress: "in_progress"
        case .completed: "completed"
        case .failed, .timeout: "failed"
        case .cancelled: "cancelled"
        }
    }

    private static let statuses = ["pending", "in_progress", "completed", "failed", "cancelled"]

    static let table = Table<AgentTask>(
        "tasks", primaryKey: "id", description: "What agents were asked to do, and what came of it."
    ) {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("agent_conversation_id", .uuid, \.conversation).references("agent_conversations").indexed()
        Column("user_id", .uuid, \.user).references("users")
        Column("method", .text, \.method)
        Column("prompt", .text, \.prompt)
        Column("params", .jsonb, \.params, nullable: true, default: .value(.json("{}")))
        Column("response", .text, \.response)
        Column("response_metadata", .jsonb, \.responseMetadata, nullable: true, default: .value(.json("{}")))
        Column(
            "status", .enumeration("task_status", Self.statuses), { Self.status($0.status) }, nullable: true,
            default: "pending"
        ).reading("status")
        Column("progress", .integer, \.progress, nullable: true, default: 0, unit: "%")
        Column("progress_message", .text, \.progressMessage)
        Column("evaluation", .jsonb, \.evaluation, nullable: true, default: .value(.json("{}")))
        Column("llm_metadata", .jsonb, \.llmMetadata, nullable: true, default: .value(.json("{}")))
        Column("error_code", .text, \.errorCode)
        Column("error_message", .text, \.errorMessage)
        Column("error_data", .jsonb, \.errorData)
        Column("started_at", .timestamptz, \.startedAt)
        Column("completed_at", .timestamptz, \.completedAt, description: "When it ended, however it ended.")
        Column("timeout_seconds", .integer, \.timeoutSeconds, nullable: true, default: 300, unit: "s")
        Column("metadata", .jsonb, \.metadata, nullable: true, default: .value(.json("{}")))
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Column("deliverable_type", .text, \.deliverableType, nullable: true, default: "text")
        Column("deliverable_metadata", .jsonb, \.deliverableMetadata, nullable: true, default: .value(.json("{}")))
        Column("title", .text, \.title)
        Column("priority", .bigint, \.priority, default: 0, unit: "rank", description: "Smaller ones come first.")
        Column("agent_name", .text, \.agentName).indexed()
        GeneratedColumn("conversation_id", .uuid, as: "agent_conversation_id")
        TableIndex("idx_tasks_user_status", "user_id", "status", .descending("created_at"))
        TableCheck("progress_range", "progress >= 0 AND progress <= 100")
        Deviation(
            "title, priority, agent_name, conversation_id",
            documented: "queries name them, the table does not have them", reason: "the queries fail",
            ours: "columns; conversation_id is computed from agent_conversation_id")
        Deviation(
            "status, progress", documented: "any text, any number", reason: "misspelt words and 140 % pass",
            ours: "CHECKs: five states, 0 to 100; a task that took too long is failed, with the error_code timeout")
    }
}
