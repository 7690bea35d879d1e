import LedgerDomain
import LedgerEvents

/// What an OTLP request holds, item by item, in this order: each resource before its scopes, each scope before its spans
/// and log records.
package enum OTLPItem {
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

package struct OTLPResource: Hashable, Sendable {
    package var attributes = JSONText.emptyObject
    package var droppedAttributes = 0
    package var schemaURL = ""
    /// `service.name`; nil where it is missing or no text.
    package var service: String?
    /// `service.namespace`.
    package var namespace: String?

    package init() {}
}

package struct OTLPScope: Hashable, Sendable {
    package var name = ""
    package var version = ""
    package var attributes = JSONText.emptyObject
    package var droppedAttributes = 0
    package var schemaURL = ""

    package init() {}
}

package struct OTLPRefusal: Hashable, Sendable {
    /// As the source wrote it, or its hexadecimal digits; empty where it wrote none.
    package var traceID = ""
    package var spanID = ""
    /// Why, with the place in bytes from the start of the line or request.
    package var reason = ""
    /// The item's bytes: JSON text, or protobuf.
    package var content: [UInt8] = []
    package var isProtobuf = false

    package init() {}
}
