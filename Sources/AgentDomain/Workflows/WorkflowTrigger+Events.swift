import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum WorkflowTriggerEvent: EntityEvent {
    case added(WorkflowTriggerAdded)
    case changed(WorkflowTriggerChanged)
    case enabled(WorkflowTriggerEnabled)
    case disabled(WorkflowTriggerDisabled)
    case removed(WorkflowTriggerRemoved)
    case fired(WorkflowTriggerFired)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.added), EventCase(Self.changed), EventCase(Self.enabled), EventCase(Self.disabled),
        EventCase(Self.removed), EventCase(Self.fired),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .added(let payload): try visitor.visit(payload)
        case .changed(let payload): try visitor.visit(payload)
        case .enabled(let payload): try visitor.visit(payload)
        case .disabled(let payload): try visitor.visit(payload)
        case .removed(let payload): try visitor.visit(payload)
        case .fired(let payload): try visitor.visit(payload)
        }
    }
}

public struct WorkflowTriggerAdded: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_trigger.added"
    public var id = WorkflowTriggerID.zero
    /// The workflow's. Written by the decider.
    public var organization = OrganizationID.zero
    public var workflow = WorkflowID.zero
    public var triggerType = WorkflowTriggerType.manual
    /// Nil in a command means true.
    public var enabled: Bool?
    public var settings = WorkflowTriggerSettings()

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_trigger_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "workflow_id", &self.workflow)
        try v.field(4, "trigger_type", &self.triggerType)
        try v.field(5, "enabled", &self.enabled)
        try self.settings.fields(&v)
    }
}

/// The whole settings anew; the type stays.
public struct WorkflowTriggerChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_trigger.changed"
    public var id = WorkflowTriggerID.zero
    public var settings = WorkflowTriggerSettings()

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_trigger_id", &self.id)
        try self.settings.fields(&v)
    }
}

public struct WorkflowTriggerEnabled: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_trigger.enabled"
    public var id = WorkflowTriggerID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_trigger_id", &self.id)
    }
}

public struct WorkflowTriggerDisabled: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_trigger.disabled"
    public var id = WorkflowTriggerID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_trigger_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}

/// The trigger is gone, and the workflow may have another of its type; its runs stay.
public struct WorkflowTriggerRemoved: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_trigger.removed"
    public var id = WorkflowTriggerID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_trigger_id", &self.id)
    }
}

public struct WorkflowTriggerFired: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_trigger.fired"
    @usableFromInline package static let mentions = [6]
    public var id = WorkflowTriggerID.zero
    /// The trigger's. Written by the decider.
    public var workflow = WorkflowID.zero
    /// The run that is queued in the same append. Not given in a command, it is named by the trigger and the moment:
    /// firing twice for one moment is firing once.
    public var workflowExecution = WorkflowExecutionID.zero
    public var input = JSONText.emptyObject
    /// What called: a webhook's delivery, an event's id.
    public var externalTrigger: String?
    /// The actor, where it is a user. Written by the decider.
    public var triggeredByUser: UserID?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_trigger_id", &self.id)
        try v.field(2, "workflow_id", &self.workflow)
        try v.field(3, "workflow_execution_id", &self.workflowExecution)
        try v.field(4, "input_data", &self.input)
        try v.field(5, "external_trigger_id", &self.externalTrigger)
        try v.field(6, "triggered_by_user_id", &self.triggeredByUser)
    }
}
