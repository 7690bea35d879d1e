import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum InfrastructureCollectionTable {
    static let relation = Relation.derived(from: DocumentCollection.self, lookingAt: [Organization.self], Self.table) {
        collection, others in
        Row(collection: collection, organization: try others.slug(of: collection.organization))
    }.found(byStateIn: "id")

    struct Row {
        var collection: DocumentCollection
        var organization: String?
    }

    static let table = Table<Row>(
        "document_collections", primaryKey: "id", description: "Documents that are searched together."
    ) {
        Column("id", .uuid, \.collection.id, default: .randomUUID)
        Column("organization_slug", .text, \.organization, nullable: false).references("organizations", "slug")
            .indexed()
        Column("name", .text, \.collection.name)
        Column("description", .text, \.collection.description)
        Column("embedding_model", .text, \.collection.embeddingModel)
        Column("embedding_dimensions", .bigint, \.collection.embeddingDimensions, unit: "components")
        Column("metadata", .jsonb, \.collection.metadata, default: .value(.json("{}")))
        Column("created_by", .uuid, \.collection.createdBy)
        Column("created_at", .timestamptz, \.collection.createdAt, default: .now)
        Column("updated_at", .timestamptz, \.collection.updatedAt, default: .now)
        Column("removed_at", .timestamptz, \.collection.removedAt)
        InfrastructureRowSecurity.collections
        InfrastructureRowSecurity.security.guarding(InfrastructureRowSecurity.collections, of: "document_collections")
        AgentInfrastructure.updating("document_collections")
        AgentInfrastructure.named("document_collections")
    }
}
