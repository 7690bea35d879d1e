import AgentDomain
import EventSourcing

/// What an OTLP request holds, item by item, in this order: each resource before its scopes, each scope before its spans
/// and log records.
public enum OTLPItem {
    /// The resource of all that follows, until the next.
    case resource(OTLPResource)
    case scope(OTLPScope)
    /// As received; `id`, `organization`, `resource`, `scope` and `joins` are left for the receiver to fill in.
    case span(TraceSpan)
    /// As received; `id`, `organization`, `trace` where the source names none, `resource`, `scope` and `joins` are left
    /// for the receiver to fill in.
    case logRecord(LogRecord)
    /// A span or log record that cannot be recorded. The rest of the request is read on.
    case refused(OTLPRefusal)
    /// Data points of metrics, which are not kept.
    case metrics(Int)
}

public struct OTLPResource: Hashable, Sendable {
    public var attributes = JSONText.emptyObject
    public var droppedAttributes = 0
    public var schemaURL = ""
    /// `service.name`; nil where it is missing or no text.
    public var service: String?
    /// `service.namespace`.
    public var namespace: String?

    public init() {}
}

public struct OTLPScope: Hashable, Sendable {
    public var name = ""
    public var version = ""
    public var attributes = JSONText.emptyObject
    public var droppedAttributes = 0
    public var schemaURL = ""

    public init() {}
}

public struct OTLPRefusal: Hashable, Sendable {
    /// As the source wrote it, or its hexadecimal digits; empty where it wrote none.
    public var traceID = ""
    public var spanID = ""
    /// Why, with the place in bytes from the start of the line or request.
    public var reason = ""
    /// The item's bytes: JSON text, or protobuf.
    public var content: [UInt8] = []
    public var isProtobuf = false

    public init() {}
}
