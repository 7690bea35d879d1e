import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

/// Names a user in one organization: the same person has a row in each that they belong to.
enum OpsUser: Identified {
    static let kind = "ops_studio_user"

    /// Always the same for the same pair, however often the user leaves and comes back.
    static func id(of user: UserID, in organization: OrganizationID) -> ID<OpsUser> {
        ID(bits: UUIDv5.named("\(Self.kind)/\(user)", in: organization.bits))
    }
}

extension Lookups {
    /// The row of a user who belongs, or once belonged, to the organization; nil for anybody else.
    func opsUser(_ user: UserID?, in organization: OrganizationID) throws -> ID<OpsUser>? {
        guard let user, try !self.memberships(of: user, in: organization).isEmpty else { return nil }
        return OpsUser.id(of: user, in: organization)
    }

    /// In the order of their ids, those that were removed included.
    fileprivate func memberships(of user: UserID, in organization: OrganizationID) throws -> [Membership] {
        try self.views.members(of: Membership.all(of: user)).compactMap { bits in
            let membership = try self.find(MembershipID(bits: bits))
            return membership?.organization == organization ? membership : nil
        }
    }
}

enum OpsUserTable {
    static let relation = Relation.derived(
        from: Membership.self, lookingAt: [Membership.self, User.self], Self.table
    ) { membership, others, body in
        let all = try others.memberships(of: membership.user, in: membership.organization)
        // One of them speaks for all.
        guard let user = try others.find(membership.user), all.max(by: Self.isOlder)?.id == membership.id else {
            return
        }
        let joinedAt = all.map(\.joinedAt).min() ?? membership.joinedAt
        try body(
            Row(
                membership: membership, user: user, joinedAt: joinedAt,
                updatedAt: max(user.updatedAt, all.map(\.updatedAt).max() ?? user.updatedAt)))
    }

    /// One that stands counts more than those that ended, and of these the last one does.
    private static func isOlder(_ a: Membership, _ b: Membership) -> Bool {
        switch (a.removedAt, b.removedAt) {
        case (nil, nil): a.id < b.id
        case (nil, _): false
        case (_, nil): true
        case (let a1?, let b1?): (a1, a.id) < (b1, b.id)
        }
    }

    struct Row {
        /// The one that stands, else the last one.
        var membership: Membership
        var user: User
        /// For the first time.
        var joinedAt: Instant
        var updatedAt: Instant

        var id: ID<OpsUser> { OpsUser.id(of: self.user.id, in: self.membership.organization) }

        /// The address of somebody who is deleted is free for others.
        var email: String {
            self.user.deletedAt == nil ? self.user.email.cut(to: 255) : "\(self.user.id)@deleted.invalid"
        }

        var deletedAt: Instant? {
            [self.membership.removedAt, self.user.deletedAt].compactMap { $0 }.min()
        }
    }

    static let table = Table<Row>(
        "users", primaryKey: "id",
        description: "People in organizations: one row for each organization that somebody belongs or belonged to."
    ) {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("organization_id", .uuid, \.membership.organization).references("organizations", onDelete: .cascade)
            .indexed("idx_users_organization")
        Column("email", .varchar(255), \.email).indexed()
        Column("email_verified", .boolean, \.user.isEmailVerified, nullable: true, default: false)
        Column("email_verified_at", .timestamptz, \.user.emailVerifiedAt)
        Column("password_hash", .varchar(255), { $0.user.passwordHash?.cut(to: 255) })
        Column(
            "auth_provider", .enumeration("user_auth_provider", ["email", "google", "microsoft", "github"]),
            \.user.authProvider, nullable: true, default: "email")
        Column("auth_provider_id", .varchar(255), { $0.user.authProviderID?.cut(to: 255) })
        Column("full_name", .varchar(255), { $0.user.displayName?.cut(to: 255) })
        Column("avatar_url", .varchar(255), { $0.user.avatarURL?.cut(to: 255) })
        Column(
            "role", .enumeration("user_role", ["owner", "admin", "member", "viewer"]), \.membership.role,
            nullable: true, default: "member", description: "In the organization."
        ).indexed()
        Column(
            "permissions", .jsonb, { JSONText(list: $0.membership.permissions) }, nullable: true,
            default: .emptyList, description: "Beyond the role's.")
        Column("mfa_enabled", .boolean, \.user.isMFAEnabled, nullable: true, default: false)
        Column(
            "mfa_secret", .varchar(255), { $0.user.mfaSecret?.cut(to: 255) },
            description: "Where the secret lies; the secret itself is nowhere here.")
        Column("last_login", .timestamptz, \.user.lastLoginAt)
        Column("created_at", .timestamptz, \.joinedAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Column(
            "deleted_at", .timestamptz, \.deletedAt,
            description: "When the user left the organization or was deleted, whichever came first.")
        Unique("organization_id", "email")
        Deviation(
            "id", documented: "a user belongs to one organization",
            reason: "a person may belong to several, with another role in each",
            ours: "one row for each person and organization; its id follows from both (UUIDv5 of the user's id in the "
                + "organization's) and stays the same when somebody leaves and comes back")
        Deviation(
            "email", documented: "the address of a deleted user stays taken",
            reason: "it is free again, and the row of the one who had it stays",
            ours: "a deleted user's is <user id>@deleted.invalid; what it was stands in the schema ledger")
        Deviation(
            "idx_users_email", documented: "a unique index by address, in the indexing strategy",
            reason: "a person has a row in each organization", ours: "not unique; unique together with the organization"
        )
        Deviation(
            "mfa_secret", documented: "the secret of the second factor", reason: "a copy of it would be a leak",
            ours: "where it lies")
    }
}
