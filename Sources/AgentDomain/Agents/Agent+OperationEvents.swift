import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public struct AgentActivated: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.activated"
    public var id = AgentID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
    }
}

public struct AgentDeactivated: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.deactivated"
    public var id = AgentID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}

public struct AgentFailed: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.failed"
    public var id = AgentID.zero
    public var error = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
        try v.field(2, "error_message", &self.error)
    }
}

public struct AgentDeployed: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.deployed"
    public var id = AgentID.zero
    public var container = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
        try v.field(2, "container_id", &self.container)
    }
}

public struct AgentUndeployed: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.undeployed"
    public var id = AgentID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
    }
}

/// A new key took the place of the old one. Its clear text is never ours: there is no field for it.
public struct AgentAPIKeyRotated: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.api_key_rotated"
    public var id = AgentID.zero
    /// SHA-256 of the key, 64 lower-case hexadecimal digits.
    public var hash = ""
    /// The key's first characters, to recognize it by; at most 12.
    public var prefix = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
        try v.field(2, "key_hash", &self.hash)
        try v.field(3, "key_prefix", &self.prefix)
    }
}

public struct AgentWebhookChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.webhook_changed"
    public var id = AgentID.zero
    /// Nil takes it away.
    public var url: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
        try v.field(2, "webhook_url", &self.url)
    }
}

public struct AgentScheduled: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.scheduled"
    public var id = AgentID.zero
    /// Five cron fields, in UTC; nil ends the schedule.
    public var schedule: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
        try v.field(2, "schedule", &self.schedule)
    }
}

/// The agent is alive; when, the envelope says.
public struct AgentHeartbeatReceived: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.heartbeat_received"
    public var id = AgentID.zero
    /// What it said of itself: cpu, memory, …
    public var metrics = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
        try v.field(2, "metrics", &self.metrics)
    }
}
