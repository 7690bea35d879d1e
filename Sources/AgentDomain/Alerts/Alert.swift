import LedgerEvents

/// A rule's condition was met. Open until somebody, or a policy, resolves it; there is one open alert for a rule and an
/// agent at a time.
public struct Alert: Entity {
    @usableFromInline package static let kind = "alert"
    @usableFromInline package typealias Rules = AlertDecider

    public enum Status: String, Enumeration {
        case open, resolved

        @usableFromInline package static var defaultValue: Status { .open }
    }

    public var id = AlertID.zero
    public var organization = OrganizationID.zero
    public var rule = AlertRuleID.zero
    public var agent: AgentID?
    public var workflowExecution: WorkflowExecutionID?
    public var status = Status.open
    public var severity = AlertSeverity.warning
    /// The rule's when it was triggered.
    public var conditions = JSONText.emptyObject
    public var channels = JSONText.emptyObject
    public var details = JSONText.emptyObject
    public var triggeredAt = Instant.zero
    public var resolvedAt: Instant?
    public var resolvedBy: UserID?
    public var resolution: String?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package static var isIndexed: Bool { true }

    @usableFromInline package var aliases: [EventTag] {
        self.status == .open && self.id != .zero ? [Self.alias(ofOpen: self.rule, for: self.agent)] : []
    }

    @usableFromInline package var listings: [EventTag] { self.status == .open && self.id != .zero ? [Self.open] : [] }

    /// All open alerts.
    static let open = EventTag(kind: "alerts", text: "open")

    /// Held by the open alert of a rule for an agent, or for no agent in particular.
    package static func alias(ofOpen rule: AlertRuleID, for agent: AgentID?) -> EventTag {
        EventTag(kind: "open_alert", text: "\(rule)/\(agent?.description ?? "-")")
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "alert_rule_id", &self.rule)
        try v.field(4, "agent_id", &self.agent)
        try v.field(5, "workflow_execution_id", &self.workflowExecution)
        try v.field(6, "status", &self.status)
        try v.field(7, "severity", &self.severity)
        try v.field(8, "conditions", &self.conditions)
        try v.field(9, "channels", &self.channels)
        try v.field(10, "details", &self.details)
        try v.field(11, "triggered_at", &self.triggeredAt)
        try v.field(12, "resolved_at", &self.resolvedAt)
        try v.field(13, "resolved_by", &self.resolvedBy)
        try v.field(14, "resolution", &self.resolution)
    }
}

public typealias AlertID = ID<Alert>
