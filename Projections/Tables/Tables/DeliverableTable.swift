import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

enum DeliverableTable {
    static let relation = Relation.states(Deliverable.self, Self.table)

    static let table = Table<Deliverable>(
        "deliverables", primaryKey: "id", description: "What was made; its contents are its versions."
    ) {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("user_id", .uuid, \.user).references("users").indexed()
        Column("conversation_id", .uuid, \.conversation).references("conversations").indexed()
        Column("title", .text, \.title)
        Column("type", .text, \.type).indexed()
        Column("task_id", .uuid, \.task).references("tasks").indexed()
        Column("project_id", .uuid, \.project).references("projects").indexed()
        Column("project_step_id", .uuid, \.projectStep).references("project_steps").indexed()
        Column("metadata", .jsonb, \.metadata)
        Column("agent_name", .text, \.agentName)
        Column("version_count", .bigint, \.versionCount, unit: "versions")
        Column("current_version_id", .uuid, \.currentVersion)
        Column("created_at", .timestamptz, \.createdAt)
        Column("updated_at", .timestamptz, \.updatedAt)
    }
}
