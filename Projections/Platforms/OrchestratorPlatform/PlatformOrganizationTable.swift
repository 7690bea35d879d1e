import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum PlatformOrganizationTable {
    static let relation = Relation.derived(from: Organization.self, Self.table) { organization, _ in organization }
        .found(byStateIn: "id")

    static let table = Table<Organization>(
        "organizations", primaryKey: "id", description: "Customers, each with its own members and agents."
    ) {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("name", .varchar(255), { $0.name.cut(to: 255) })
        Column("slug", .varchar(100), \.slug)
        Column("subscription_tier", .varchar(20), { PlatformWords.tier($0.tier) })
            .indexed("idx_organizations_subscription_tier")
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Column("is_active", .boolean, { $0.status == .active && $0.deletedAt == nil }, nullable: true, default: true)
        Unique("slug", name: "idx_organizations_slug")
        TableCheck.oneOf(PlatformWords.tiers, "subscription_tier", of: "organizations")
        PlatformRowSecurity.organizations
        PlatformRowSecurity.security.guarding(PlatformRowSecurity.organizations, of: "organizations")
        PlatformWords.tierDeviation
        PlatformWords.cutDeviation("name", 255)
        Deviation(
            "idx_organizations_slug", documented: "an index beside the unique constraint of the same column",
            reason: "one repeats the other", ours: "the unique constraint's own index has that name")
    }
}
