import LedgerEvents

/// A step of a workflow as it stands on its canvas.
public struct WorkflowNode: Entity {
    @usableFromInline package static let kind = "workflow_node"
    @usableFromInline package typealias Rules = WorkflowNodeDecider

    public var id = WorkflowNodeID.zero
    public var organization = OrganizationID.zero
    public var workflow = WorkflowID.zero
    /// On the canvas.
    public var x = 0
    public var y = 0
    public var settings = WorkflowNodeSettings()
    public var enabled = false
    /// Why it is disabled.
    public var disabledReason: String?
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero
    public var removedAt: Instant?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package static var isIndexed: Bool { true }

    @usableFromInline package var aliases: [EventTag] {
        self.removedAt == nil && self.id != .zero ? [Self.alias(of: self.settings.name, in: self.workflow)] : []
    }

    @usableFromInline package var listings: [EventTag] {
        guard self.id != .zero else { return [] }
        let all = [Self.all(in: self.workflow)]
        guard self.removedAt == nil, let agent = self.settings.agent else { return all }
        return all + [Self.places(of: agent, in: self.workflow)]
    }

    /// The nodes of a workflow, removed ones too.
    package static func all(in workflow: WorkflowID) -> EventTag {
        EventTag(kind: "nodes_of_workflow", text: workflow.description)
    }

    /// The nodes at which an agent stands in a workflow.
    package static func places(of agent: AgentID, in workflow: WorkflowID) -> EventTag {
        EventTag(kind: "workflow_nodes", text: "\(workflow)/\(agent)")
    }

    /// `{"x":120,"y":40}`
    package var position: JSONText { JSONText(uncheckedCanonical: #"{"x":\#(self.x),"y":\#(self.y)}"#) }

    package static func alias(of name: String, in workflow: WorkflowID) -> EventTag {
        EventTag(kind: "workflow_node_name", text: "\(workflow)/\(name)")
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "workflow_id", &self.workflow)
        try v.field(4, "position_x", &self.x)
        try v.field(5, "position_y", &self.y)
        try v.field(6, "enabled", &self.enabled)
        try v.field(7, "disabled_reason", &self.disabledReason)
        try v.field(8, "created_at", &self.createdAt)
        try v.field(9, "updated_at", &self.updatedAt)
        try v.field(10, "removed_at", &self.removedAt)
        try self.settings.fields(&v)
    }
}

public typealias WorkflowNodeID = ID<WorkflowNode>
