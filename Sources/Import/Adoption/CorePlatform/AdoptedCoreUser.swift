import AgentDomain
import EventSourcing
import Telemetry

/// `users`. Each belongs to the organization that its row names, which is made of that name where there is none.
enum AdoptedCoreUser {
    /// The slug of the organization to which belongs what a user does: where the row names none, the first of those
    /// whose data the user may see, else the platform's default.
    static func slug(of alias: String) -> String {
        "coalesce(\(alias).organization_slug, \(alias).namespace_access->>0, 'my-org')"
    }

    static func organization(_ slug: String, _ states: any AdoptionStates) throws -> OrganizationID {
        try states.organization(slug: slug) ?? SourceIdentity.organization(slug)
    }

    private static func membership(of user: UserID, in organization: OrganizationID) -> MembershipID {
        MembershipID(bits: UUIDv5.named("membership/\(user)", in: organization.bits))
    }

    static let organizations = Adoption.Stage(
        "users", key: ["slug"],
        sql: { schema in
            let agents =
                schema.has("agents")
                ? " UNION ALL SELECT coalesce(organization_slug, 'my-org'), created_at FROM \(schema.table("agents"))"
                : ""
            return """
                SELECT slug, min(created_at) AS created_at FROM (
                  SELECT \(Self.slug(of: "u")) AS slug, created_at FROM \(schema.table("users")) u\(agents)) s
                GROUP BY slug ORDER BY 2, 1
                """
        },
        { row, writer in
            let slug = try row.required("slug")
            guard try writer.states.organization(slug: slug) == nil else { return }
            try writer.then(
                .organization(
                    .create(
                        .with {
                            $0.id = SourceIdentity.organization(slug)
                            $0.name = slug
                            $0.slug = slug
                        })), at: try row.requiredInstant("created_at"))
        })

    static let registration = Adoption.Stage("users", orderedBy: "created_at, id") { row, writer in
        let id: UserID = try row.requiredID("id")
        let created = try row.requiredInstant("created_at")
        let updated = try row.instant("updated_at") ?? created
        let name = row.text("display_name")
        try writer.record(
            .user(
                .register(
                    try .with {
                        $0.id = id
                        $0.email = try row.required("email")
                        $0.displayName = updated == created ? name : nil
                    })), at: created)
        // Nothing more happens to somebody who is known to be gone.
        guard try writer.states.find(id)?.deletedAt == nil else { return }
        if let slug = row.text("organization_slug") {
            try writer.then(
                .membership(
                    .add(
                        try .with {
                            $0.organization = try Self.organization(slug, writer.states)
                            $0.id = Self.membership(of: id, in: $0.organization)
                            $0.user = id
                        })), at: created)
        }
        let roles = try Self.roles(row)
        if roles != ["user"], !roles.isEmpty {
            try writer.then(
                .user(
                    .changePlatformRoles(
                        .with {
                            $0.id = id
                            $0.roles = roles
                        })), at: updated)
        }
        let namespaces = try row.list("namespace_access")
        if !namespaces.isEmpty {
            try writer.then(
                .user(
                    .changeNamespaceAccess(
                        .with {
                            $0.id = id
                            $0.namespaces = namespaces
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

    /// The role of the row stands first, whether the list has it or not.
    private static func roles(_ row: AdoptedRow) throws -> [String] {
        let roles = try row.list("roles")
        guard let role = row.text("role"), !(roles.first?.hasPrefix(role) ?? false) else { return roles }
        return [role] + roles.filter { $0 != role }
    }

    static let end = Adoption.Stage("users", orderedBy: "updated_at, id") { row, writer in
        let id: UserID = try row.requiredID("id")
        let updated = try row.instant("updated_at") ?? row.requiredInstant("created_at")
        switch row.text("status") {
        case "inactive": try writer.then(.user(.deactivate(.with { $0.id = id })), at: updated)
        case "deleted":
            // Nobody is deleted who belongs to an organization.
            if let slug = row.text("organization_slug") {
                let membership = Self.membership(of: id, in: try Self.organization(slug, writer.states))
                try writer.then(.membership(.remove(.with { $0.id = membership })), at: updated)
            }
            try writer.then(.user(.delete(.with { $0.id = id })), at: updated)
        case nil, "active": break
        case let status?: throw CellError("status is \"\(status)\", which is not one of active, inactive, deleted")
        }
    }

    static let losses = [
        Loss(
            "users", "updated_at",
            "it comes back where the row says what may have changed then: a name, roles, namespaces, or its end"),
        Loss(
            "users", "organization_slug", where: "status = 'deleted'",
            "nobody is deleted who belongs to an organization"),
    ]
}
