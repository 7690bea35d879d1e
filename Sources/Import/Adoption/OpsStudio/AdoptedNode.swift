import AgentDomain
import EventSourcing

/// `agents`: the nodes of workflows, and the agents behind them.
enum AdoptedNode {
    /// An agent that stands for itself alone gives its name; that of a node is as good where there is none.
    static let agents = Adoption.Stage(
        "agents",
        sql: { schema in
            let metrics =
                schema.has("agent_metrics")
                ? """
                 UNION ALL SELECT (dimensions->>'agent_id')::uuid, organization_id, "timestamp", 'agent', false
                FROM \(schema.table("agent_metrics")) WHERE dimensions->>'agent_id' ~ '^[0-9a-fA-F-]{36}$'
                """ : ""
            return """
                SELECT *, row_number() OVER (PARTITION BY organization_id, name ORDER BY created_at, id) AS namesake FROM (
                  SELECT DISTINCT ON (agent) agent AS id, first_value(organization_id) OVER w AS organization_id,
                    first_value(created_at) OVER w AS created_at, name, is_synthetic
                  FROM (SELECT agent, organization_id, created_at,
                      CASE WHEN is_synthetic THEN left(name, -length(' (' || agent || ')')) ELSE name END AS name, is_synthetic
                    FROM \(schema.nodes) n WHERE agent IS NOT NULL\(metrics)) found
                  WINDOW w AS (PARTITION BY agent ORDER BY created_at, organization_id)
                  ORDER BY agent, is_synthetic DESC, (name = 'agent'), created_at) named
                ORDER BY created_at, id
                """
        },
        { row, writer in
            let id: AgentID = try row.requiredID("id")
            let name = try row.required("name")
            try writer.then(
                .agent(
                    .create(
                        try .with {
                            $0.id = id
                            $0.organization = try row.requiredID("organization_id")
                            $0.name = row.text("namesake") == "1" ? name : "\(name.prefix(200)) (\(id))"
                            $0.configuration.llmConfig = .emptyObject
                        })), at: try row.requiredInstant("created_at"))
        })

    static func place(_ row: AdoptedRow, _ writer: AdoptionWriter) throws {
        let id: WorkflowNodeID = try row.requiredID("id")
        let created = try row.requiredInstant("created_at")
        let settings = try Self.settings(row)
        if let agent = settings.agent, row.text("owner") != row.text("organization_id") {
            try writer.then(
                .agent(
                    .shareWithOrganization(
                        try .with {
                            $0.id = agent
                            $0.organization = try row.requiredID("organization_id")
                        })), at: created)
        }
        let position = try row.object("position")
        let known = try writer.states.find(id)
        try writer.record(
            .workflowNode(
                .place(
                    try .with {
                        $0.id = id
                        $0.workflow = try row.requiredID("workflow_id")
                        $0.x = position.integer("x") ?? 0
                        $0.y = position.integer("y") ?? 0
                        $0.settings = settings
                    })), at: created)
        guard known == nil, row.text("enabled") == "f", !Self.isRemoved(row) else { return }
        try writer.then(.workflowNode(.disable(.with { $0.id = id })), at: try row.instant("updated_at") ?? created)
    }

    static func remove(_ row: AdoptedRow, _ writer: AdoptionWriter) throws {
        try writer.then(
            .workflowNode(.remove(try .with { $0.id = try row.requiredID("id") })),
            at: try row.instant("updated_at") ?? row.requiredInstant("created_at"))
    }

    /// What the configuration says again is told by its own columns.
    private static func settings(_ row: AdoptedRow) throws -> WorkflowNodeSettings {
        let configuration = try row.object("configuration")
        return try .with {
            $0.name =
                Self.isRemoved(row)
                ? String(try row.required("name").dropLast(Self.mark(row).count)) : try row.required("name")
            $0.role = try row.word("type") ?? .specialist
            $0.agent = try row.id("agent")
            $0.modelName = row.text("model_name")
            $0.temperature = try row.decimal("temperature")
            $0.maxTokens = try row.integer("max_tokens")
            $0.promptTemplate = configuration.text("prompt_template")
            $0.tools = try row.list("tools")
            $0.toolConfigs = try row.object("tool_configs")
            $0.configuration = try configuration.without(["model_settings", "prompt_template", "tools", "agent_id"])
        }
    }

    private static func mark(_ row: AdoptedRow) -> String { " (removed \(row.text("id") ?? ""))" }
    private static func isRemoved(_ row: AdoptedRow) -> Bool { row.text("name")?.hasSuffix(Self.mark(row)) ?? false }

    static let losses = [
        Loss(
            "agents", "created_at", where: "configuration->>'synthetic' = 'true'",
            "when the agent first ran in the workflow; of a run that was repeated, the last time is told"),
        Loss("agents", "updated_at", "it comes back where the node was disabled or removed then"),
    ]
}
