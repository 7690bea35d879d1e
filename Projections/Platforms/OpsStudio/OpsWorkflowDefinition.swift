import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

/// A workflow's definition in its documented form: agents, connections, variables and triggers.
struct OpsWorkflowDefinition {
    private let workflow: Workflow
    private let nodes: [WorkflowNode]
    private let triggers: [WorkflowTrigger]

    init(of workflow: Workflow, _ others: Lookups) throws {
        self.workflow = workflow
        self.nodes = try others.views.members(of: WorkflowNode.all(in: workflow.id))
            .compactMap { try others.find(WorkflowNodeID(bits: $0)) }
        self.triggers = try others.views.members(of: WorkflowTrigger.all(in: workflow.id))
            .compactMap { try others.find(WorkflowTriggerID(bits: $0)) }
    }

    /// When the workflow, or anything that its definition is made of, changed last.
    var updatedAt: Instant {
        max(
            self.workflow.updatedAt, self.nodes.map(\.updatedAt).max() ?? .zero,
            self.triggers.map(\.updatedAt).max() ?? .zero)
    }

    /// What the definition does not have itself is made of the workflow's nodes and triggers.
    var json: JSONText {
        let given = self.workflow.definition.memberNames()
        var json = JSONWriter()
        json.beginObject()
        json.members(of: self.workflow.definition, without: [])
        if !given.contains("agents") {
            json.key("agents")
            json.beginArray()
            for node in self.nodes where node.removedAt == nil { Self.write(node, &json) }
            json.endArray()
        }
        if !given.contains("connections") {
            json.key("connections")
            json.raw("[]")
        }
        if !given.contains("variables") {
            json.key("variables")
            json.raw("{}")
        }
        if !given.contains("triggers") {
            json.key("triggers")
            json.beginArray()
            for trigger in self.triggers where trigger.removedAt == nil { Self.write(trigger, &json) }
            json.endArray()
        }
        json.endObject()
        return JSONText(uncheckedCanonical: json.text)
    }

    private static func write(_ node: WorkflowNode, _ json: inout JSONWriter) {
        json.beginObject()
        json.key("id")
        json.string(node.id.description)
        json.key("name")
        json.string(node.settings.name)
        json.key("type")
        json.string(node.settings.role.rawValue)
        json.key("config")
        json.raw(node.documentedConfiguration.text)
        json.endObject()
    }

    private static func write(_ trigger: WorkflowTrigger, _ json: inout JSONWriter) {
        json.beginObject()
        json.key("id")
        json.string(trigger.id.description)
        json.key("type")
        json.string(trigger.triggerType.rawValue)
        json.key("enabled")
        json.bool(trigger.enabled)
        for (name, value) in [
            ("schedule_cron", trigger.settings.scheduleCron), ("webhook_url", trigger.settings.webhookURL),
            ("event_type", trigger.settings.eventType), ("event_source", trigger.settings.eventSource),
        ] {
            guard let value else { continue }
            json.key(name)
            json.string(value)
        }
        json.endObject()
    }
}
