import LedgerDomain
import LedgerEvents

/// `agent_types` and `agents` of a monitored platform.
enum AdoptedWatchedAgent {
    /// A type belongs to the one organization whose agents are of it, or else to the platform.
    static let types = Adoption.Stage(
        "agent_types",
        sql: { schema in
            """
            SELECT t.*, (SELECT CASE WHEN count(DISTINCT org_id) = 1 AND count(*) = count(org_id) THEN min(org_id::text) END
              FROM \(schema.table("agents")) a WHERE a.type_id = t.id) AS organization_id
            FROM \(schema.table("agent_types")) t ORDER BY created_at, id
            """
        },
        { row, writer in
            let id: AgentTypeID = try row.requiredID("id")
            let created = try row.creation(else: "updated_at")
            let known = try writer.states.find(id)
            let organization = try known?.organization ?? row.id("organization_id")
            let name = try writer.free(row.name("name", else: "Type \(id)"), of: id, in: row, "name") {
                AgentType.alias(of: $0, in: organization)
            }
            let description = row.text("description")
            let config = try row.configuration("default_config")
            let params = try row.names("required_params")
            if let known {
                writer.recognize(id)
                if known.name != name { try row.change("name", "a type keeps its name") }
                return try writer.then(
                    .agentType(
                        .revise(
                            .with {
                                $0.id = id
                                $0.description = description
                                $0.defaultConfig = config
                                $0.requiredParams = params
                            })), at: try row.instant("updated_at") ?? created)
            }
            try writer.record(
                .agentType(
                    .define(
                        .with {
                            $0.id = id
                            $0.organization = organization
                            $0.name = name
                            $0.description = description
                            $0.defaultConfig = config
                            $0.requiredParams = params
                        })), at: created)
        })

    static let creation = Adoption.Stage(
        "agents",
        sql: { schema in
            """
            SELECT a.*, t.required_params AS adopted_required_params FROM \(schema.table("agents")) a
            LEFT JOIN \(schema.table("agent_types")) t ON t.id = a.type_id ORDER BY a.created_at, a.id
            """
        },
        { row, writer in
            let id: AgentID = try row.requiredID("id")
            let created = try row.creation(else: "updated_at", "last_heartbeat")
            let updated = try row.instant("updated_at") ?? created
            let known = try writer.states.find(id)
            let (organization, user) = try Self.owner(row, at: created, writer)
            let name = try writer.free(row.name("name", else: "Agent \(id)"), of: id, in: row, "name") {
                Agent.alias(of: $0, ownedBy: organization?.bits ?? user?.bits ?? 0)
            }
            let config = try row.configuration("config")
            if let known {
                writer.recognize(id)
                if known.deletedAt != nil { return }
                try Self.change(known, name, config, at: updated, writer)
            } else {
                try writer.record(
                    .agent(
                        .create(
                            try .with {
                                $0.id = id
                                $0.organization = organization
                                $0.ownerUser = user
                                $0.name = name
                                $0.template = try Self.type(row, config, for: organization, writer)
                                $0.createdBy = try row.id("created_by")
                                $0.configuration.llmConfig = .emptyObject
                                $0.configuration.parameters = config
                            })), at: created)
            }
            try Self.equip(id, row, known, at: updated, writer)
            let status = try row.word("status", else: Agent.Status.others) ?? .inactive
            if let known, status == .draft, known.status != .draft { return try row.cannotReach("status") }
            try Self.enter(status, id, known, at: updated, writer)
        })

    /// An organization, else the person who made it, else nobody: then an organization stands in.
    private static func owner(
        _ row: SourceRow, at instant: Instant, _ writer: AdoptionWriter
    ) throws -> (organization: OrganizationID?, user: UserID?) {
        if let organization: OrganizationID = try row.id("org_id") { return (organization, nil) }
        if let user: UserID = try row.id("created_by") { return (nil, user) }
        try row.makeUp("org_id", "neither an organization nor a maker; an organization stands in")
        return (try writer.commonOrganization(at: instant), nil)
    }

