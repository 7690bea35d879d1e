import LedgerDomain
import LedgerEvents

/// `agents` of an orchestrator.
enum AdoptedHost {
    static let creation = Adoption.Stage(
        "agents",
        sql: { schema in
            """
            SELECT *, row_number() OVER (PARTITION BY owner_id, \(AdoptedSchema.name("name")) ORDER BY status = 'inactive', created_at, id)
              AS adopted_namesake
            FROM \(schema.hosts) h WHERE NOT adopted_is_synthetic ORDER BY created_at, id
            """
        },
        { row, writer in
            let id: AgentID = try row.requiredID("id")
            let created = try row.creation(else: "updated_at", "deployed_at")
            let updated = try row.instant("updated_at") ?? created
            let known = try writer.states.find(id)
            let (organization, user) = try Self.owner(row, at: created, writer)
            let name = try writer.free(
                row.name("name", else: "Agent \(id)"), of: id, in: row, "name",
                yields: row.row["adopted_namesake"] != "1"
            ) { Agent.alias(of: $0, ownedBy: organization?.bits ?? user?.bits ?? 0) }
            let configuration = try Self.configuration(row)
            let version = try row.version("version")
            if let known {
                writer.recognize(id)
                if known.deletedAt != nil { return }
                try Self.change(known, name, configuration, version, at: updated, writer)
            } else {
                try writer.record(
                    .agent(
                        .create(
                            .with {
                                $0.id = id
                                $0.organization = organization
                                $0.ownerUser = user
                                $0.name = name
                                $0.version = version
                                $0.configuration = configuration
                            })), at: created)
            }
            try Self.deploy(id, row, known, at: updated, writer)
            try Self.enter(
                try row.word("status", else: Agent.Status.others) ?? .draft, id, known, row, at: updated, writer)
        })

    private static func configuration(_ row: SourceRow) throws -> AgentConfiguration {
        var configuration = AgentConfiguration()
        configuration.description = try row.description("description") ?? ""
        configuration.framework = try row.word("framework")
        configuration.authoring = try row.word("agent_type")
        configuration.metadata = try row.configuration("metadata")
        configuration.llmConfig = .emptyObject
        return configuration
    }

    /// The owner; a user or an organization stands in for one who is gone.
    private static func owner(
        _ row: SourceRow, at instant: Instant, _ writer: AdoptionWriter
    ) throws -> (organization: OrganizationID?, user: UserID?) {
        let owner = row.text("owner_id")
        switch (row.text("owner_type"), row.text("adopted_owner")) {
        case ("organization", "t"): return (try row.id("owner_id"), nil)
        case ("user", "t"): return (nil, try row.id("owner_id"))
        case ("user", _):
            guard let user: UserID = try row.id("owner_id") else { break }
            try row.makeUp("owner_id", "no such user; one stands in")
            try writer.makeUpUser(user, at: instant)
            return (nil, user)
        case _: break
        }
        try row.makeUp("owner_id", "no such owner; an organization stands in")
        if owner != nil { row.keep("owner_id") }
        return (try writer.commonOrganization(at: instant), nil)
    }

    private static func change(
        _ known: Agent, _ name: String, _ configuration: AgentConfiguration, _ version: String?, at instant: Instant,
        _ writer: AdoptionWriter
    ) throws {
        try writer.rename(known.id, to: name, at: instant)
        var changed = known.configuration
        changed.description = configuration.description
        changed.framework = configuration.framework
        changed.authoring = configuration.authoring ?? known.configuration.authoring
        changed.metadata = configuration.metadata
        let isHigher = version?.isVersionHigher(than: known.version) ?? false
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

    private static func enter(
        _ status: Agent.Status, _ id: AgentID, _ known: Agent?, _ row: SourceRow, at updated: Instant,
        _ writer: AdoptionWriter
    ) throws {
        guard known?.status != status else { return }
        let activation = DomainCommand.agent(.activate(.with { $0.id = id }))
        switch status {
        case .draft: if known != nil { try row.change("status", "an agent does not become a draft again") }
        case .active: try writer.then(activation, at: updated)
        case .inactive:
            try writer.then(activation, at: updated)
            try writer.then(.agent(.deactivate(.with { $0.id = id })), at: updated)
        case .error:
            try writer.then(activation, at: updated)
            try writer.then(.agent(.fail(.with { $0.id = id })), at: updated)
        }
    }

    private static func deploy(
        _ id: AgentID, _ row: SourceRow, _ known: Agent?, at updated: Instant, _ writer: AdoptionWriter
    ) throws {
        // A container that was never deployed stays in extra.
        guard let deployed = try row.instant("deployed_at"), known?.deployedAt != deployed || known?.container != nil
        else { return }
        let container = try row.name("container_id")
        if known?.deployedAt != deployed || container != nil {
            try writer.then(
                .agent(
                    .deploy(
                        .with {
                            $0.id = id
                            $0.container = container ?? "unknown"
                        })), at: deployed)
        }
        if container == nil { try writer.then(.agent(.undeploy(.with { $0.id = id })), at: updated) }
    }

    static let losses = [
        Loss("agents", "updated_at", "the time of the last change that was taken over"),
        Loss("agents", "created_at", where: "metadata->>'synthetic' = 'true'", "the workflow's"),
    ]
}
