import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

/// The nodes of workflows, and behind them what stands in for those that took part in runs without a node.
enum OpsAgentTable {
    static let relation = Relation.concatenated([
        Relation.derived(from: WorkflowNode.self, Self.table) { node, _ in Row(node) }.found(byStateIn: "id"),
        Relation.derived(
            from: UnplacedAgent.self, lookingAt: [Agent.self], Self.table,
            goneBy: { [UnplacedAgent.id($0.agent, in: $0.workflow).sqlValue] }
        ) { unplaced, others, body in
            guard unplaced.parts > 0 else { return }
            try body(Row(unplaced, try others.find(unplaced.agent)))
        }.found(byStateIn: "id"),
    ])

    struct Row {
        var id: ThingID
        var workflow: WorkflowID
        var role: WorkflowNodeRole
        var name: String
        var configuration: JSONText
        var position: JSONText
        var modelName: String?
        var temperature: ExactDecimal?
        var maxTokens: Int?
        var tools: [String] = []
        var toolConfigs = JSONText.emptyObject
        var isEnabled: Bool
        var createdAt: Instant
        var updatedAt: Instant

        init(_ node: WorkflowNode) {
            self.id = ThingID(bits: node.id.bits)
            self.workflow = node.workflow
            self.role = node.settings.role
            // The name of a node that was removed is free for others, and its runs still refer to it.
            self.name =
                node.removedAt == nil
                ? node.settings.name : node.settings.name.marked(" (removed \(node.id))", within: 255)
            self.configuration = node.documentedConfiguration
            self.position = node.position
            self.modelName = node.settings.modelName
            self.temperature = node.settings.temperature
            self.maxTokens = node.settings.maxTokens
            self.tools = node.settings.tools
            self.toolConfigs = node.settings.toolConfigs
            self.isEnabled = node.enabled && node.removedAt == nil
            self.createdAt = node.createdAt
            self.updatedAt = node.updatedAt
        }

        init(_ unplaced: UnplacedAgent, _ agent: Agent?) {
            self.id = ThingID(bits: UnplacedAgent.id(unplaced.agent, in: unplaced.workflow).bits)
            self.workflow = unplaced.workflow
            self.role = .custom
            self.name = (agent?.name ?? "unknown").marked(
                " (\(unplaced.agent?.description ?? "no agent"))", within: 255)
            let marked = #"{"synthetic":true}"#
            self.configuration = JSONText(uncheckedCanonical: marked)
            if let agent = unplaced.agent {
                self.configuration = self.configuration.setting("agent_id", to: agent.description)
            }
            self.position = JSONText(uncheckedCanonical: #"{"x":0,"y":0}"#)
            self.isEnabled = true
            self.createdAt = unplaced.since
            self.updatedAt = max(unplaced.since, agent?.updatedAt ?? unplaced.since)
        }
    }

    static let table = Table<Row>(
        "agents", primaryKey: "id", description: "The nodes of workflows: who does what, with which model and tools."
    ) {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("workflow_id", .uuid, \.workflow).references("workflows", onDelete: .cascade)
            .indexed("idx_agents_workflow")
        Column(
            "type", .enumeration("agent_type", ["coordinator", "specialist", "analyzer", "custom"]), \.role,
            nullable: true, default: "specialist"
        ).indexed()
        Column("name", .varchar(255), \.name)
        Column(
            "configuration", .jsonb, \.configuration,
            description: "model_settings, prompt_template, tools, agent_id, and what else the node was given.")
        Column("position", .jsonb, \.position, description: "x and y on the canvas.")
        Column("model_name", .varchar(255), { $0.modelName?.cut(to: 255) }, default: "gpt-4")
        Column(
            "temperature", .numeric(precision: 3, scale: 2), \.temperature, default: .value(.numeric(7, scale: 1)),
            unit: "0-2")
        Column("max_tokens", .integer, \.maxTokens, default: 2048, unit: "tokens")
        Column(
            "tools", .jsonb, { JSONText(list: $0.tools) }, nullable: true, default: .emptyList)
        Column("tool_configs", .jsonb, \.toolConfigs, nullable: true, default: .emptyObject)
        Column("enabled", .boolean, \.isEnabled, nullable: true, default: true)
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Unique("workflow_id", "name")
        Deviation(
            "agents", documented: "every agent of a run is a node of its workflow",
            reason: "runs that other platforms tell of have agents and no nodes",
            ours: "a row stands in for each agent that took part in a workflow without a node: its id is the same in "
                + "every export, its type custom, and its configuration says {\"synthetic\":true,\"agent_id\":…}")
        Deviation(
            "name", documented: "unique in the workflow",
            reason: "the name of a node that was removed is free again, and its runs still refer to it",
            ours:
                "a removed node stays, disabled, and its name ends with \"(removed <id>)\"; that of a row that stands "
                + "in for an agent ends with the agent's id")
    }
}

extension WorkflowNode {
    /// What the node was given beside model, prompt and tools, and these as the members that are documented for them.
    var documentedConfiguration: JSONText {
        var json = JSONWriter()
        json.beginObject()
        json.key("model_settings")
        json.beginObject()
        if let model = self.settings.modelName {
            json.key("model")
            json.string(model)
        }
        if let temperature = self.settings.temperature {
            json.key("temperature")
            json.raw(temperature.description)
        }
        if let tokens = self.settings.maxTokens {
            json.key("max_tokens")
            json.int(tokens)
        }
        json.endObject()
        if let prompt = self.settings.promptTemplate {
            json.key("prompt_template")
            json.string(prompt)
        }
        json.key("tools")
        json.raw(JSONText(list: self.settings.tools))
        if let agent = self.settings.agent {
            json.key("agent_id")
            json.string(agent.description)
        }
        json.members(
            of: self.settings.configuration, without: ["model_settings", "prompt_template", "tools", "agent_id"])
        json.endObject()
        return JSONText(uncheckedCanonical: json.text)
    }
}
