import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum WorkflowNodeEvent: EntityEvent {
    case placed(WorkflowNodePlaced)
    case configured(WorkflowNodeConfigured)
    case moved(WorkflowNodeMoved)
    case enabled(WorkflowNodeEnabled)
    case disabled(WorkflowNodeDisabled)
    case removed(WorkflowNodeRemoved)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.placed), EventCase(Self.configured), EventCase(Self.moved), EventCase(Self.enabled),
        EventCase(Self.disabled), EventCase(Self.removed),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .placed(let payload): try visitor.visit(payload)
        case .configured(let payload): try visitor.visit(payload)
        case .moved(let payload): try visitor.visit(payload)
        case .enabled(let payload): try visitor.visit(payload)
        case .disabled(let payload): try visitor.visit(payload)
        case .removed(let payload): try visitor.visit(payload)
        }
    }
}

/// A step stands in a workflow.
public struct WorkflowNodePlaced: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_node.placed"
    public var id = WorkflowNodeID.zero
    /// The workflow's. Written by the decider.
    public var organization = OrganizationID.zero
    public var workflow = WorkflowID.zero
    public var x = 0
    public var y = 0
    /// Nil in a command means true.
    public var enabled: Bool?
    public var settings = WorkflowNodeSettings()

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_node_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "workflow_id", &self.workflow)
        try v.field(4, "position_x", &self.x)
        try v.field(5, "position_y", &self.y)
        try v.field(6, "enabled", &self.enabled)
        try self.settings.fields(&v)
    }
}

/// The whole settings anew, its name among them.
public struct WorkflowNodeConfigured: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_node.configured"
    public var id = WorkflowNodeID.zero
    public var settings = WorkflowNodeSettings()

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_node_id", &self.id)
        try self.settings.fields(&v)
    }
}

/// It stands elsewhere on the canvas.
public struct WorkflowNodeMoved: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_node.moved"
    public var id = WorkflowNodeID.zero
    public var x = 0
    public var y = 0

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_node_id", &self.id)
        try v.field(2, "position_x", &self.x)
        try v.field(3, "position_y", &self.y)
    }
}

public struct WorkflowNodeEnabled: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_node.enabled"
    public var id = WorkflowNodeID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_node_id", &self.id)
    }
}

/// Runs leave it out.
public struct WorkflowNodeDisabled: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_node.disabled"
    public var id = WorkflowNodeID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_node_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}

/// The node is gone and its name is free again.
public struct WorkflowNodeRemoved: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_node.removed"
    public var id = WorkflowNodeID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_node_id", &self.id)
    }
}
