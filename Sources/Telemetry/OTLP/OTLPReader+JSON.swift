import LedgerDomain
import LedgerEvents

/// The levels above spans and log records. A resource goes before its spans, but may stand after them in the text, as
/// schema URLs do: each resource is first passed through, noting the places of its parts.
extension OTLPReader {
    mutating func readResources(
        _ reader: inout JSONReader, of signal: OTLPSignal, _ body: (OTLPItem) throws -> Void
    ) throws {
        if try reader.null() { return }
        try reader.array { reader in
            if try reader.null() { return }
            try self.readResource(&reader, of: signal, body)
        }
    }

    private mutating func readResource(
        _ reader: inout JSONReader, of signal: OTLPSignal, _ body: (OTLPItem) throws -> Void
    ) throws {
        self.scopes.removeAll(keepingCapacity: true)
        var outline = ResourceOutline()
        var failure: JSONError?
        do {
            try self.outline(&reader, &outline, of: signal)
        } catch let error as JSONError {
            // Without its resource, what was seen belongs to nobody.
            guard outline.resource != nil, !error.isRepeatedKey else { throw error }
            failure = error
        }
        var refusal: String?
        let resource = self.resource(outline, &refusal)
        try body(.resource(resource))
        for index in self.scopes.indices {
            let scope = self.scopes[index]
            if !scope.isComplete, scope.scope == nil { break }
            var scopeRefusal = refusal
            try body(.scope(self.scope(scope, &scopeRefusal)))
            for var list in scope.lists { try self.readItems(&list, of: signal, scopeRefusal, body) }
        }
        if let failure { throw failure }
    }

    private struct ResourceOutline {
        var resource: JSONReader?
        var schemaURL: JSONString?
    }

    private mutating func outline(
        _ reader: inout JSONReader, _ outline: inout ResourceOutline, of signal: OTLPSignal
    ) throws {
        try reader.distinctMembers { reader, key in
            switch key {
            case "resource":
                let place = reader
                try reader.pass(over: self.attributes.source)
                outline.resource = place
            case "schemaUrl", "schema_url": outline.schemaURL = try reader.null() ? nil : try reader.borrowedString()
            // As it was called before OTLP 0.15.
            case "scopeSpans", "scope_spans", "instrumentationLibrarySpans":
                if signal == .traces { try self.outlineScopes(&reader, "spans") } else { try reader.skip() }
            case "scopeLogs", "scope_logs":
                if signal == .logs { try self.outlineScopes(&reader, "logRecords") } else { try reader.skip() }
            default: try reader.skip()
            }
        }
    }

    private mutating func outlineScopes(_ reader: inout JSONReader, _ list: StaticString) throws {
        if try reader.null() { return }
        try reader.array { reader in
            if try reader.null() { return }
            let index = self.scopes.count
            self.scopes.append(ScopeOutline())
            try reader.distinctMembers { reader, key in
                switch key {
                case "scope", "instrumentationLibrary":
                    let place = reader
                    try reader.pass(over: self.attributes.source)
                    self.scopes[index].scope = place
                case "schemaUrl", "schema_url":
                    self.scopes[index].schemaURL = try reader.null() ? nil : try reader.borrowedString()
                case "spans", "logRecords", "log_records":
                    guard key == list || key == "log_records" && list.utf8CodeUnitCount == 10 else {
                        return try reader.skip()
                    }
                    self.scopes[index].lists.append(reader)
                    try reader.pass(over: self.attributes.source)
                default: try reader.skip()
                }
            }
            self.scopes[index].isComplete = true
        }
    }

    /// Reads the resource. If it is not what OTLP says, nothing that belongs to it can be recorded: `refusal` says why.
    private mutating func resource(_ outline: ResourceOutline, _ refusal: inout String?) -> OTLPResource {
        var resource = OTLPResource()
        resource.schemaURL = self.mask.apply(to: outline.schemaURL?.string ?? "")
        guard var reader = outline.resource else { return resource }
        do {
            if try reader.null() { return resource }
            try self.readAttributes(&reader) { key, reader in
                switch key {
                case "droppedAttributesCount", "dropped_attributes_count":
                    resource.droppedAttributes = try reader.uint32()
                default: try reader.skip()
                }
            }
            resource.attributes = self.attributes.text()
            Self.nameService(&resource)
        } catch {
            refusal = "resource: \(error)"
        }
        return resource
    }

