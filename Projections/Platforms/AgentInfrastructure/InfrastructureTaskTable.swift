import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum InfrastructureTaskTable {
    static let relation = Relation.derived(from: AgentTask.self, lookingAt: [Organization.self], Self.table) {
        task, others in
        Row(
            task: task, organization: try others.slug(of: task.organization),
            assignedAgent: try others.slug(of: task.assignedAgent))
    }.found(byStateIn: "id")

    struct Row {
        var task: AgentTask
        var organization: String?
        var assignedAgent: String?
    }

    static let table = Table<Row>(
        "tasks", primaryKey: "id", description: "What agents and people were asked to do, and what came of it."
    ) {
        Column("id", .uuid, \.task.id, default: .randomUUID)
        Column("organization_slug", .text, \.organization, nullable: false).references("organizations", "slug")
            .indexed()
        Column("conversation_id", .uuid, \.task.conversation).references("conversations").indexed()
        Column("user_id", .uuid, \.task.user).indexed()
        Column("title", .text, \.task.title)
        Column("prompt", .text, \.task.prompt)
        Column("params", .jsonb, \.task.params, default: .value(.json("{}")))
        Column("priority", .bigint, \.task.priority, default: 0, unit: "rank", description: "Smaller ones come first.")
        Column("status", .text, \.task.status.rawValue, default: "pending").indexed()
        Column("status_reason", .text, \.task.statusReason)
        Column("progress", .bigint, \.task.progress, default: 0, unit: "%")
        Column("response", .text, \.task.response)
        Column("error_code", .text, \.task.errorCode)
        Column("error_message", .text, \.task.errorMessage)
        Column("evaluation", .jsonb, \.task.evaluation, default: .value(.json("{}")))
        Column("assigned_user_id", .uuid, \.task.assignedUser).indexed()
        Column("assigned_agent_slug", .text, \.assignedAgent).references("agents", "slug").indexed()
        Column("metadata", .jsonb, \.task.metadata, default: .value(.json("{}")))
        Column("created_at", .timestamptz, \.task.createdAt, default: .now)
        Column("started_at", .timestamptz, \.task.startedAt)
        Column("completed_at", .timestamptz, \.task.completedAt, description: "When it ended, however it ended.")
        Column("updated_at", .timestamptz, \.task.updatedAt, default: .now)
        TableCheck.oneOf(AgentTask.Status.allCases.map(\.rawValue), "status", of: "tasks")
        TableCheck("tasks_progress_check", "progress >= 0 AND progress <= 100")
        InfrastructureRowSecurity.tasks
        InfrastructureRowSecurity.security.guarding(InfrastructureRowSecurity.tasks, of: "tasks")
        AgentInfrastructure.updating("tasks")
        AgentInfrastructure.named("tasks")
    }
}
