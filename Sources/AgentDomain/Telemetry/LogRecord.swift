import LedgerEvents

/// A log record as its source sent it, without loss (opentelemetry.proto.logs.v1.LogRecord).
public struct LogRecord: Fact {
    @usableFromInline package static let kind = "log_record"
    @usableFromInline package static let type: EventType = "log_record.recorded"
    @usableFromInline package static let command = "log_record.record"
    @usableFromInline package static let isForClients = false
    @usableFromInline package static let mentions = [6, 7]
    @usableFromInline package typealias Rules = FactRules<LogRecord>

    /// Derived from the content: log records have no id of their own.
    public var id = LogRecordID.zero
    public var organization = OrganizationID.zero
    /// The record's own trace, else one made of its session: what is assembled together.
    public var trace = TraceID.zero
    /// Of the trace that the source names; none where it names none.
    public var span = SpanID.none
    /// Whether the source named the trace.
    public var hasTrace = false
    public var resource = TraceResourceID.zero
    public var scope = TraceResourceID.zero
    public var eventName = ""
    /// Nanoseconds since 1970 UTC; 0 where the source does not say.
    public var timeNanoseconds = 0
    public var observedNanoseconds = 0
    /// 0 to 24 (opentelemetry.io/docs/specs/otel/logs/data-model, "Severity").
    public var severityNumber = 0
    public var severityText = ""
    /// Any JSON value in the form of `TraceSpan.attributes`; nil where there is none.
    public var body: JSONText?
    public var attributes = JSONText.emptyObject
    public var droppedAttributes = 0
    public var flags = 0
    /// See `TraceSpan.joins`.
    public var joins: [TraceJoinID] = []

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    /// When it happened: its own time, else when it was observed.
    package var time: Instant {
        Instant(
            microseconds: Int64(
                (self.timeNanoseconds == 0 ? self.observedNanoseconds : self.timeNanoseconds) / 1000))
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "log_record_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "trace_id", &self.trace)
        try v.field(4, "span_id", &self.span)
        try v.field(5, "has_trace", &self.hasTrace)
        try v.field(6, "resource_id", &self.resource)
        try v.field(7, "scope_id", &self.scope)
        try v.field(8, "event_name", &self.eventName)
        try v.field(9, "time_unix_nano", &self.timeNanoseconds)
        try v.field(10, "observed_time_unix_nano", &self.observedNanoseconds)
        try v.field(11, "severity_number", &self.severityNumber)
        try v.field(12, "severity_text", &self.severityText)
        try v.field(13, "body", &self.body)
        try v.field(14, "attributes", &self.attributes)
        try v.field(15, "dropped_attributes_count", &self.droppedAttributes)
        try v.field(16, "flags", &self.flags)
        try v.field(17, "joins", &self.joins)
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        try world.requireThere(self.organization)
        guard self.trace != .zero else { throw .invalid("trace_id", "must be given") }
    }
}

package typealias LogRecordID = ID<LogRecord>
@usableFromInline package typealias LogRecordEvent = FactEvent<LogRecord>
@usableFromInline package typealias LogRecordCommand = FactCommand<LogRecord>
