import LedgerDomain
import LedgerEvents

/// `organizations`, `users` and `org_memberships` of a monitored platform.
enum AdoptedAccount {
    /// Organizations, each with whether it is deleted. The tables do not say so; in our own exports only a deleted
    /// organization has members who are deleted.
    private static func organizations(_ schema: AdoptedSchema) -> String {
        """
        SELECT o.*, EXISTS (SELECT FROM \(schema.table("org_memberships")) m
          JOIN \(schema.table("users")) u ON u.id = m.user_id
          WHERE m.org_id = o.id AND u.email = u.id || '@deleted.invalid') AS adopted_is_deleted
        FROM \(schema.table("organizations")) o
        """
    }

    static let organizations = Adoption.Stage(
        "organizations", sql: { "\(Self.organizations($0)) ORDER BY created_at, id" }
    ) { row, writer in
        let id: OrganizationID = try row.requiredID("id")
        let name = try row.name("name", else: "Organization \(id)")
        let created = try row.creation(else: "updated_at")
        if let known = try writer.states.find(id) {
            writer.recognize(id)
            if known.deletedAt != nil {
                return try row.bool("adopted_is_deleted") ? () : row.cannotReach("id")
            }
            return try AdoptedOrganization.change(
                known, name, nil, nil, at: try row.instant("updated_at") ?? created, writer)
        }
        try writer.record(
            .organization(
                .create(
                    try .with {
                        $0.id = id
                        $0.name = name
                        $0.slug = try writer.slug(named: name, of: id)
                    })), at: created)
    }

    static let users = Adoption.Stage("users", orderedBy: "created_at, id") { row, writer in
        let id: UserID = try row.requiredID("id")
        let created = try row.creation(else: "updated_at")
        let updated = try row.instant("updated_at") ?? created
        let name = try row.name("name")
        let known = try writer.states.find(id)
        let email = try writer.email(of: id, in: row)
        if known == nil {
            try writer.record(
                .user(
                    .register(
                        .with {
                            $0.id = id
                            $0.email = email
                            $0.displayName = updated == created ? name : nil
                        })), at: created)
        } else {
            writer.recognize(id)
            // Nothing more happens to somebody who is known to be gone.
            if known?.deletedAt != nil {
                return row.row["email"] == "\(id)@deleted.invalid" ? () : try row.cannotReach("email")
            }
            try writer.changeEmail(of: id, to: email, at: updated)
        }
        try writer.setPassword(of: id, in: row, at: updated)
        let role = try row.name("role") ?? "user"
        if known != nil || role != "user" {
            try writer.changePlatformRoles(of: id, to: [role], at: updated)
        }
        guard known != nil || name != nil && updated != created else { return }
        try writer.then(
            .user(
                .changeProfile(
                    .with {
                        $0.id = id
                        $0.displayName = name
                        $0.givenName = known?.givenName
                        $0.familyName = known?.familyName
                        $0.avatarURL = known?.avatarURL
                    })), at: updated)
    }

    /// The platform does not say since when: since both are there. Owners come first: an organization is never without one.
    static let memberships = Adoption.Stage(
        "org_memberships", key: ["user_id", "org_id"],
        sql: { schema in
            """
            SELECT m.*, greatest(u.created_at, o.created_at) AS adopted_joined_at FROM \(schema.table("org_memberships")) m
            LEFT JOIN \(schema.table("users")) u ON u.id = m.user_id
            LEFT JOIN \(schema.table("organizations")) o ON o.id = m.org_id ORDER BY m.role = 'owner' DESC,
              adopted_joined_at, m.user_id, m.org_id
            """
        },
        { row, writer in
            let user: UserID = try row.requiredID("user_id")
            let organization: OrganizationID = try row.requiredID("org_id")
            let id = AdoptionWriter.membership(of: user, in: organization)
            let role: Role = try row.word("role", else: Role.others) ?? .member
            let joined = try row.creation("adopted_joined_at")
            try writer.place(user, in: organization, id, as: role, at: joined)
        })

    static let organizationEnd = Adoption.Stage(
        "organizations",
        sql: { "SELECT * FROM (\(Self.organizations($0))) o WHERE adopted_is_deleted ORDER BY updated_at, id" },
        { row, writer in
            try AdoptedOrganization.end(
                try row.requiredID("id"), as: .cancelled, at: try row.creation("updated_at", else: "created_at"),
                isDeleted: true, writer)
        })

    /// As our own exports tell of users who are deleted.
    static let end = Adoption.Stage(
        "users",
        sql: { "SELECT * FROM \($0.table("users")) WHERE email = id || '@deleted.invalid' ORDER BY updated_at, id" },
        { row, writer in
            try writer.then(
                .user(.delete(try .with { $0.id = try row.requiredID("id") })),
                at: try row.creation("updated_at", else: "created_at"))
        })

    static let losses = [
        Loss("organizations", "updated_at", "what changed then is not told"),
        Loss("users", "updated_at", "it comes back where a name, a role, a password or the end may have changed then"),
    ]
}
