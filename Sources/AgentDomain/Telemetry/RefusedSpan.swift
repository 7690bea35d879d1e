import LedgerEvents

/// A span or log record that could not be recorded as such: its bytes, its place and the reason. The rest of the line or
/// request that it came in was processed.
public struct RefusedSpan: Fact {
    @usableFromInline package static let kind = "refused_span"
    @usableFromInline package static let type: EventType = "refused_span.recorded"
    @usableFromInline package static let command = "refused_span.record"
    @usableFromInline package static let isForClients = false
    @usableFromInline package typealias Rules = FactRules<RefusedSpan>

    /// Derived from the bytes and the reason, so that refusing them again adds nothing.
    public var id = RefusedSpanID.zero
    /// By the resource; nil where that could not be read either.
    public var organization: OrganizationID?
    /// The file; empty where there is none.
    public var file = ""
    /// The line or request of the file, from 1.
    public var line = 0
    /// As the source wrote it; empty where it wrote none.
    public var traceID = ""
    public var spanID = ""
    public var reason = ""
    /// The span's bytes as they came: JSON text, or protobuf in base64.
    public var content = ""
    public var isProtobuf = false

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "refused_span_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "file", &self.file)
        try v.field(4, "line", &self.line)
        try v.field(5, "trace_id", &self.traceID)
        try v.field(6, "span_id", &self.spanID)
        try v.field(7, "reason", &self.reason)
        try v.field(8, "content", &self.content)
        try v.field(9, "is_protobuf", &self.isProtobuf)
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        if let organization = self.organization { try world.requireThere(organization) }
        if self.reason.isEmpty { throw .invalid("reason", "must not be empty") }
    }
}

package typealias RefusedSpanID = ID<RefusedSpan>
@usableFromInline package typealias RefusedSpanEvent = FactEvent<RefusedSpan>
@usableFromInline package typealias RefusedSpanCommand = FactCommand<RefusedSpan>
