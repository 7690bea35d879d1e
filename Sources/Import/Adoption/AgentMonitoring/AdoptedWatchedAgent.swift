import AgentDomain
import EventSourcing

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
            try writer.record(
                .agentType(
                    .define(
                        try .with {
                            $0.id = try row.requiredID("id")
                            $0.organization = try row.id("organization_id")
                            $0.name = try row.required("name")
                            $0.description = row.text("description")
                            $0.defaultConfig = try row.object("default_config")
                            $0.requiredParams = try row.list("required_params")
                        })), at: try row.requiredInstant("created_at"))
        })

    static let creation = Adoption.Stage("agents", orderedBy: "created_at, id") { row, writer in
        let id: AgentID = try row.requiredID("id")
        let created = try row.requiredInstant("created_at")
        let updated = try row.instant("updated_at") ?? created
        let organization: OrganizationID? = try row.id("org_id")
        let creator: UserID? = try row.id("created_by")
        try writer.record(
            .agent(
                .create(
                    try .with {
                        $0.id = id
                        $0.organization = organization
                        $0.ownerUser = organization == nil ? creator : nil
                        $0.name = try row.required("name")
                        $0.template = try row.id("type_id")
                        $0.createdBy = creator
                        $0.configuration.llmConfig = .emptyObject
                        $0.configuration.parameters = try row.object("config")
                    })), at: created)
        try Self.equip(id, row, at: updated, writer)
        let known = try writer.states.find(id)?.status
        let activation = DomainCommand.agent(.activate(.with { $0.id = id }))
        switch row.text("status") {
        case "active": try writer.then(activation, at: updated)
        case "error" where known != .error:
            try writer.then(activation, at: updated)
            try writer.then(.agent(.fail(.with { $0.id = id })), at: updated)
        case nil, "inactive", "error": break
        case let status?: throw CellError("status is \"\(status)\", which is not one of active, inactive, error")
        }
    }

    private static func equip(
        _ id: AgentID, _ row: AdoptedRow, at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        // A key in the clear is not taken over: the agent gets another.
        if let hash = row.text("api_key"), hash.wholeMatch(of: /[0-9a-f]{64}/) != nil {
            try writer.then(
                .agent(
                    .rotateAPIKey(
                        .with {
                            $0.id = id
                            $0.hash = hash
                            $0.prefix = "unknown"
                        })), at: instant)
        }
        if let url = row.text("webhook_url") {
            try writer.then(
                .agent(
                    .changeWebhook(
                        .with {
                            $0.id = id
                            $0.url = url
                        })), at: instant)
        }
        if let schedule = row.text("schedule") {
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
