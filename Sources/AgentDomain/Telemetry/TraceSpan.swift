import LedgerEvents

/// A span of a trace as its source sent it, without loss (opentelemetry.proto.trace.v1.Span). Runs, calls and the rest
/// are derived from spans; see `TraceAssembly`.
public struct TraceSpan: Fact {
    @usableFromInline package static let kind = "trace_span"
    @usableFromInline package static let type: EventType = "trace_span.recorded"
    @usableFromInline package static let command = "trace_span.record"
    @usableFromInline package static let isForClients = false
    @usableFromInline package static let isRevisable = true
    /// Resource and scope: they do not change with the span.
    @usableFromInline package static let mentions = [6, 7]
    @usableFromInline package typealias Rules = FactRules<TraceSpan>

    /// Derived from organization, trace and span: `TraceSpan.id(of:in:of:)`.
    public var id = TraceSpanID.zero
    /// By the span's own resource.
    public var organization = OrganizationID.zero
    public var trace = TraceID.zero
    public var span = SpanID.none
    /// Nil for the root of its trace.
    public var parent: SpanID?
    public var resource = TraceResourceID.zero
    public var scope = TraceResourceID.zero
    public var name = ""
    /// 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer; a later number is kept.
    public var spanKind = 0
    /// Nanoseconds since 1970 UTC.
    public var startNanoseconds = 0
    /// As `startNanoseconds`; nil where the source does not say.
    public var endNanoseconds: Int?
    /// 0 unset, 1 OK, 2 error.
    public var statusCode = 0
    public var statusMessage = ""
    public var flags = 0
    public var traceState = ""
    /// An object. Integers are numbers without a point, doubles numbers with a point or an exponent. What JSON does not
    /// have is an object of one member: bytes are `{"$bytes":"base64"}`, NaN and infinities `{"$double":"NaN"}`, a list
    /// of members with a repeated key, or with a key that begins with `$`, `{"$members":[["key",value],…]}`.
    public var attributes = JSONText.emptyObject
    public var droppedAttributes = 0
    /// An array of `{"name":…,"time_unix_nano":…,"attributes":{…},"dropped_attributes_count":…}`; absent members are left
    /// out. Nil where there are none.
    public var events: JSONText?
    public var droppedEvents = 0
    /// An array of `{"trace_id":…,"span_id":…,"trace_state":…,"attributes":{…},"dropped_attributes_count":…,"flags":…}`.
    /// Nil where there are none.
    public var links: JSONText?
    public var droppedLinks = 0
    /// What this span may have in common with spans of other traces: the request to a model, a conversation.
    public var joins: [TraceJoinID] = []

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    @usableFromInline package static let holdsBestVersion = true

    /// Exporters of running processes send a span when it begins and again when it ends: the version that ends later
    /// holds, then the one that says more.
    @usableFromInline package func isOutdated(by other: TraceSpan) -> Bool {
        let (end, otherEnd) = (self.endNanoseconds ?? 0, other.endNanoseconds ?? 0)
        if end != otherEnd { return end < otherEnd }
        let (size, otherSize) = (self.size, other.size)
        if size != otherSize { return size < otherSize }
        return self.texts.lexicographicallyPrecedes(other.texts)
    }

    private var texts: [String] {
        [
            self.attributes.text, self.events?.text ?? "", self.links?.text ?? "", self.name, self.statusMessage,
            self.traceState, self.parent?.description ?? "", "\(self.statusCode) \(self.spanKind) \(self.flags)",
            "\(self.startNanoseconds) \(self.droppedAttributes) \(self.droppedEvents) \(self.droppedLinks)",
            self.resource.description, self.scope.description,
        ]
    }
    private var size: Int { self.texts.reduce(0) { $0 + $1.utf8.count } }

    /// The trace knows which of its spans arrived.
    @usableFromInline package func isUnknown(in world: any DecisionContext) -> Bool {
        world.lend(TraceAssembly.id(of: self.trace, in: self.organization)) { [span] in
            !($0?.spans.contains(span) ?? false)
        }
    }

    package var start: Instant { Instant(microseconds: Int64(self.startNanoseconds / 1000)) }
    /// The end, or the start where the source does not say.
    package var finish: Instant {
        Instant(microseconds: Int64(max(self.startNanoseconds, self.endNanoseconds ?? 0) / 1000))
    }

    /// The id of a span's fact: the ids of the spans of one trace lie together.
    package static func id(of span: SpanID, in trace: TraceID, of organization: OrganizationID) -> TraceSpanID {
        let assembly = TraceAssembly.id(of: trace, in: organization).bits
        let high = UInt64(truncatingIfNeeded: assembly ^ assembly >> 64) & ~0xF000 | 0x8000
        // Odd, so that no two spans come to one product: 2^64 divided by the golden ratio (Knuth, 6.4).
        let low = (span.bits &* 0x9E37_79B9_7F4A_7C15) >> 2 | 0x8000_0000_0000_0000
        return TraceSpanID(bits: UInt128(high) << 64 | UInt128(low))
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "trace_span_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "trace_id", &self.trace)
        try v.field(4, "span_id", &self.span)
        try v.field(5, "parent_span_id", &self.parent)
        try v.field(6, "resource_id", &self.resource)
        try v.field(7, "scope_id", &self.scope)
        try v.field(8, "name", &self.name)
        try v.field(9, "span_kind", &self.spanKind)
        try v.field(10, "start_time_unix_nano", &self.startNanoseconds)
        try v.field(11, "end_time_unix_nano", &self.endNanoseconds)
        try v.field(12, "status_code", &self.statusCode)
        try v.field(13, "status_message", &self.statusMessage)
        try v.field(14, "flags", &self.flags)
        try v.field(15, "trace_state", &self.traceState)
        try v.field(16, "attributes", &self.attributes)
        try v.field(17, "dropped_attributes_count", &self.droppedAttributes)
        try v.field(18, "events", &self.events)
        try v.field(19, "dropped_events_count", &self.droppedEvents)
        try v.field(20, "links", &self.links)
        try v.field(21, "dropped_links_count", &self.droppedLinks)
        try v.field(22, "joins", &self.joins)
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        try world.requireThere(self.organization)
        guard self.id == Self.id(of: self.span, in: self.trace, of: self.organization), self.trace != .zero,
            self.span != .none
        else {
            throw .invalid("trace_span_id", "\(self.id) is not that of the trace and span")
        }
    }
}

public typealias TraceSpanID = ID<TraceSpan>
@usableFromInline package typealias TraceSpanEvent = FactEvent<TraceSpan>
@usableFromInline package typealias TraceSpanCommand = FactCommand<TraceSpan>

/// Names what spans of different traces may share.
public enum TraceJoin: Identified {
    @usableFromInline package static let kind = "trace_join"
}
public typealias TraceJoinID = ID<TraceJoin>
