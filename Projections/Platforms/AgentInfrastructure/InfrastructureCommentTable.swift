import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum InfrastructureCommentTable {
    static let relation = Relation.facts(TaskComment.self, Self.table)

    static let table = Table<FactRow<TaskComment>>(
        "task_comments", primaryKey: "id", description: "What people remarked on tasks."
    ) {
        Column("id", .uuid, \.fact.id, default: .randomUUID)
        Column("task_id", .uuid, \.fact.task).references("tasks", onDelete: .cascade).indexed()
        Column("user_id", .uuid, \.fact.user).indexed()
        Column("content", .text, \.fact.content)
        Column("created_at", .timestamptz, \.occurredAt, default: .now).reading()
        InfrastructureRowSecurity.comments
        InfrastructureRowSecurity.security.guarding(InfrastructureRowSecurity.comments, of: "task_comments")
        AgentInfrastructure.named("task_comments")
    }
}
