import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

enum CoreUserTable {
    static let relation = Relation.derived(
        from: User.self, lookingAt: [Membership.self, Organization.self], Self.table
    ) { user, others in
        var row = Row(user: user, updatedAt: user.updatedAt)
        var joinedAt: Instant?
        for id in others.views.members(of: Membership.all(of: user.id)) {
            guard let membership = try others.find(MembershipID(bits: id)) else { continue }
            row.updatedAt = max(row.updatedAt, membership.updatedAt)
            guard membership.removedAt == nil, joinedAt.map({ membership.joinedAt < $0 }) ?? true else { continue }
            joinedAt = membership.joinedAt
            row.organizationSlug = try others.find(membership.organization)?.slug
        }
        return row
    }.found(byStateIn: "id")

    struct Row {
        var user: User
        var organizationSlug: String?
        /// The user's or that of a membership, whichever changed last.
        var updatedAt: Instant

        var status: String { self.user.deletedAt == nil ? self.user.status.rawValue : "deleted" }
    }

    static let table = Table<Row>("users", primaryKey: "id", description: "People who use the platform.") {
        Column("id", .uuid, \.user.id, default: .randomUUID)
        Column("email", .varchar(255), \.user.email).indexed()
        Column("display_name", .varchar(255), { $0.user.displayName?.cut(to: 255) })
        Column(
            "role", .varchar(50), { $0.user.platformRoles.first?.cut(to: 50) },
            description: "The first of the user's roles.")
        Column(
            "roles", .jsonb, { JSONText(list: $0.user.platformRoles) }, nullable: true,
            default: .value(.json(#"["user"]"#)))
        Column("created_at", .timestamptz, \.user.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Column(
            "namespace_access", .jsonb, { JSONText(list: $0.user.namespaceAccess) },
            default: .value(.json(#"["my-org"]"#)))
        Column(
            "status", .enumeration("user_status", ["active", "inactive", "deleted"]), \.status, nullable: true,
            default: "active")
        Column(
            "organization_slug", .text, \.organizationSlug,
            description: "Of the organization that the user joined first among those that the user is in.")
        TableIndex("users_email_key", "email", unique: true, where: "status <> 'deleted'")
        Deviation(
            "users_email_key", documented: "an address is unique, and a second index of that name says so again",
            reason: "the name is taken; and an address is free again when its user is deleted, whose row stays",
            ours: "one unique index, over users who are not deleted")
        Deviation(
            "status", documented: "any text", reason: "a misspelt word passes",
            ours: "CHECK: active, inactive, or deleted for a user whose row stays")
        Deviation(
            "role", documented: "one role beside the list of all", reason: "the ledger knows the list only",
            ours: "the first of the list, cut at 50 characters")
    }
}
