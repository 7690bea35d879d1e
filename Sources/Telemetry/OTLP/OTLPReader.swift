import LedgerDomain
import LedgerEvents

/// Reads OTLP requests (ExportTraceServiceRequest, ExportLogsServiceRequest, ExportMetricsServiceRequest), as JSON or
/// protobuf, without loss. Both forms of a request give equal items.
///
/// A span or log record that cannot be recorded is an item itself, `.refused`, and the rest of the request is read.
/// Secrets in texts are masked. One reader is reused for many requests: it keeps its buffers.
package struct OTLPReader: ~Copyable {
    /// The largest span or log record in bytes, unless told otherwise.
    package static let defaultItemLimitBytes = 4 << 20

    let keepsSecrets: Bool
    let itemLimitBytes: Int
    /// Attributes of spans, log records, resources and scopes.
    var attributes: CanonicalWriter
    /// Attributes of an event or a link.
    var inner: CanonicalWriter
    /// A span's events, or a log record's body.
    var events: CanonicalWriter
    var links: CanonicalWriter
    /// For texts that are no JSON.
    var mask: SecretMask
    private let masked: MaskedSecrets
    /// The scopes of one resource, and the places of their spans. Reused.
    var scopes: [ScopeOutline] = []

    /// - Parameters:
    ///   - keepSecrets: whether secrets stay readable.
    ///   - itemLimitBytes: a span or log record of more bytes is refused.
    ///   - masked: counts the secrets that are masked.
    package init(
        keepSecrets: Bool = false, itemLimitBytes: Int = OTLPReader.defaultItemLimitBytes,
        counting masked: MaskedSecrets = MaskedSecrets()
    ) {
        self.keepsSecrets = keepSecrets
        self.itemLimitBytes = itemLimitBytes
        self.attributes = CanonicalWriter(keepsSecrets: keepSecrets, counting: masked)
        self.inner = CanonicalWriter(keepsSecrets: keepSecrets, counting: masked)
        self.events = CanonicalWriter(keepsSecrets: keepSecrets, counting: masked)
        self.links = CanonicalWriter(keepsSecrets: keepSecrets, counting: masked)
        self.mask = SecretMask(keepsSecrets: keepSecrets, counting: masked)
        self.masked = masked
    }

    /// How many secrets were masked so far.
    package var maskedSecrets: Int { self.masked.count }

    /// Reads a request in JSON. Members of several signals may stand in one object.
    ///
    /// Throws `JSONError` if the text is not JSON from some place on, after giving all that came before, and rethrows
    /// what `body` throws.
    package mutating func read(json: UnsafeRawBufferPointer, _ body: (OTLPItem) throws -> Void) throws {
        self.attributes.source = json
        self.inner.source = json
        self.events.source = json
        var reader = JSONReader(json)
        try reader.distinctMembers { reader, key in
            switch key {
            case "resourceSpans", "resource_spans": try self.readResources(&reader, of: .traces, body)
            case "resourceLogs", "resource_logs": try self.readResources(&reader, of: .logs, body)
            case "resourceMetrics", "resource_metrics": try self.readMetrics(&reader, body)
            default: try reader.skip()
            }
        }
        try reader.end()
    }

    /// Starts the buffers of an item anew, also after an error.
    mutating func reset() {
        self.attributes.reset()
        self.inner.reset()
        self.events.reset()
        self.links.reset()
    }

    /// The names of the service that a resource describes.
    static func nameService(_ resource: inout OTLPResource) {
        if resource.attributes == .emptyObject { return }
        resource.service = resource.attributes.stringMember("service.name")
        resource.namespace = resource.attributes.stringMember("service.namespace")
    }
}

/// The places of one scope's parts in a JSON text.
struct ScopeOutline {
    var scope: JSONReader?
    var schemaURL: JSONString?
    /// Its lists of spans or log records: one, unless the sender repeats the member.
    var lists: [JSONReader] = []
    /// Whether all of it was seen.
    var isComplete = false
}

extension JSONText {
    /// The text of a string among the members of an attribute object; nil if there is none.
    func stringMember(_ name: String) -> String? {
        var found: String?
        // What was written canonically can be read.
        try? self.reading { reader in
            try reader.object { reader, key in
                if key == "$members" {
                    try reader.array { pair in
                        var isNamed = false
                        var place = 0
                        try pair.array { part in
                            place += 1
                            if place == 1 {
                                isNamed = try part.string() == name
                            } else if isNamed, try part.kind() == .string {
                                found = try part.string()
                            } else {
                                try part.skip()
                            }
                        }
                    }
                } else if key.string == name, try reader.kind() == .string {
                    found = try reader.string()
                } else {
                    try reader.skip()
                }
            }
        }
        return found
    }
}
