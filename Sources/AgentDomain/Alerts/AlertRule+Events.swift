import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum AlertRuleEvent: EntityEvent {
    case defined(AlertRuleDefined)
    case changed(AlertRuleChanged)
    case enabled(AlertRuleEnabled)
    case disabled(AlertRuleDisabled)
    case deleted(AlertRuleDeleted)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.defined), EventCase(Self.changed), EventCase(Self.enabled), EventCase(Self.disabled),
        EventCase(Self.deleted),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .defined(let payload): try visitor.visit(payload)
        case .changed(let payload): try visitor.visit(payload)
        case .enabled(let payload): try visitor.visit(payload)
        case .disabled(let payload): try visitor.visit(payload)
        case .deleted(let payload): try visitor.visit(payload)
        }
    }
}

public struct AlertRuleDefined: EntityPayload {
    @usableFromInline package static let type: EventType = "alert_rule.defined"
    @usableFromInline package static let mentions = [5]
    public var id = AlertRuleID.zero
    public var organization = OrganizationID.zero
    /// The agent that is watched; nil for every agent of the organization.
    public var agent: AgentID?
    /// Nil in a command means true.
    public var enabled: Bool?
    /// The actor, where it is a user. Written by the decider.
    public var createdBy: UserID?
    public var settings = AlertRuleSettings()

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "alert_rule_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "agent_id", &self.agent)
        try v.field(4, "enabled", &self.enabled)
        try v.field(5, "created_by", &self.createdBy)
        try self.settings.fields(&v)
    }
}

/// The whole settings anew; what is watched stays.
public struct AlertRuleChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "alert_rule.changed"
    public var id = AlertRuleID.zero
    public var settings = AlertRuleSettings()

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "alert_rule_id", &self.id)
        try self.settings.fields(&v)
    }
}

public struct AlertRuleEnabled: EntityPayload {
    @usableFromInline package static let type: EventType = "alert_rule.enabled"
    public var id = AlertRuleID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "alert_rule_id", &self.id)
    }
}

/// It triggers no alerts any more; those that are open stay open.
public struct AlertRuleDisabled: EntityPayload {
    @usableFromInline package static let type: EventType = "alert_rule.disabled"
    public var id = AlertRuleID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "alert_rule_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}

/// The rule is gone; its alerts stay.
public struct AlertRuleDeleted: EntityPayload {
    @usableFromInline package static let type: EventType = "alert_rule.deleted"
    public var id = AlertRuleID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "alert_rule_id", &self.id)
    }
}
