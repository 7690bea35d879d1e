import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum AlertEvent: EntityEvent {
    case triggered(AlertTriggered)
    case resolved(AlertResolved)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.triggered), EventCase(Self.resolved),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .triggered(let payload): try visitor.visit(payload)
        case .resolved(let payload): try visitor.visit(payload)
        }
    }
}

public struct AlertTriggered: EntityPayload {
    @usableFromInline package static let type: EventType = "alert.triggered"
    public var id = AlertID.zero
    /// The rule's. Written by the decider.
    public var organization = OrganizationID.zero
    public var rule = AlertRuleID.zero
    /// Nil in a command means the agent that the rule watches; in an event, no agent in particular.
    public var agent: AgentID?
    /// The run whose outcome met the condition.
    public var workflowExecution: WorkflowExecutionID?
    /// The rule's at this moment. Written by the decider.
    public var severity = AlertSeverity.warning
    /// The rule's at this moment. Written by the decider.
    public var conditions = JSONText.emptyObject
    /// Where it is to be told: the rule's at this moment. Written by the decider.
    public var channels = JSONText.emptyObject
    /// What was found: counts, times, the error.
    public var details = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "alert_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "alert_rule_id", &self.rule)
        try v.field(4, "agent_id", &self.agent)
        try v.field(5, "workflow_execution_id", &self.workflowExecution)
        try v.field(6, "severity", &self.severity)
        try v.field(7, "conditions", &self.conditions)
        try v.field(8, "channels", &self.channels)
        try v.field(9, "details", &self.details)
    }
}

public struct AlertResolved: EntityPayload {
    @usableFromInline package static let type: EventType = "alert.resolved"
    public var id = AlertID.zero
    /// What became of it, in words.
    public var resolution: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "alert_id", &self.id)
        try v.field(2, "resolution", &self.resolution)
    }
}
