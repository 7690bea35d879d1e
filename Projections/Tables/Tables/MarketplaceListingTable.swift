import LedgerDomain
import LedgerEvents
import LedgerRelations

enum MarketplaceListingTable {
    static let relation = Relation.states(MarketplaceListing.self, Self.table)

    static let table = Table<MarketplaceListing>(
        "marketplace_integrations", primaryKey: "id", description: "The places of agents in marketplaces."
    ) {
        Column("id", .uuid, \.id)
        Column("agent_id", .uuid, \.agent).references("agents").unique()
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("marketplace_name", .varchar(50), \.marketplace)
        Column("marketplace_agent_id", .varchar(255), \.marketplaceAgent)
        Column("status", .enumeration(MarketplaceListing.Status.self), \.status).indexed()
        Column("status_reason", .text, \.statusReason)
        Column("published_at", .timestamptz, \.publishedAt)
        Column("unpublished_at", .timestamptz, \.unpublishedAt)
        Column("usage_metrics", .jsonb, \.usage)
        Column("created_at", .timestamptz, \.createdAt)
        Column("updated_at", .timestamptz, \.updatedAt)
    }
}
