import LedgerDomain
import LedgerEvents
import LedgerTelemetry

/// `organizations`, and those that other rows name and that have no row.
enum AdoptedSlugOrganization {
    /// Slugs that fit come first and keep their form.
    static let creation = Adoption.Stage(
        "organizations", key: ["slug"],
        sql: { schema in
            "SELECT * FROM \(schema.table("organizations")) ORDER BY \(AdoptedSchema.isSlug("slug")) DESC, created_at, slug"
        },
        { row, writer in
            let slug = row.text("slug") ?? ""
            let id = try writer.states.organization(named: slug)
            writer.organization = id
            let created = try row.creation(else: "updated_at")
            let updated = try row.instant("updated_at") ?? created
            let name = try row.name("name", else: FittingName.of(slug.withoutSecret().text) ?? "Organization \(id)")
            let description = try row.description("description")
            let url = try row.url("url")
            let settings = try AdoptedOrganization.settings(of: row)
            let fitting = try writer.slug(of: id, in: row) { Organization.alias(ofSlug: $0) } ?? slug
            guard let known = try writer.states.find(id) else {
                return try writer.record(
                    .organization(
                        .create(
                            .with {
                                $0.id = id
                                $0.name = name
                                $0.slug = fitting
                                $0.description = description
                                $0.url = url
                                $0.settings = settings
                            })), at: created)
            }
            writer.recognize(id)
            if known.deletedAt != nil { return }
            try AdoptedOrganization.change(known, name, nil, settings, at: updated, writer)
            try writer.then(
                .organization(
                    .changeProfile(
                        .with {
                            $0.id = id
                            $0.description = description
                            $0.url = url
                        })), at: updated)
        })

    /// The array of agents refers to nothing that the database could check.
    static let missing = Adoption.Stage(
        "organizations", key: ["slug"],
        sql: { schema in
            let tables = [
                ("organization_members", "joined_at"), ("conversations", "created_at"),
                ("document_collections", "created_at"), ("tasks", "created_at"), ("agent_metrics", "\"timestamp\""),
            ]
            let agents = "SELECT jsonb_array_elements_text(organization_slug), created_at FROM \(schema.agentsBySlug) a"
            let named =
                [agents]
                + tables.filter { schema.has($0.0, "organization_slug") }.map {
                    "SELECT organization_slug, \($0.1) FROM \(schema.table($0.0)) WHERE organization_slug IS NOT NULL"
                }
            return """
                SELECT n.slug, min(n.created_at) AS created_at FROM (\(named.joined(separator: " UNION ALL "))) n(slug, created_at)
                WHERE NOT EXISTS (SELECT FROM \(schema.table("organizations")) o WHERE o.slug = n.slug)
                GROUP BY n.slug ORDER BY \(AdoptedSchema.isSlug("n.slug")) DESC, 2, 1
                """
        },
        { row, writer in
            let slug = row.text("slug") ?? ""
            let id = try writer.states.organization(named: slug)
            if try writer.states.find(id) != nil { return }
            try row.makeUp("slug", "no such organization, which other rows name; one stands in")
            try writer.createOrganization(
                id, named: FittingName.of(slug.withoutSecret().text) ?? "Organization \(id)",
                slug: try writer.slug(named: slug, of: id), at: try row.instant("created_at") ?? row.rules.earliest)
        })

    /// Our own exports tell of one that is not active; suspended is the least that it can be.
    static let end = Adoption.Stage(
        "organizations", key: ["slug"],
        sql: { "SELECT * FROM \($0.table("organizations")) ORDER BY updated_at, slug" },
        { row, writer in
            guard let slug = row.text("slug"), row.text("is_active") != nil else { return }
            try AdoptedOrganization.end(
                try writer.states.organization(named: slug), as: try row.bool("is_active") ? .active : .suspended,
                at: try row.creation("updated_at", else: "created_at"), isDeleted: false, writer)
        })

    static let losses = [Loss("organizations", "updated_at", "the time of the last change that was taken over")]
}

/// `organization_members`, and the users whom the platform's rows name.
enum AdoptedColleague {
    static let users = Adoption.Stage(
        "organizations",
        sql: { schema in
            let named = schema.missing(
                "users",
                namedIn: [
                    ("organization_members", "user_id", "joined_at"), ("conversations", "user_id", "created_at"),
                    ("conversation_participants", "user_id", "joined_at"), ("messages", "user_id", "created_at"),
                    ("tasks", "user_id", "created_at"), ("tasks", "assigned_user_id", "created_at"),
                    ("task_assignments", "user_id", "assigned_at"), ("task_comments", "user_id", "created_at"),
                    ("approvals", "approver_id", "requested_at"),
                ])
            return "SELECT 'users' AS adopted_table, id::text AS adopted_key, id, created_at FROM (\(named)) u"
        },
        { row, writer in
            let id: UserID = try row.requiredID("id")
            if try writer.states.find(id) != nil { return }
            try row.makeUp("id", "the platform tells of users by their ids alone; one stands in")
            try writer.makeUpUser(id, at: try row.instant("created_at") ?? row.rules.earliest)
        })

    /// Owners come first: an organization is never without one.
    static let addition = Adoption.Stage(
        "organization_members",
        sql: {
            "SELECT * FROM \($0.table("organization_members")) ORDER BY role = 'owner' DESC, joined_at, id"
        },
        { row, writer in
            let joined = try row.creation("joined_at")
            let role: Role = try row.word("role", else: Role.others) ?? .member
            try writer.place(
                try row.requiredID("user_id"), in: try row.organization(at: joined, writer),
                try row.requiredID("id"), as: role, at: joined)
        })

    /// A user with no active membership may do nothing anywhere.
    static let end = Adoption.Stage(
        "organization_members",
        sql: { schema in
            guard schema.has("organization_members", "is_active") else {
                return "SELECT * FROM \(schema.table("organization_members")) WHERE false"
            }
            return """
                SELECT *, bool_and(NOT is_active) OVER (PARTITION BY user_id) AS adopted_is_inactive
                FROM \(schema.table("organization_members")) ORDER BY joined_at, id
                """
        },
        { row, writer in
            let user: UserID = try row.requiredID("user_id")
            let joined = try row.creation("joined_at")
            if try row.bool("adopted_is_inactive") {
                try writer.then(.user(.deactivate(.with { $0.id = user })), at: joined)
            } else if try row.bool("is_active"), try writer.states.find(user)?.status == .inactive {
                try writer.then(.user(.reactivate(.with { $0.id = user })), at: joined)
            }
        })
}
