import LedgerDomain
import LedgerEvents
import LedgerRelations

enum MembershipTable {
    static let relation = Relation.states(Membership.self, Self.table)

    static let table = Table<Membership>(
        "memberships", primaryKey: "id", description: "Who belongs to which organization, and as what."
    ) {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("user_id", .uuid, \.user).references("users").indexed()
        Column("role", .enumeration(Role.self), \.role).indexed()
        Column("permissions", .textArray, \.permissions)
        Column("joined_at", .timestamptz, \.joinedAt)
        Column("updated_at", .timestamptz, \.updatedAt)
        Column("removed_at", .timestamptz, \.removedAt)
    }
}
