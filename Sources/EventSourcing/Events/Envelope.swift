/// Where a command came from, as its client says it.
public struct EventSource: Hashable, NestedRecord {
    /// `cli`, `api`, `otlp`, …
    public var channel = ""
    public var address = ""
    public var userAgent = ""

    @usableFromInline package static var recordName: String { "Source" }

    @usableFromInline package init() {}

    public init(channel: String) { self.channel = channel }

    @inlinable
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "channel", &self.channel)
        try v.field(2, "ip", &self.address)
        try v.field(3, "user_agent", &self.userAgent)
    }
}

/// Names an event for causation.
public enum EventIdentity: Identified {
    @usableFromInline package static let kind = "event"
    @usableFromInline package static let isTagged = false
}
public typealias EventID = ID<EventIdentity>

/// Names the run of things that belong together; children of an execution share their root's.
public enum CorrelationIdentity: Identified {
    @usableFromInline package static let kind = "correlation"
    @usableFromInline package static let isTagged = false
}
public typealias CorrelationID = ID<CorrelationIdentity>

/// Names the tenant an event belongs to. The log knows that there are organizations, not what they are.
public enum TenantIdentity: Identified {
    @usableFromInline package static let kind = "organization"
}
public typealias TenantID = ID<TenantIdentity>

/// Who, when and where of one event; its payload says what.
///
/// Field numbers and names are stored. Add; never rename, reuse or remove.
public struct Envelope: Hashable, Record {
    /// Given by the log at commit.
    public var position = Position.start
    /// Given by the log at commit; never decreases from one position to the next.
    public var recordedAt = Instant.zero
    public var id = EventID.zero
    public var type = EventType("")
    public var schemaVersion: UInt32 = 1
    /// When it happened, by the source's clock.
    public var occurredAt = Instant.zero
    public var actor = Principal()
    public var onBehalfOf: Principal?
    public var organization: TenantID?
    public var correlation: CorrelationID?
    /// The event that led to this one.
    public var causation: EventID?
    public var source: EventSource?
    public var idempotencyKey: String?

    @usableFromInline package init() {}

    @inlinable
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "position", &self.position)
        try v.field(2, "recorded_at", &self.recordedAt)
        try self.authoredFields(&v)
    }

    /// All but what the log itself writes at commit.
    @inlinable
    package mutating func authoredFields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(3, "event_id", &self.id)
        try v.field(4, "type", &self.type)
        try v.field(5, "schema_version", &self.schemaVersion)
        try v.field(6, "occurred_at", &self.occurredAt)
        try v.field(7, "actor", &self.actor)
        try v.field(8, "on_behalf_of", &self.onBehalfOf)
        try v.field(9, "organization_id", &self.organization)
        try v.field(10, "correlation_id", &self.correlation)
        try v.field(11, "causation_id", &self.causation)
        try v.field(12, "source", &self.source)
        try v.field(13, "idempotency_key", &self.idempotencyKey)
    }
}