    /// The type, where the agent gives what it requires and the type is not known as another organization's.
    private static func type(
        _ row: SourceRow, _ config: JSONText, for organization: OrganizationID?, _ writer: AdoptionWriter
    ) throws -> AgentTypeID? {
        let type: AgentTypeID? = try row.id("type_id")
        if let type, let owner = try writer.states.find(type)?.organization, owner != organization {
            try row.change("type_id", "another organization's type; left out")
            return nil
        }
        let required = try row.json("adopted_required_params") ?? .emptyArray
        let given = Set(config.members.filter { $0.value != .null }.map(\.name))
        var isComplete = true
        if required.text.hasPrefix("[") {
            try required.reading { reader in
                try reader.array { reader in
                    let param = try JSONText(reading: &reader)
                    guard param.text.hasPrefix("\"") else { return }
                    let name = try param.reading { try $0.string() }
                    if !given.contains(FittingName.of(name) ?? name) { isComplete = false }
                }
            }
        }
        if type != nil, !isComplete {
            try row.change("type_id", "the config lacks parameters that the type requires; left out")
            return nil
        }
        return type
    }

    private static func change(
        _ known: Agent, _ name: String, _ config: JSONText, at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        try writer.rename(known.id, to: name, at: instant)
        if known.configuration.parameters == config { return }
        try writer.then(
            .agent(
                .configure(
                    .with {
                        $0.id = known.id
                        $0.configuration = known.configuration
                        $0.configuration.parameters = config
                    })), at: instant)
    }

    static func enter(
        _ status: Agent.Status, _ id: AgentID, _ known: Agent?, at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        if known?.status == status { return }
        let activation = DomainCommand.agent(.activate(.with { $0.id = id }))
        switch status {
        case .draft: break
        case .active: try writer.then(activation, at: instant)
        // One that was never active is a draft.
        case .inactive:
            guard known?.status == .active || known?.status == .error else { return }
            try writer.then(.agent(.deactivate(.with { $0.id = id })), at: instant)
        case .error:
            try writer.then(activation, at: instant)
            try writer.then(.agent(.fail(.with { $0.id = id })), at: instant)
        }
    }

    private static func equip(
        _ id: AgentID, _ row: SourceRow, _ known: Agent?, at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        if let hash = row.text("api_key"), !hash.isEmpty {
            if hash.wholeMatch(of: /[0-9a-f]{64}/) != nil {
                try writer.then(
                    .agent(
                        .rotateAPIKey(
                            .with {
                                $0.id = id
                                $0.hash = hash
                                $0.prefix = "unknown"
                            })), at: instant)
            } else {
                row.lose("api_key", "a key in the clear; the agent gets another")
            }
        }
        let url = try row.url("webhook_url")
        if url != known?.webhookURL {
            try writer.then(
                .agent(
                    .changeWebhook(
                        .with {
                            $0.id = id
                            $0.url = url
                        })), at: instant)
        }
        var schedule = row.text("schedule")
        if let text = schedule, !Accepted.schedule(text) {
            try row.change("schedule", "no five fields of cron; left out")
            schedule = nil
        }
        if schedule != known?.schedule {
            try writer.then(
                .agent(
                    .schedule(
                        .with {
                            $0.id = id
                            $0.schedule = schedule
                        })), at: instant)
        }
        if let heartbeat = try row.instant("last_heartbeat") {
            try writer.then(.agent(.receiveHeartbeat(.with { $0.id = id })), at: heartbeat)
        }
    }

    static let losses = [
        Loss("agent_types", "updated_at", "what changed then is not told"),
        Loss("agents", "updated_at", "the time of the last change that was taken over"),
        Loss("agents", "api_key", where: "api_key !~ '^[0-9a-f]{64}$'", "a key in the clear is not taken over"),
    ]
}
