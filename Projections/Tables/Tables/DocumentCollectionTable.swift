import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

enum DocumentCollectionTable {
    static let relation = Relation.states(DocumentCollection.self, Self.table)

    static let table = Table<DocumentCollection>(
        "document_collections", primaryKey: "id", description: "Documents that are searched together."
    ) {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("name", .varchar(255), \.name)
        Column("description", .text, \.description)
        Column("embedding_model", .text, \.embeddingModel)
        Column(
            "embedding_dimensions", .bigint, \.embeddingDimensions, unit: "components",
            description: "How many numbers each embedding has; null: any.")
        Column("metadata", .jsonb, \.metadata)
        Column("created_by", .uuid, \.createdBy)
        Column("created_at", .timestamptz, \.createdAt)
        Column("updated_at", .timestamptz, \.updatedAt)
        Column("removed_at", .timestamptz, \.removedAt)
        Column("removal_reason", .text, \.removalReason)
        TableIndex(
            "document_collections_name_live_key", "organization_id", "name", unique: true, where: "removed_at IS NULL")
    }
}
