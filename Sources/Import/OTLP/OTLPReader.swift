import EventSourcing

/// Reads OTLP/JSON lines, one ExportTraceServiceRequest each, into spans. It knows no domain.
///
/// Names may be camelCase or snake_case, members may come in any order, 64-bit integers may be strings or numbers, enums
/// may be numbers or names; unknown members are ignored, and null means absent.
public struct OTLPReader: ~Copyable {
    var span = OTLPSpan()

    public init() {}

    /// Calls `body` with each span of the line, in the line's order; the span and what it lends are valid for the call.
    ///
    /// Throws `JSONError`, naming the field and the byte, and what `body` throws. Spans before the faulty one have been
    /// given by then: who wants all or nothing of a line keeps what it made of them until this returns.
    public mutating func read(
        line: UnsafeRawBufferPointer, _ body: (borrowing OTLPSpan) throws -> Void
    ) throws {
        var reader = JSONReader(line)
        try reader.object { reader, key in
            switch key {
            case "resourceSpans", "resource_spans":
                if try reader.null() { return }
                try reader.array { try self.readResourceSpans(&$0, body) }
            default: try reader.skip()
            }
        }
        try reader.end()
    }

    private mutating func readResourceSpans(
        _ reader: inout JSONReader, _ body: (borrowing OTLPSpan) throws -> Void
    ) throws {
        self.span.resourceAttributes.removeAll(keepingCapacity: true)
        var isResourceKnown = false
        var postponed: JSONReader?
        try reader.object { reader, key in
            switch key {
            case "resource":
                isResourceKnown = true
                try self.readResource(&reader)
            case "scopeSpans", "scope_spans":
                // The resource belongs to every span: where it comes later, so do they.
                if isResourceKnown {
                    try self.readScopeSpansList(&reader, body)
                } else {
                    try Self.postpone(&reader, to: &postponed, "scopeSpans")
                }
            default: try reader.skip()
            }
        }
        if var postponed { try self.readScopeSpansList(&postponed, body) }
    }

    private mutating func readScopeSpansList(
        _ reader: inout JSONReader, _ body: (borrowing OTLPSpan) throws -> Void
    ) throws {
        if try reader.null() { return }
        try reader.array { try self.readScopeSpans(&$0, body) }
    }

    private mutating func readScopeSpans(
        _ reader: inout JSONReader, _ body: (borrowing OTLPSpan) throws -> Void
    ) throws {
        self.span.scopeName = nil
        var isScopeKnown = false
        var postponed: JSONReader?
        try reader.object { reader, key in
            switch key {
            case "scope":
                isScopeKnown = true
                try self.readScope(&reader)
            case "spans":
                if isScopeKnown {
                    try self.readSpans(&reader, body)
                } else {
                    try Self.postpone(&reader, to: &postponed, "spans")
                }
            default: try reader.skip()
            }
        }
        if var postponed { try self.readSpans(&postponed, body) }
    }

    private mutating func readSpans(
        _ reader: inout JSONReader, _ body: (borrowing OTLPSpan) throws -> Void
    ) throws {
        if try reader.null() { return }
        try reader.array { reader in
            try self.span.read(&reader)
            try body(self.span)
        }
    }

    /// Remembers where a list stands and passes over it.
    private static func postpone(
        _ reader: inout JSONReader, to place: inout JSONReader?, _ name: StaticString
    ) throws {
        guard place == nil else {
            throw JSONError(offset: reader.offset, message: "\(name) stands twice; one list must hold them all")
        }
        place = reader
        try reader.skip()
    }

    private mutating func readResource(_ reader: inout JSONReader) throws {
        if try reader.null() { return }
        try reader.object { reader, key in
            switch key {
            case "attributes": try OTLPAttribute.readList(&reader, into: &self.span.resourceAttributes)
            default: try reader.skip()
            }
        }
    }

    private mutating func readScope(_ reader: inout JSONReader) throws {
        if try reader.null() { return }
        try reader.object { reader, key in
            switch key {
            case "name": self.span.scopeName = try reader.null() ? nil : try reader.borrowedString()
            default: try reader.skip()
            }
        }
    }
}
