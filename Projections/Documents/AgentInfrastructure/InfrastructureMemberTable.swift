import AgentDomain
import EventSourcing
import Ledger
import Relations

enum InfrastructureMemberTable {
    static let relation = Relation.derived(
        from: Membership.self, lookingAt: [Organization.self], Self.table, goneBy: { [$0.id.sqlValue] }
    ) { membership, others, body in
        guard membership.removedAt == nil else { return }
        try body(Row(membership: membership, organization: others.slug(of: membership.organization)))
    }.found(byStateIn: "id")

    struct Row {
        var membership: Membership
        var organization: String?
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
        Unique("organization_slug", "user_id")
        Check.oneOf(["owner", "admin", "member", "viewer"], "role", of: "organization_members")
        InfrastructureRowSecurity.members
        InfrastructureRowSecurity.security.keeping(
            "id", "organization_slug", "user_id", of: "organization_members")
        AgentInfrastructure.named("organization_members")
    }
}
