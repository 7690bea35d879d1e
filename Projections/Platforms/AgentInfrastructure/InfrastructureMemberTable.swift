import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum InfrastructureMemberTable {
    static let relation = Relation.derived(
        from: Membership.self, lookingAt: [Organization.self, User.self], Self.table, goneBy: { [$0.id.sqlValue] }
    ) { membership, others, body in
        guard membership.removedAt == nil else { return }
        let user = try others.find(membership.user)
        try body(
            Row(
                membership: membership, organization: others.slug(of: membership.organization),
                isActive: user.map { $0.status == .active && $0.deletedAt == nil } ?? false))
    }.found(byStateIn: "id")

    struct Row {
        var membership: Membership
        var organization: String?
        var isActive: Bool
    }

    static let table = Table<Row>(
        "organization_members", primaryKey: "id", description: "Who belongs to which organization, and as what."
    ) {
        Column("id", .uuid, \.membership.id, default: .randomUUID)
        Column("organization_slug", .text, \.organization, nullable: false)
            .references("organizations", "slug", onDelete: .cascade)
        Column("user_id", .uuid, \.membership.user).indexed()
        Column("role", .text, \.membership.role.rawValue)
        Column("joined_at", .timestamptz, \.membership.joinedAt, default: .now)
        Column(
            "is_active", .boolean, \.isActive, default: true,
            description: "Whether the account is active, in the ledger's memberships. The table user_accounts decides."
        )
        Unique("organization_slug", "user_id")
        TableCheck.oneOf(["owner", "admin", "member", "viewer"], "role", of: "organization_members")
        InfrastructureRowSecurity.members
        InfrastructureRowSecurity.security.guarding(InfrastructureRowSecurity.members, of: "organization_members")
        AgentInfrastructure.named("organization_members")
    }
}
