import LedgerDomain
import LedgerEvents
import LedgerTelemetry

/// `users`. Each belongs to the organization that its row names, which is made of that name where there is none.
enum AdoptedCoreUser {
    /// The organization to which belongs what nobody's row names one for.
    static let defaultSlug = "my-org"

    /// The slug of the organization to which belongs what a user does: where the row names none, the first of those
    /// whose data the user may see, else the platform's default.
    static func slug(of alias: String) -> String {
        "coalesce(nullif(\(alias).organization_slug, ''), nullif(\(alias).namespace_access->>0, ''), '\(Self.defaultSlug)')"
    }

    /// The organization of a slug as the platform writes it.
    static func organization(_ slug: String?, _ states: any AdoptionStates) throws -> OrganizationID {
        try states.organization(named: slug ?? Self.defaultSlug)
    }

    static let organizations = Adoption.Stage(
        "users", key: ["adopted_slug"],
        sql: { schema in
            let agents =
                schema.has("agents")
                ? " UNION ALL SELECT coalesce(organization_slug, 'my-org'), created_at FROM \(schema.table("agents"))"
                : ""
            return """
                SELECT adopted_slug, min(created_at) AS created_at FROM (
                  SELECT \(Self.slug(of: "u")) AS adopted_slug, created_at FROM \(schema.table("users")) u\(agents)) s
                GROUP BY adopted_slug ORDER BY 2, 1
                """
        },
        { row, writer in
            let name = row.text("adopted_slug") ?? Self.defaultSlug
            try Self.make(name, row, at: try row.instant("created_at") ?? row.rules.earliest, writer)
        })

    private static func make(_ name: String, _ row: SourceRow, at instant: Instant, _ writer: AdoptionWriter) throws {
        let id = try writer.states.organization(named: name)
        if try writer.states.find(id) != nil { return }
        let slug = try writer.slug(named: name, of: id)
        if slug != name { try row.makeUp("organization_slug", "a slug made to fit, as the organization's") }
        try writer.createOrganization(id, named: FittingName.of(name) ?? slug, slug: slug, at: instant)
    }

    static let registration = Adoption.Stage("users", orderedBy: "created_at, id") { row, writer in
        let id: UserID = try row.requiredID("id")
        let created = try row.creation(else: "updated_at")
        let updated = try row.instant("updated_at") ?? created
        let name = try row.name("display_name")
        let email = try writer.email(of: id, in: row)
        let known = try writer.states.find(id)
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
            guard known?.deletedAt == nil else { return }
            try writer.changeEmail(of: id, to: email, at: updated)
        }
        try Self.join(id, row, at: created, writer)
        let roles = try Self.roles(row)
        if known != nil || roles != ["user"], !roles.isEmpty {
            try writer.changePlatformRoles(of: id, to: roles, at: updated)
        }
        let namespaces = try row.names("namespace_access")
        if known != nil || !namespaces.isEmpty {
            try writer.then(
                .user(
                    .changeNamespaceAccess(
                        .with {
                            $0.id = id
                            $0.namespaces = namespaces
                        })), at: updated)
        }
        if known != nil || name != nil && updated != created {
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
    }

    private static func join(_ id: UserID, _ row: SourceRow, at instant: Instant, _ writer: AdoptionWriter) throws {
        guard let slug = row.text("organization_slug"), !slug.isEmpty else { return }
        try writer.then(
            .membership(
                .add(
                    try .with {
                        $0.organization = try Self.organization(slug, writer.states)
                        $0.id = AdoptionWriter.membership(of: id, in: $0.organization)
                        $0.user = id
                    })), at: instant)
    }

    /// The role of the row stands first, whether the list has it or not.
    private static func roles(_ row: SourceRow) throws -> [String] {
        let roles = try row.names("roles")
        guard let role = try row.name("role"), !(roles.first?.hasPrefix(role) ?? false) else { return roles }
        return [role] + roles.filter { $0 != role }
    }

    private enum Status: String, CaseIterable {
        case active, inactive, deleted

        static let others: [String: Status] = [
            "disabled": .inactive, "suspended": .inactive, "blocked": .inactive, "invited": .active, "pending": .active,
        ]
    }

    static let end = Adoption.Stage("users", orderedBy: "updated_at, id") { row, writer in
        let id: UserID = try row.requiredID("id")
        let status: Status = try row.word("status", else: Status.others) ?? .active
        if status != .deleted, try writer.states.find(id)?.deletedAt != nil { return try row.cannotReach("status") }
        if status == .active {
            guard try writer.states.find(id)?.status == .inactive else { return }
            return try writer.then(
                .user(.reactivate(.with { $0.id = id })), at: try row.creation("updated_at", else: "created_at"))
        }
        let updated = try row.creation("updated_at", else: "created_at")
        switch status {
        case .active: break
        case .inactive: try writer.then(.user(.deactivate(.with { $0.id = id })), at: updated)
        case .deleted:
            // Nobody is deleted who belongs to an organization.
            if let slug = row.text("organization_slug"), !slug.isEmpty {
                let membership = AdoptionWriter.membership(of: id, in: try Self.organization(slug, writer.states))
                try writer.then(.membership(.remove(.with { $0.id = membership })), at: updated)
            }
            try writer.then(.user(.delete(.with { $0.id = id })), at: updated)
        }
    }

    /// Users, with an organization, whom other rows name and who have no row: the platform has no foreign keys.
    static let missing = Adoption.Stage(
        "users",
        sql: { schema in
            let tables = ["agent_conversations", "tasks", "deliverables", "messages", "projects"]
            let named = tables.filter { schema.has($0, "user_id") }.map {
                "SELECT user_id AS id, created_at FROM \(schema.table($0)) WHERE user_id IS NOT NULL"
            }
            return """
                SELECT n.id, min(n.created_at) AS created_at FROM (\(named.joined(separator: " UNION ALL "))) n
                WHERE NOT EXISTS (SELECT FROM \(schema.table("users")) u WHERE u.id = n.id) GROUP BY n.id ORDER BY 2, 1
                """
        },
        { row, writer in
            let instant = try row.instant("created_at") ?? row.rules.earliest
            let id: UserID = try row.requiredID("id")
            if try writer.states.find(id) != nil { return }
            try row.makeUp("id", "no such user, whom other rows name; one stands in")
            try Self.make(Self.defaultSlug, row, at: instant, writer)
            try writer.makeUpUser(id, at: instant)
        })

    static let losses = [
        Loss(
            "users", "updated_at",
            "it comes back where the row says what may have changed then: a name, roles, namespaces, or its end"),
        Loss(
            "users", "organization_slug", where: "status = 'deleted'",
            "nobody is deleted who belongs to an organization"),
    ]
}
