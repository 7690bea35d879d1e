import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum PlatformMemberTable {
    static let relation = Relation.derived(from: Membership.self, Self.table, goneBy: { [$0.id.sqlValue] }) {
        membership, _, body in
        if membership.removedAt == nil { try body(membership) }
    }.found(byStateIn: "id")

    static let table = Table<Membership>(
        "organization_members", primaryKey: "id", description: "Who belongs to which organization, and as what."
    ) {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("organization_id", .uuid, \.organization).references("organizations", onDelete: .cascade)
            .indexed("idx_org_members_org_id")
        Column("user_id", .uuid, \.user).references("users", onDelete: .cascade).indexed("idx_org_members_user_id")
        Column("role", .varchar(20), \.role.rawValue)
        Column("joined_at", .timestamptz, \.joinedAt, nullable: true, default: .now)
        Unique("organization_id", "user_id")
        TableCheck.oneOf(["owner", "admin", "member", "viewer"], "role", of: "organization_members")
        PlatformRowSecurity.members
        PlatformRowSecurity.security.guarding(PlatformRowSecurity.members, of: "organization_members")
    }
}
