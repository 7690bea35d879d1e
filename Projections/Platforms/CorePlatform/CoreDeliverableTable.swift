import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

enum CoreDeliverableTable {
    static let relation = Relation.states(Deliverable.self, Self.table)

    static let table = Table<Deliverable>(
        "deliverables", primaryKey: "id", description: "What was made; its contents are its versions."
    ) {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("user_id", .uuid, \.user).references("users").indexed()
        Column("conversation_id", .uuid, \.conversation).references("agent_conversations").indexed()
        Column("title", .text, \.title)
        Column("type", .text, \.type)
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Column("task_id", .uuid, \.task).references("tasks").indexed()
        Column("project_step_id", .uuid, \.projectStep).references("project_steps").indexed()
        Column("metadata", .jsonb, \.metadata, nullable: true, default: .value(.json("{}")))
        Column("agent_name", .varchar(nil), \.agentName)
        Column("project_id", .uuid, \.project).references("projects").indexed()
        Deviation(
            "project_id", documented: "a query names it, the table does not have it", reason: "the query fails",
            ours: "a column: the project that it was made for")
    }
}

enum CoreDeliverableVersionTable {
    static let relation = Relation.states(DeliverableVersion.self, Self.table)

    static let table = Table<DeliverableVersion>(
        "deliverable_versions", primaryKey: "id", description: "The contents of deliverables, one after the other."
    ) {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("deliverable_id", .uuid, \.deliverable).references("deliverables", onDelete: .cascade)
        Column("version_number", .integer, \.number, unit: "ordinal", description: "From 1, without gaps.")
        Column("content", .text, \.content)
        Column("format", .varchar(nil), \.format)
        Column(
            "is_current_version", .boolean, \.isCurrent, nullable: true, default: false,
            description: "True for exactly one of each deliverable.")
        Column("created_by_type", .varchar(nil), \.createdByType, nullable: true, default: "ai_response")
        Column("task_id", .uuid, \.task).references("tasks").indexed()
        Column("metadata", .jsonb, \.metadata, nullable: true, default: .value(.json("{}")))
        Column("file_attachments", .jsonb, \.fileAttachments)
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Unique("deliverable_id", "version_number")
        TableIndex("deliverable_versions_current_key", "deliverable_id", unique: true, where: "is_current_version")
        Deviation(
            "version_number, is_current_version", documented: "a number and a flag",
            reason: "two versions of one deliverable may have the same number, and two may be the current one",
            ours: "UNIQUE (deliverable_id, version_number), and a unique index over the current ones")
    }
}
