import AgentDomain
import EventSourcing

/// `organizations`, `users` and `org_memberships` of a monitored platform.
enum AdoptedAccount {
    static let organizations = Adoption.Stage(
        "organizations", sql: AdoptedOrganization.counted,
        { row, writer in
            let id: OrganizationID = try row.requiredID("id")
            let name = try row.required("name")
            try writer.record(
                .organization(
                    .create(
                        .with {
                            $0.id = id
                            $0.name = name
                            $0.slug = AdoptedOrganization.slug(of: row, id, named: name)
                        })), at: try row.requiredInstant("created_at"))
        })

    static let users = Adoption.Stage("users", orderedBy: "created_at, id") { row, writer in
        let id: UserID = try row.requiredID("id")
        let created = try row.requiredInstant("created_at")
        let updated = try row.instant("updated_at") ?? created
        let name = row.text("name")
        try writer.record(
            .user(
                .register(
                    try .with {
                        $0.id = id
                        $0.email = try row.required("email")
                        $0.displayName = updated == created ? name : nil
                    })), at: created)
        guard try writer.states.find(id)?.deletedAt == nil else { return }
        // No password hashes to this.
        if let hash = row.text("password_hash"), hash != "!" {
            try writer.setPassword(of: id, to: hash, at: updated)
        }
        if let role = row.text("role"), role != "user" {
            try writer.then(
                .user(
                    .changePlatformRoles(
                        .with {
                            $0.id = id
                            $0.roles = [role]
                        })), at: updated)
        }
        if let name, updated != created {
            try writer.then(
                .user(
                    .changeProfile(
                        .with {
                            $0.id = id
                            $0.displayName = name
                        })), at: updated)
        }
    }

    /// The platform does not say since when: since both are there.
    static let memberships = Adoption.Stage(
        "org_memberships", key: ["user_id", "org_id"],
        sql: { schema in
            """
            SELECT m.*, greatest(u.created_at, o.created_at) AS joined_at FROM \(schema.table("org_memberships")) m
            LEFT JOIN \(schema.table("users")) u ON u.id = m.user_id
            LEFT JOIN \(schema.table("organizations")) o ON o.id = m.org_id ORDER BY 4, m.user_id, m.org_id
            """
        },
        { row, writer in
            let user: UserID = try row.requiredID("user_id")
            let organization: OrganizationID = try row.requiredID("org_id")
            try writer.record(
                .membership(
                    .add(
                        try .with {
                            $0.id = MembershipID(bits: UUIDv5.named("membership/\(user)", in: organization.bits))
                            $0.organization = organization
                            $0.user = user
                            $0.role = try row.word("role") ?? .member
                        })), at: try row.requiredInstant("joined_at"))
        })

    /// One with a member who is deleted is deleted itself, as our own exports tell it: nobody else's members are.
    static let organizationEnd = Adoption.Stage(
        "organizations",
        sql: { schema in
            """
            SELECT * FROM \(schema.table("organizations")) o WHERE EXISTS (
              SELECT FROM \(schema.table("org_memberships")) m JOIN \(schema.table("users")) u ON u.id = m.user_id
              WHERE m.org_id = o.id AND u.email = u.id || '@deleted.invalid')
            ORDER BY updated_at, id
            """
        },
        { row, writer in
            try AdoptedOrganization.end(
                try row.requiredID("id"), as: .cancelled, at: try row.requiredInstant("updated_at"), isDeleted: true,
                writer)
        })

    /// As our own exports tell of users who are deleted.
    static let end = Adoption.Stage(
        "users",
        sql: { "SELECT * FROM \($0.table("users")) WHERE email = id || '@deleted.invalid' ORDER BY updated_at, id" },
        { row, writer in
            try writer.then(
                .user(.delete(try .with { $0.id = try row.requiredID("id") })),
                at: try row.requiredInstant("updated_at"))
        })

    static let losses = [
        Loss("organizations", "updated_at", "what changed then is not told"),
        Loss("users", "updated_at", "it comes back where a name, a role, a password or the end may have changed then"),
    ]
}
