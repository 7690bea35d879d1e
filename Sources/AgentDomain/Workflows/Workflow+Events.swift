import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum WorkflowEvent: EntityEvent {
    case created(WorkflowCreated)
    case revised(WorkflowRevised)
    case executionPolicyChanged(WorkflowExecutionPolicyChanged)
    case renamed(WorkflowRenamed)
    case activated(WorkflowActivated)
    case paused(WorkflowPaused)
    case archived(WorkflowArchived)
    case deleted(WorkflowDeleted)
    case withdrawn(WorkflowWithdrawn)
    case redated(WorkflowRedated)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.created), EventCase(Self.revised), EventCase(Self.executionPolicyChanged),
        EventCase(Self.renamed), EventCase(Self.activated), EventCase(Self.paused), EventCase(Self.archived),
        EventCase(Self.deleted), EventCase(Self.withdrawn), EventCase(Self.redated),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .created(let payload): try visitor.visit(payload)
        case .revised(let payload): try visitor.visit(payload)
        case .executionPolicyChanged(let payload): try visitor.visit(payload)
        case .renamed(let payload): try visitor.visit(payload)
        case .activated(let payload): try visitor.visit(payload)
        case .paused(let payload): try visitor.visit(payload)
        case .archived(let payload): try visitor.visit(payload)
        case .deleted(let payload): try visitor.visit(payload)
        case .withdrawn(let payload): try visitor.visit(payload)
        case .redated(let payload): try visitor.visit(payload)
        }
    }
}

public struct WorkflowCreated: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow.created"
    @usableFromInline package static let mentions = [10]
    public var id = WorkflowID.zero
    public var organization = OrganizationID.zero
    /// The organization's live workflows have different names.
    public var name = ""
    public var description: String?
    public var definition = JSONText.emptyObject
    public var workflowType = Authoring.visual
    public var framework: Framework?
    /// Nil in a command means 1.0.0.
    public var version: String?
    /// The agent that hosts it.
    public var agent: AgentID?
    /// The actor, where it is a user. Written by the decider.
    public var createdBy: UserID?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "name", &self.name)
        try v.field(4, "description", &self.description)
        try v.field(5, "definition", &self.definition)
        try v.field(6, "workflow_type", &self.workflowType)
        try v.field(7, "framework", &self.framework)
        try v.field(8, "version", &self.version)
        try v.field(9, "agent_id", &self.agent)
        try v.field(10, "created_by", &self.createdBy)
    }
}

/// A new revision with its whole definition.
public struct WorkflowRevised: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow.revised"
    public var id = WorkflowID.zero
    /// One more than the last. Written by the decider.
    public var revision = 0
    /// Higher than the last; nil in a command means the next patch.
    public var version: String?
    public var definition = JSONText.emptyObject
    /// Nil in a command means as before.
    public var description: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_id", &self.id)
        try v.field(2, "revision", &self.revision)
        try v.field(3, "version", &self.version)
        try v.field(4, "definition", &self.definition)
        try v.field(5, "description", &self.description)
    }
}

/// How runs are to be handled. What a command does not give stays as before; the event says all three.
public struct WorkflowExecutionPolicyChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow.execution_policy_changed"
    public var id = WorkflowID.zero
    public var timeoutSeconds: Int?
    public var maxRetries: Int?
    public var errorHandling: JSONText?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_id", &self.id)
        try v.field(2, "timeout_seconds", &self.timeoutSeconds)
        try v.field(3, "max_retries", &self.maxRetries)
        try v.field(4, "error_handling", &self.errorHandling)
    }
}

public struct WorkflowRenamed: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow.renamed"
    public var id = WorkflowID.zero
    public var name = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_id", &self.id)
        try v.field(2, "name", &self.name)
    }
}

public struct WorkflowActivated: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow.activated"
    public var id = WorkflowID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_id", &self.id)
    }
}

public struct WorkflowPaused: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow.paused"
    public var id = WorkflowID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}

public struct WorkflowArchived: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow.archived"
    public var id = WorkflowID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}

/// The workflow is gone and its name is free again; its runs stay.
public struct WorkflowDeleted: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow.deleted"
    public var id = WorkflowID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_id", &self.id)
    }
}

/// No run names it any more since telemetry was corrected: the present does not know it.
public struct WorkflowWithdrawn: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow.withdrawn"
    public var id = WorkflowID.zero
    public var organization = OrganizationID.zero
    public var reason = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "reason", &self.reason)
    }
}

/// Since telemetry was corrected, the first that names it is another: it dates from then.
public struct WorkflowRedated: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow.redated"
    public var id = WorkflowID.zero
    public var organization = OrganizationID.zero
    public var createdAt = Instant.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "created_at", &self.createdAt)
    }
}
