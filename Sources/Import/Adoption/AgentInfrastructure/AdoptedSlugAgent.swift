import LedgerDomain
import LedgerEvents

/// `agents` by their slugs, and `agent_organizations`, which says again which organizations have them.
enum AdoptedSlugAgent {
    /// Those that are not deleted keep their names, and slugs that fit their form.
    static let creation = Adoption.Stage(
        "agents", key: ["slug"],
        sql: { schema in
            """
            SELECT * FROM \(schema.agentsBySlug) g
            ORDER BY adopted_is_deleted, \(AdoptedSchema.isSlug("slug")) DESC, created_at, slug
            """
        },
        { row, writer in
            let slug = row.text("slug") ?? ""
            let id = try writer.states.agent(named: slug)
            let created = try row.creation(else: "updated_at")
            let updated = try row.instant("updated_at") ?? created
            let known = try writer.states.find(id)
            let organizations = try Self.organizations(row, at: created, writer)
            let owner = try known?.organization ?? organizations.first ?? writer.commonOrganization(at: created)
            writer.organization = owner
            let name = try writer.free(
                row.name("name", else: FittingName.of(slug.withoutSecret().text) ?? "Agent \(id)"), of: id, in: row,
                "name"
            ) { Agent.alias(of: $0, ownedBy: owner.bits) }
            let configuration = try Self.configuration(row)
            let version = try row.version("version")
            let fitting = AgentID(slug) == id ? nil : try writer.slug(of: id, in: row) { Agent.alias(ofSlug: $0) }
            if let known {
                writer.recognize(id)
                if known.deletedAt != nil { return Self.deletion(row) != nil ? () : try row.cannotReach("metadata") }
                try Self.change(known, name, configuration, version, row, at: updated, writer)
                try Self.share(known, with: organizations, row, at: updated, writer)
            } else {
                try writer.record(
                    .agent(
                        .create(
                            .with {
                                $0.id = id
                                $0.organization = owner
                                $0.name = name
                                $0.slug = fitting
                                $0.version = version
                                $0.configuration = configuration
                            })), at: created)
                for organization in organizations.dropFirst() {
                    try writer.share(id, with: organization, at: created)
                }
            }
            // The platform has no drafts: what has a row is in use.
            if known == nil || known?.status == .draft {
                let isDeleted = try row.bool("adopted_is_deleted")
                try writer.then(.agent(.activate(.with { $0.id = id })), at: isDeleted ? created : updated)
            }
        })

    /// The owner, then those that it is shared with.
    private static func organizations(
        _ row: SourceRow, at instant: Instant, _ writer: AdoptionWriter
    ) throws -> [OrganizationID] {
        let slugs = try row.slugs("organization_slug")
        var organizations: [OrganizationID] = []
        for slug in slugs {
            let id = try writer.states.organization(named: slug)
            if !organizations.contains(id) { organizations.append(id) }
        }
        if organizations.isEmpty {
            try row.makeUp("organization_slug", "no organization; one stands in")
        } else if try organizations.count < slugs.count || !row.bool("adopted_is_exact") {
            try row.change("organization_slug", "a list of different organizations that are there")
        }
        return organizations
    }

    private static let others: [String: AgentProtocol] = [
        "llm": .context, "prompt": .context, "webhook": .api, "http": .api, "rest": .api, "a2a": .external,
        "remote": .external,
    ]

