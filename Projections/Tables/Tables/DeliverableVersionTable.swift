import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

enum DeliverableVersionTable {
    static let relation = Relation.states(DeliverableVersion.self, Self.table)
        .made(by: DeliverableVersionAdded.self)
        .found(by: "deliverable_id", Deliverable.self)

    static let table = Table<DeliverableVersion>(
        "deliverable_versions", primaryKey: "id", description: "The contents of deliverables, one after the other."
    ) {
        Column("id", .uuid, \.id)
        Column("deliverable_id", .uuid, \.deliverable).references("deliverables")
        Column("organization_id", .uuid, \.organization).references("organizations")
        Column("version_number", .bigint, \.number, unit: "ordinal", description: "From 1, without gaps.")
        Column("content", .text, \.content)
        Column("format", .text, \.format)
        Column("is_current_version", .boolean, \.isCurrent, description: "True for exactly one of each deliverable.")
        Column("created_by_type", .text, \.createdByType)
        Column("task_id", .uuid, \.task).references("tasks")
        Column("metadata", .jsonb, \.metadata)
        Column("file_attachments", .jsonb, \.fileAttachments)
        Column("created_at", .timestamptz, \.createdAt)
        Column("updated_at", .timestamptz, \.updatedAt)
        Unique("deliverable_id", "version_number")
        TableIndex("deliverable_versions_current_key", "deliverable_id", unique: true, where: "is_current_version")
    }
}