    private mutating func scope(_ outline: ScopeOutline, _ refusal: inout String?) -> OTLPScope {
        var scope = OTLPScope()
        scope.schemaURL = self.mask.apply(to: outline.schemaURL?.string ?? "")
        guard var reader = outline.scope else { return scope }
        do {
            if try reader.null() { return scope }
            try self.readAttributes(&reader) { key, reader in
                switch key {
                case "name": scope.name = try reader.string()
                case "version": scope.version = try reader.string()
                case "droppedAttributesCount", "dropped_attributes_count":
                    scope.droppedAttributes = try reader.uint32()
                default: try reader.skip()
                }
            }
            scope.attributes = self.attributes.text()
            scope.name = self.mask.apply(to: scope.name)
            scope.version = self.mask.apply(to: scope.version)
        } catch {
            if refusal == nil { refusal = "scope: \(error)" }
        }
        return scope
    }

    /// Reads an object with attributes into `self.attributes`; `other` reads its other members.
    private mutating func readAttributes(
        _ reader: inout JSONReader, _ other: (JSONString, inout JSONReader) throws -> Void
    ) throws {
        self.attributes.reset()
        var object = self.attributes.beginObject()
        try reader.distinctMembers { reader, key in
            if try reader.null() { return }
            if key == "attributes" {
                try self.attributes.members(&reader, of: &object)
            } else {
                try other(key, &reader)
            }
        }
        self.attributes.endObject(object)
    }

    /// Reads a list of spans or log records, item by item. `refusal` is why none of them can be recorded.
    private mutating func readItems(
        _ reader: inout JSONReader, of signal: OTLPSignal, _ refusal: String?, _ body: (OTLPItem) throws -> Void
    ) throws {
        if try reader.null() { return }
        let source = self.attributes.source
        try reader.array { reader in
            _ = try? reader.kind()
            let start = reader.offset
            // A reader of its own: an item may nest as deep as it could alone.
            var item = JSONReader(source)
            item.offset = start
            var failure = refusal
            if failure == nil {
                do {
                    let found: OTLPItem =
                        signal == .traces
                        ? .span(try self.readSpan(&item)) : .logRecord(try self.readLogRecord(&item))
                    if item.offset - start <= self.itemLimitBytes {
                        reader.offset = item.offset
                        return try body(found)
                    }
                    failure = "longer than \(self.itemLimitBytes) bytes"
                } catch let error as JSONError {
                    failure = error.description
                }
            }
            let end = try JSONExtent.end(source, from: start)
            reader.offset = end
            try body(.refused(self.refusal(json: source, start..<end, failure ?? "")))
        }
    }

    /// Describes an item that cannot be recorded, with its ids as far as they can be read.
    private mutating func refusal(
        json: UnsafeRawBufferPointer, _ range: Range<Int>, _ reason: String
    ) -> OTLPRefusal {
        var refusal = OTLPRefusal()
        refusal.reason = reason
        var item = JSONReader(json)
        item.offset = range.lowerBound
        // Whatever else is wrong with it is known already.
        try? item.object { reader, key in
            let isString = try reader.kind() == .string
            switch key {
            case "traceId", "trace_id":
                if isString { return refusal.traceID = self.mask.apply(to: try reader.string()) }
            case "spanId", "span_id": if isString { return refusal.spanID = self.mask.apply(to: try reader.string()) }
            default: break
            }
            reader.offset = try JSONExtent.end(json, from: reader.offset)
        }
        self.keep(UnsafeRawBufferPointer(rebasing: json[range]), in: &refusal)
        return refusal
    }

    /// Adds an item's bytes, without what exceeds the limit.
    mutating func keep(_ bytes: UnsafeRawBufferPointer, in refusal: inout OTLPRefusal) {
        refusal.content = Array(bytes.prefix(self.itemLimitBytes))
        self.mask.overwrite(in: &refusal.content)
        if bytes.count > self.itemLimitBytes {
            refusal.reason += "; of its \(bytes.count) bytes, the first \(self.itemLimitBytes) are kept"
        }
        // Ids of other forms may be long, too.
        if refusal.traceID.utf8.count > 64 { refusal.traceID = String(refusal.traceID.prefix(16)) }
        if refusal.spanID.utf8.count > 64 { refusal.spanID = String(refusal.spanID.prefix(16)) }
    }
}

extension JSONReader {
    /// Passes over the next value by its quotes and brackets alone: it is read later.
    mutating func pass(over source: UnsafeRawBufferPointer) throws {
        _ = try self.kind()
        self.offset = try JSONExtent.end(source, from: self.offset)
    }

    /// A `uint32`.
    mutating func uint32() throws -> Int {
        let start = self.offset
        let value = try self.uint64()
        guard value <= UInt32.max else { throw JSONError(offset: start, message: "the number exceeds 32 bits") }
        return Int(value)
    }

    /// Nanoseconds since 1970.
    mutating func time() throws -> Int {
        let start = self.offset
        guard let time = Int(exactly: try self.uint64()) else {
            throw JSONError(offset: start, message: "a time after the year 2262")
        }
        return time
    }
}