    private static func configuration(_ row: SourceRow) throws -> AgentConfiguration {
        var configuration = AgentConfiguration()
        configuration.description = try row.description("description") ?? ""
        configuration.department = try row.description("department") ?? ""
        configuration.tags = try row.names("tags")
        configuration.capabilities = try row.names("capabilities")
        configuration.context = try row.description("context") ?? ""
        configuration.ioSchema = try row.configuration("io_schema")
        let metadata = try row.configuration("metadata")
        configuration.metadata = Self.deletion(row) == nil ? metadata : metadata.without(["deleted_at"])
        let has = { (column: String) in (row.row[column] ?? "null") != "null" }
        configuration.protocol =
            try row.word("agent_type", else: Self.others) ?? (has("endpoint") && !has("llm_config") ? .api : .context)
        let isContext = configuration.protocol == .context
        let (used, unused) = isContext ? ("llm_config", "endpoint") : ("endpoint", "llm_config")
        if !has(used) { try row.makeUp(used, "not told; {} stands for it") }
        let value = try row.configuration(used)
        if isContext { configuration.llmConfig = value } else { configuration.endpoint = value }
        if has(unused) {
            _ = row.text(unused)
            try row.change(unused, "not of an agent of this agent_type; left out")
        }
        return configuration
    }

    /// As our own exports tell of agents that are deleted.
    private static func deletion(_ row: SourceRow) -> Instant? {
        guard let json = row.row["metadata"].flatMap({ try? JSONText(parsing: $0) }) else { return nil }
        return json.text("deleted_at").flatMap { Instant($0) }
    }

    private static func change(
        _ known: Agent, _ name: String, _ configuration: AgentConfiguration, _ version: String?, _ row: SourceRow,
        at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        try writer.rename(known.id, to: name, at: instant)
        var changed = configuration
        changed.authoring = known.configuration.authoring
        changed.framework = known.configuration.framework
        changed.parameters = known.configuration.parameters
        let isHigher = version?.isVersionHigher(than: known.version) ?? false
        if let version, version != known.version, !isHigher {
            try row.change("version", "a version never goes back; the next one was taken")
        }
        if changed == known.configuration, !isHigher { return }
        try writer.then(
            .agent(
                .configure(
                    .with {
                        $0.id = known.id
                        $0.configuration = changed
                        $0.version = isHigher ? version : nil
                    })), at: instant)
    }

    private static func share(
        _ known: Agent, with organizations: [OrganizationID], _ row: SourceRow, at instant: Instant,
        _ writer: AdoptionWriter
    ) throws {
        if let first = organizations.first, first != known.organization {
            try row.change("organization_slug", "an agent keeps its owner; the others share it")
        }
        let wanted = organizations.filter { $0 != known.organization }
        // Those before the first that differs stay; the order is that of sharing.
        let same = zip(wanted, known.sharedWith).prefix { $0.0 == $0.1 }.count
        for organization in known.sharedWith[same...] {
            try writer.then(
                .agent(
                    .unshare(
                        .with {
                            $0.id = known.id
                            $0.organization = organization
                        })), at: instant)
        }
        for organization in wanted[same...] { try writer.share(known.id, with: organization, at: instant) }
    }

    /// What the array has not, is in no entity.
    static let places = Adoption.Stage(
        "agent_organizations", key: ["agent_slug", "organization_slug"],
        sql: { schema in
            """
            SELECT p.*, \(schema.isAgent("p.agent_slug", of: "p.organization_slug")) AS adopted_has_agent
            FROM \(schema.table("agent_organizations")) p ORDER BY agent_slug, place, organization_slug
            """
        },
        { row, writer in
            for column in ["agent_slug", "organization_slug", "place"] { _ = row.text(column) }
            guard let slug = row.row["agent_slug"], row.row["adopted_has_agent"] == "t" else {
                return try row.keepWhole("organization_slug", "no organization of the agent; kept in extra")
            }
            writer.recognize(try writer.states.agent(named: slug))
        })

    static let end = Adoption.Stage(
        "agents", key: ["slug"],
        sql: { "SELECT * FROM \($0.agentsBySlug) g WHERE adopted_is_deleted ORDER BY updated_at, slug" },
        { row, writer in
            guard let slug = row.text("slug"), let deleted = Self.deletion(row) else { return }
            let id = try writer.states.agent(named: slug)
            try writer.then(.agent(.delete(.with { $0.id = id })), at: deleted)
        })

    static let losses: [Loss] = []
}
