import EventSourcing

/// One span of a trace (opentelemetry.proto.trace.v1.Span), lent from the line: the reader uses one for all of them, so
/// whatever is to be kept is copied out (`JSONString.string`).
public struct OTLPSpan: ~Copyable {
    public enum Kind: Int, Sendable {
        case unspecified, `internal`, server, client, producer, consumer
    }

    public enum StatusCode: Int, Sendable {
        case unset, ok, error
    }

    public internal(set) var traceID: UInt128 = 0
    public internal(set) var spanID: UInt64 = 0
    /// nil for the root of its trace.
    public internal(set) var parentSpanID: UInt64?
    public internal(set) var name = JSONString.empty
    public internal(set) var kind = Kind.unspecified
    /// Microseconds since 1970 UTC, rounded down.
    public internal(set) var startMicroseconds: Int64 = 0
    /// As `startMicroseconds`; nil where the source does not say.
    public internal(set) var endMicroseconds: Int64?
    public internal(set) var statusCode = StatusCode.unset
    public internal(set) var statusMessage: JSONString?
    public internal(set) var attributes: [OTLPAttribute] = []
    public internal(set) var events: [OTLPEvent] = []
    /// Those of all the events, one after the other.
    var eventAttributes: [OTLPAttribute] = []
    /// Shared by the spans of one resource.
    public internal(set) var resourceAttributes: [OTLPAttribute] = []
    /// Shared by the spans of one scope: the library that made them.
    public internal(set) var scopeName: JSONString?

    init() {}

    /// 32 lower-case hexadecimal digits.
    public var traceIDText: String { HexadecimalID.text(self.traceID) }
    /// 16 lower-case hexadecimal digits.
    public var spanIDText: String { HexadecimalID.text(self.spanID) }

    public func attribute(_ key: StaticString) -> OTLPValue? { self.attributes.first { $0.key == key }?.value }
    public func resourceAttribute(_ key: StaticString) -> OTLPValue? {
        self.resourceAttributes.first { $0.key == key }?.value
    }

    public func attributes(of event: OTLPEvent) -> ArraySlice<OTLPAttribute> { self.eventAttributes[event.attributes] }

    /// Forgets the span, keeping its resource, its scope and its room.
    mutating func clear() {
        self.traceID = 0
        self.spanID = 0
        self.parentSpanID = nil
        self.name = .empty
        self.kind = .unspecified
        self.startMicroseconds = 0
        self.endMicroseconds = nil
        self.statusCode = .unset
        self.statusMessage = nil
        self.attributes.removeAll(keepingCapacity: true)
        self.events.removeAll(keepingCapacity: true)
        self.eventAttributes.removeAll(keepingCapacity: true)
    }
}

/// Something that happened during a span. Its attributes: `OTLPSpan.attributes(of:)`.
public struct OTLPEvent {
    public internal(set) var name = JSONString.empty
    /// Microseconds since 1970 UTC, rounded down; nil where the source does not say.
    public internal(set) var timeMicroseconds: Int64?
    /// Where they lie in `OTLPSpan.eventAttributes`.
    var attributes = 0..<0
}

extension JSONString {
    static var empty: JSONString { JSONString(unescaped: UnsafeRawBufferPointer(start: nil, count: 0)) }
}
