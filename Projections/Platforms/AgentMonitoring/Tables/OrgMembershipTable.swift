import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum OrgMembershipTable {
    static let relation = Relation.derived(
        from: Membership.self, Self.table, goneBy: { [$0.user.sqlValue, $0.organization.sqlValue] }
    ) { membership, _, body in
        if membership.removedAt == nil { try body(membership) }
    }

    static let table = Table<Membership>(
        "org_memberships", primaryKey: "user_id", "org_id",
        description: "Who belongs to which organization, and as what."
    ) {
        Column("user_id", .uuid, \.user).references("users")
        Column("org_id", .uuid, \.organization).references("organizations")
        Column("role", .varchar(50), \.role)
    }
}
