import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum PlatformListingTable {
    static let relation = Relation.derived(from: MarketplaceListing.self, Self.table) { listing, _ in listing }
        .found(byStateIn: "id")

    static let table = Table<MarketplaceListing>(
        "marketplace_integrations", primaryKey: "id", description: "The places of agents in marketplaces."
    ) {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("agent_id", .uuid, \.agent).references("agents", onDelete: .cascade)
        Column(
            "marketplace_name", .varchar(50), { $0.marketplace.cut(to: 50) },
            default: .value(.text(MarketplaceListing.defaultMarketplace)))
        Column("marketplace_agent_id", .varchar(255), { $0.marketplaceAgent?.cut(to: 255) })
        Column("status", .varchar(20), \.status.rawValue).indexed("idx_marketplace_status")
        Column("published_at", .timestamptz, \.publishedAt)
        Column("unpublished_at", .timestamptz, \.unpublishedAt)
        Column("usage_metrics", .jsonb, \.usage, nullable: true)
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Unique("agent_id", name: "idx_marketplace_agent_id")
        TableCheck.oneOf(["pending", "published", "unpublished", "error"], "status", of: "marketplace_integrations")
        PlatformRowSecurity.listings
        PlatformRowSecurity.security.guarding(PlatformRowSecurity.listings, of: "marketplace_integrations")
        PlatformWords.cutDeviation("marketplace_name", 50)
        PlatformWords.cutDeviation("marketplace_agent_id", 255)
        Deviation(
            "idx_marketplace_agent_id", documented: "an agent has one place, says the text; the index is not unique",
            reason: "two rows of one agent would pass", ours: "a unique constraint of that name")
    }
}
