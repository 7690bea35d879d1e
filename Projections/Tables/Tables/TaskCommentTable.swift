import LedgerDomain
import LedgerEvents
import LedgerRelations

enum TaskCommentTable {
    static let relation = Relation.facts(TaskComment.self, Self.table)
        .found(by: "task_id", AgentTask.self)
        .found(by: "organization_id", Organization.self)

    static let table = Table<FactRow<TaskComment>>(
        "task_comments", primaryKey: "id", description: "What people remarked on tasks."
    ) {
        Column("id", .uuid, \.fact.id)
        Column("task_id", .uuid, \.fact.task).references("tasks").indexed()
        Column("organization_id", .uuid, \.fact.organization).references("organizations")
        Column("user_id", .uuid, \.fact.user).references("users").indexed()
        Column("content", .text, \.fact.content)
        Column("created_at", .timestamptz, \.occurredAt).reading()
        Column("position", .bigint, \.position, unit: "log position").reading()
    }
}
