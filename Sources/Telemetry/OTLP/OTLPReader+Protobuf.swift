import LedgerDomain
import LedgerEvents

extension OTLPReader {
    /// Reads a request in protobuf.
    ///
    /// Throws `OTLPError` if the request is damaged outside of its spans and log records, or is of another signal, which
    /// protobuf does not say: a request of logs looks like one of spans without ids. What came before was given.
    /// Rethrows what `body` throws.
    package mutating func read(
        protobuf: UnsafeRawBufferPointer, signal: OTLPSignal = .traces, _ body: (OTLPItem) throws -> Void
    ) throws {
        if let found = OTLPSignal(of: protobuf), found != signal {
            throw OTLPError(
                .otherSignal(found), offset: 0,
                message: "the request exports \(found), not \(signal): read or send it as \(found)")
        }
        var request = ProtobufReader(protobuf)
        if signal == .metrics { return try body(.metrics(try Self.countPoints(request))) }
        while try request.next() {
            if request.field == 1 {
                try self.readResource(request.message("resource_spans"), of: signal, body)
            } else {
                try request.skip()
            }
        }
    }

    private mutating func readResource(
        _ message: ProtobufReader, of signal: OTLPSignal, _ body: (OTLPItem) throws -> Void
    ) throws {
        var resource = OTLPResource()
        var refusal: String?
        var parts = message
        while try parts.next() {
            switch parts.field {
            case 1:
                let part = try parts.message("resource")
                do { try self.read(part, into: &resource) } catch { refusal = "resource: \(error)" }
            case 3: resource.schemaURL = self.mask.apply(to: try parts.string("schema_url"))
            default: try parts.skip()
            }
        }
        try body(.resource(resource))
        parts = message
        while try parts.next() {
            if parts.field == 2 {
                try self.readScope(parts.message("scope_spans"), of: signal, refusal, body)
            } else {
                try parts.skip()
            }
        }
    }

    private mutating func readScope(
        _ message: ProtobufReader, of signal: OTLPSignal, _ refusal: String?, _ body: (OTLPItem) throws -> Void
    ) throws {
        var scope = OTLPScope()
        var refusal = refusal
        var parts = message
        while try parts.next() {
            switch parts.field {
            case 1:
                let part = try parts.message("scope")
                do { try self.read(part, into: &scope) } catch { refusal = refusal ?? "scope: \(error)" }
            case 3: scope.schemaURL = self.mask.apply(to: try parts.string("schema_url"))
            default: try parts.skip()
            }
        }
        try body(.scope(scope))
        parts = message
        while try parts.next() {
            guard parts.field == 2 else {
                try parts.skip()
                continue
            }
            let bytes = try parts.delimited("spans")
            try body(self.item(ProtobufReader(bytes, in: parts), bytes, of: signal, refusal))
        }
    }

    private mutating func item(
        _ message: ProtobufReader, _ bytes: UnsafeRawBufferPointer, of signal: OTLPSignal, _ refusal: String?
    ) throws -> OTLPItem {
        var reason = refusal
        if reason == nil, bytes.count > self.itemLimitBytes { reason = "longer than \(self.itemLimitBytes) bytes" }
        if reason == nil {
            do {
                return signal == .traces
                    ? .span(try self.readSpan(message)) : .logRecord(try self.readLogRecord(message))
            } catch let error as OTLPError {
                reason = error.description
            }
        }
        var refused = OTLPRefusal()
        refused.isProtobuf = true
        refused.reason = reason ?? ""
        let ids = signal == .traces ? (1, 2) : (9, 10)
        var fields = message
        // Whatever else is wrong with it is known already.
        while (try? fields.next()) == true {
            let isID = fields.type == .lengthDelimited && (fields.field == ids.0 || fields.field == ids.1)
            guard isID else {
                if (try? fields.skip()) == nil { break }
                continue
            }
            guard let id = try? fields.delimited("id") else { break }
            let text = Base16.text(UnsafeRawBufferPointer(rebasing: id.prefix(32)))
            if fields.field == ids.0 { refused.traceID = text } else { refused.spanID = text }
        }
        self.keep(bytes, in: &refused)
        return .refused(refused)
    }

    private mutating func read(_ message: ProtobufReader, into resource: inout OTLPResource) throws {
        var message = message
        self.attributes.reset()
        var object = self.attributes.beginObject()
        while try message.next() {
            switch message.field {
            case 1: try self.attributes.member(message.message("attributes"), of: &object)
            case 2: resource.droppedAttributes = try message.uint32("dropped_attributes_count")
            default: try message.skip()
            }
        }
        self.attributes.endObject(object)
        resource.attributes = self.attributes.text()
        Self.nameService(&resource)
    }

    private mutating func read(_ message: ProtobufReader, into scope: inout OTLPScope) throws {
        var message = message
        self.attributes.reset()
        var object = self.attributes.beginObject()
        while try message.next() {
            switch message.field {
            case 1: scope.name = self.mask.apply(to: try message.string("name"))
            case 2: scope.version = self.mask.apply(to: try message.string("version"))
            case 3: try self.attributes.member(message.message("attributes"), of: &object)
            case 4: scope.droppedAttributes = try message.uint32("dropped_attributes_count")
            default: try message.skip()
            }
        }
        self.attributes.endObject(object)
        scope.attributes = self.attributes.text()
    }

    /// Counts the data points of a request of metrics.
    private static func countPoints(_ request: ProtobufReader) throws -> Int {
        var count = 0
        // Request, resource, scope, metric: in each, the next stands in the field of this number.
        func descend(_ message: ProtobufReader, _ path: ArraySlice<ClosedRange<Int>>) throws {
            guard let fields = path.first else {
                count += 1
                return
            }
            var message = message
            while try message.next() {
                if fields.contains(message.field), message.type == .lengthDelimited {
                    try descend(message.message("metrics"), path.dropFirst())
                } else {
                    try message.skip()
                }
            }
        }
        // Gauge 5, sum 7, histogram 9, exponential histogram 10, summary 11; each has its points in field 1.
        try descend(request, [1...1, 2...2, 2...2, 5...11, 1...1])
        return count
    }
}
