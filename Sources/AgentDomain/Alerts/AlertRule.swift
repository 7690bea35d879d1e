import LedgerEvents

/// When to raise the alarm: a condition on how an agent does, and whom to tell.
public struct AlertRule: Entity {
    @usableFromInline package static let kind = "alert_rule"
    @usableFromInline package typealias Rules = AlertRuleDecider

    public var id = AlertRuleID.zero
    public var organization = OrganizationID.zero
    /// Nil for every agent of the organization.
    public var agent: AgentID?
    public var settings = AlertRuleSettings()
    public var enabled = false
    /// Why it is disabled.
    public var disabledReason: String?
    public var createdBy: UserID?
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero
    public var deletedAt: Instant?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package static var isIndexed: Bool { true }

    /// What it waits for; nil only before it is defined: what could not be read was refused.
    package var condition: AlertCondition? { try? AlertCondition(self.settings.conditions) }

    /// Whether what happens to an agent, or to a run without one, concerns the rule.
    package func watches(_ agent: AgentID?) -> Bool { self.agent == nil || self.agent == agent }

    @usableFromInline package var groups: [EventTag] {
        self.enabled && self.deletedAt == nil ? [Self.watching(self.organization)] : []
    }

    @usableFromInline package var listings: [EventTag] {
        guard self.enabled, self.deletedAt == nil, case .missedHeartbeat? = self.condition else { return [] }
        return [Self.listening]
    }

    /// The rules that wait for a heartbeat to be missed, of all organizations.
    static let listening = EventTag(kind: "alert_rules", text: "listening")

    /// The rules of an organization that are enabled.
    package static func watching(_ organization: OrganizationID) -> EventTag {
        EventTag(kind: "organization_alert_rules", id: organization.bits)
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "agent_id", &self.agent)
        try v.field(4, "enabled", &self.enabled)
        try v.field(5, "disabled_reason", &self.disabledReason)
        try v.field(6, "created_by", &self.createdBy)
        try v.field(7, "created_at", &self.createdAt)
        try v.field(8, "updated_at", &self.updatedAt)
        try v.field(9, "deleted_at", &self.deletedAt)
        try self.settings.fields(&v)
    }
}

public typealias AlertRuleID = ID<AlertRule>
