import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

enum TaskTable {
    static let relation = Relation.states(AgentTask.self, Self.table)

    static let table = Table<AgentTask>(
        "tasks", primaryKey: "id", description: "What agents and people were asked to do, and what came of it."
    ) {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("agent_conversation_id", .uuid, \.conversation).references("conversations").indexed()
        Column("user_id", .uuid, \.user).references("users")
        Column("title", .text, \.title)
        Column("agent_name", .text, \.agentName).indexed()
        Column("method", .text, \.method)
        Column("prompt", .text, \.prompt)
        Column("params", .jsonb, \.params)
        Column("priority", .bigint, \.priority, unit: "rank", description: "Smaller ones come first.")
        Column("response", .text, \.response)
        Column("response_metadata", .jsonb, \.responseMetadata)
        Column("status", .enumeration(AgentTask.Status.self), \.status)
        Column("status_reason", .text, \.statusReason)
        Column("progress", .bigint, \.progress, unit: "%")
        Column("progress_message", .text, \.progressMessage)
        Column("evaluation", .jsonb, \.evaluation)
        Column("llm_metadata", .jsonb, \.llmMetadata)
        Column("error_code", .text, \.errorCode)
        Column("error_message", .text, \.errorMessage)
        Column("error_data", .jsonb, \.errorData)
        Column("started_at", .timestamptz, \.startedAt)
        Column("completed_at", .timestamptz, \.completedAt, description: "When it ended, however it ended.")
        Column("timeout_seconds", .bigint, \.timeoutSeconds, unit: "s")
        Column("metadata", .jsonb, \.metadata)
        Column("deliverable_type", .text, \.deliverableType)
        Column("deliverable_metadata", .jsonb, \.deliverableMetadata)
        Column("assigned_user_id", .uuid, \.assignedUser).references("users").indexed()
        Column("assigned_agent_id", .uuid, \.assignedAgent).references("agents").indexed()
        Column("created_at", .timestamptz, \.createdAt)
        Column("updated_at", .timestamptz, \.updatedAt)
        TableIndex("idx_tasks_user_status", "user_id", "status", .descending("created_at"))
        TableCheck("progress_range", "progress >= 0 AND progress <= 100")
    }
}
