import LedgerDomain
import LedgerEvents

/// `agents`: the nodes of workflows, and the agents behind them.
enum AdoptedNode {
    /// An agent that stands for itself alone gives its name; that of a node is as good where there is none.
    static let agents = Adoption.Stage(
        "agents",
        sql: { "SELECT * FROM \($0.namedAgents) named ORDER BY created_at, id" },
        { row, writer in
            let id: AgentID = try row.requiredID("id")
            let organization: OrganizationID = try row.requiredID("organization_id")
            if try writer.states.find(id) != nil { return }
            let name = try writer.free(row.name("name", else: "Agent \(id)"), of: id, in: row, "name") {
                Agent.alias(of: $0, ownedBy: organization.bits)
            }
            try writer.then(
                .agent(
                    .create(
                        .with {
                            $0.id = id
                            $0.organization = organization
                            $0.name = name
                            $0.configuration.llmConfig = .emptyObject
                        })), at: try row.instant("created_at") ?? row.rules.earliest)
        })

    static func place(_ row: SourceRow, _ writer: AdoptionWriter) throws {
        let id: WorkflowNodeID = try row.requiredID("id")
        let created = try row.creation(else: "updated_at")
        let workflow: WorkflowID = try row.requiredID("workflow_id")
        let settings = try Self.settings(row, id, in: workflow, writer)
        if let agent = settings.agent, row.text("adopted_owner") != row.text("organization_id") {
            try writer.share(agent, with: try row.requiredID("organization_id"), at: created)
        }
        let (x, y) = try Self.position(row)
        let known = try writer.states.find(id)
        let isEnabled = row.text("enabled") != "f"
        if let known {
            writer.recognize(id)
            if known.removedAt != nil { return Self.isRemoved(row) ? () : try row.cannotReach("name") }
            return try Self.change(
                known, settings, x, y, isEnabled, at: try row.instant("updated_at") ?? created, writer)
        }
        try writer.record(
            .workflowNode(
                .place(
                    .with {
                        $0.id = id
                        $0.workflow = workflow
                        $0.x = x
                        $0.y = y
                        $0.settings = settings
                    })), at: created)
        guard !isEnabled, !Self.isRemoved(row) else { return }
        try writer.then(.workflowNode(.disable(.with { $0.id = id })), at: try row.instant("updated_at") ?? created)
    }

    private static func change(
        _ known: WorkflowNode, _ settings: WorkflowNodeSettings, _ x: Int, _ y: Int, _ isEnabled: Bool,
        at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        try writer.then(
            .workflowNode(
                .configure(
                    .with {
                        $0.id = known.id
                        $0.settings = settings
                    })), at: instant)
        try writer.then(
            .workflowNode(
                .move(
                    .with {
                        $0.id = known.id
                        $0.x = x
                        $0.y = y
                    })), at: instant)
        try writer.then(
            .workflowNode(isEnabled ? .enable(.with { $0.id = known.id }) : .disable(.with { $0.id = known.id })),
            at: instant)
    }

    private static func position(_ row: SourceRow) throws -> (x: Int, y: Int) {
        let position = try row.object("position")
        let (x, y) = (position.integer("x"), position.integer("y"))
        // A position may be drawn with fractions.
        let isWhole = (x != nil || position.member("x") == nil) && (y != nil || position.member("y") == nil)
        if !isWhole { try row.change("position", "rounded to whole numbers, or 0 where it is none") }
        func rounded(_ name: String) -> Int {
            position.member(name).flatMap { Double($0.text) }.flatMap { Int(exactly: $0.rounded()) } ?? 0
        }
        let rest = position.without(["x", "y"])
        if rest != .emptyObject { row.keep("position", position) }
        return (x ?? rounded("x"), y ?? rounded("y"))
    }

    static func remove(_ row: SourceRow, _ writer: AdoptionWriter) throws {
        try writer.then(
            .workflowNode(.remove(try .with { $0.id = try row.requiredID("id") })),
            at: try row.creation("updated_at", else: "created_at"))
    }

    /// What the configuration says again is told by its own columns.
    private static func settings(
        _ row: SourceRow, _ id: WorkflowNodeID, in workflow: WorkflowID, _ writer: AdoptionWriter
    ) throws -> WorkflowNodeSettings {
        let configuration = try row.configuration("configuration")
        let prompt = configuration.text("prompt_template").map { $0.withoutSecret().text }
        return try .with {
            $0.name = try Self.name(row, id, in: workflow, writer)
            $0.role = try row.word("type") ?? .specialist
            $0.agent = try row.id("adopted_agent")
            $0.modelName = try row.name("model_name")
            $0.temperature = try row.decimal("temperature", in: .zero...ExactDecimal(2))?.rounded(toDigits: 2)
            $0.maxTokens = try row.integer("max_tokens", in: 1...Int(Int32.max))
            $0.promptTemplate = prompt
            $0.tools = try row.names("tools")
            $0.toolConfigs = try row.configuration("tool_configs")
            let own: Set<String> = ["model_settings", "tools", "agent_id"]
            $0.configuration = configuration.without(prompt == nil ? own : own.union(["prompt_template"]))
            try Self.keepContradictions(configuration, row)
        }
    }

    /// Keeps a configuration that says otherwise what the columns say.
    private static func keepContradictions(_ configuration: JSONText, _ row: SourceRow) throws {
        let model = configuration.member("model_settings") ?? .emptyObject
        let tools = configuration.member("tools")
        let hasSameTools = try tools == nil || tools == row.json("tools")
        let isSame =
            (model.text("model") ?? row.row["model_name"]) == row.row["model_name"]
            && model.without(["model", "temperature", "max_tokens"]) == .emptyObject && hasSameTools
        if !isSame { row.keep("configuration", configuration) }
    }

    /// A node that is gone says so by its name.
    private static func name(
        _ row: SourceRow, _ id: WorkflowNodeID, in workflow: WorkflowID, _ writer: AdoptionWriter
    ) throws -> String {
        let name = try row.name("name", else: "Node \(id)")
        if Self.isRemoved(row) { return String(name.dropLast(Self.mark(row).count)) }
        return try writer.free(name, of: id, in: row, "name") { WorkflowNode.alias(of: $0, in: workflow) }
    }

    private static func mark(_ row: SourceRow) -> String { " (removed \(row.row["id"] ?? ""))" }
    private static func isRemoved(_ row: SourceRow) -> Bool { row.row["name"]?.hasSuffix(Self.mark(row)) ?? false }

    static let losses = [
        Loss(
            "agents", "created_at", where: "configuration->>'synthetic' = 'true'",
            "when the agent first ran in the workflow; of a run that was repeated, the last time is told"),
        Loss("agents", "updated_at", "it comes back where the node was disabled or removed then"),
    ]
}
