import LedgerDomain
import LedgerEvents

extension OTLPReader {
    /// Reads a span. Throws `JSONError` if it cannot be recorded; the reader's place is then undefined.
    mutating func readSpan(_ reader: inout JSONReader) throws -> TraceSpan {
        self.reset()
        _ = try reader.kind()
        let start = reader.offset
        var span = TraceSpan()
        var object: CanonicalWriter.Object?
        var member: JSONKey?
        do {
            try reader.distinctMembers { reader, key in
                member = key
                if try reader.null() { return }
                try self.readMember(key, &reader, &span, &object)
            }
        } catch let error as JSONError {
            throw error.inside(member)
        }
        guard span.trace != .zero else {
            throw JSONError(offset: start, message: "a span needs a traceId that is not zero")
        }
        guard span.span != .none else {
            throw JSONError(offset: start, message: "a span needs a spanId that is not zero")
        }
        guard span.startNanoseconds != 0 else {
            throw JSONError(offset: start, message: "a span needs a startTimeUnixNano")
        }
        self.finish(&span, object)
        return span
    }

    /// Ends the lists of a span and moves them into it.
    mutating func finish(_ span: inout TraceSpan, _ object: CanonicalWriter.Object?) {
        if let object {
            self.attributes.endObject(object)
            if self.attributes.out.count > 2 { span.attributes = self.attributes.text() }
        }
        if !self.events.isEmpty {
            self.events.out.append(UInt8(ascii: "]"))
            span.events = self.events.text()
        }
        if !self.links.isEmpty {
            self.links.out.append(UInt8(ascii: "]"))
            span.links = self.links.text()
        }
    }

    private mutating func readMember(
        _ key: JSONKey, _ reader: inout JSONReader, _ span: inout TraceSpan, _ object: inout CanonicalWriter.Object?
    ) throws {
        switch key {
        case "traceId", "trace_id": span.trace = TraceID(bits: try HexadecimalID.read(UInt128.self, &reader))
        case "spanId", "span_id": span.span = SpanID(try HexadecimalID.read(UInt64.self, &reader))
        case "parentSpanId", "parent_span_id":
            let parent = try HexadecimalID.read(UInt64.self, &reader)
            span.parent = parent == 0 ? nil : SpanID(parent)
        case "name": span.name = self.mask.apply(to: try reader.string())
        case "kind": span.spanKind = try reader.enumeration(Self.spanKind)
        case "startTimeUnixNano", "start_time_unix_nano": span.startNanoseconds = try reader.time()
        case "endTimeUnixNano", "end_time_unix_nano":
            let time = try reader.time()
            span.endNanoseconds = time == 0 ? nil : time
        case "attributes":
            var list = object ?? self.attributes.beginObject()
            try self.attributes.members(&reader, of: &list)
            object = list
        case "events": try reader.array { try self.readEvent(&$0) }
        case "links": try reader.array { try self.readLink(&$0) }
        case "status": try self.readStatus(&reader, &span)
        case "traceState", "trace_state": span.traceState = self.mask.apply(to: try reader.string())
        case "flags": span.flags = try reader.uint32()
        case "droppedAttributesCount", "dropped_attributes_count": span.droppedAttributes = try reader.uint32()
        case "droppedEventsCount", "dropped_events_count": span.droppedEvents = try reader.uint32()
        case "droppedLinksCount", "dropped_links_count": span.droppedLinks = try reader.uint32()
        default: try reader.skip()
        }
    }

    private mutating func readStatus(_ reader: inout JSONReader, _ span: inout TraceSpan) throws {
        try reader.distinctMembers { reader, key in
            if try reader.null() { return }
            switch key {
            case "code": span.statusCode = try reader.enumeration(Self.statusCode)
            case "message": span.statusMessage = self.mask.apply(to: try reader.string())
            default: try reader.skip()
            }
        }
    }

    private mutating func readEvent(_ reader: inout JSONReader) throws {
        self.inner.reset()
        var object = self.inner.beginObject()
        var event = EventFields()
        var name: JSONString?
        try reader.distinctMembers { reader, key in
            if try reader.null() { return }
            switch key {
            case "name": name = try reader.borrowedString()
            case "timeUnixNano", "time_unix_nano": event.time = try reader.time()
            case "attributes": try self.inner.members(&reader, of: &object)
            case "droppedAttributesCount", "dropped_attributes_count": event.dropped = try reader.uint32()
            default: try reader.skip()
            }
        }
        self.inner.endObject(object)
        self.beginEvent()
        if let name, !name.isEmpty {
            self.events.name("name")
            self.events.string(name, under: .none)
        }
        self.endEvent(event)
    }

    private mutating func readLink(_ reader: inout JSONReader) throws {
        self.inner.reset()
        var object = self.inner.beginObject()
        var link = LinkFields()
        var state: JSONString?
        try reader.distinctMembers { reader, key in
            if try reader.null() { return }
            switch key {
            case "traceId", "trace_id": link.trace = try HexadecimalID.read(UInt128.self, &reader)
            case "spanId", "span_id": link.span = try HexadecimalID.read(UInt64.self, &reader)
            case "traceState", "trace_state": state = try reader.borrowedString()
            case "attributes": try self.inner.members(&reader, of: &object)
            case "droppedAttributesCount", "dropped_attributes_count": link.dropped = try reader.uint32()
            case "flags": link.flags = try reader.uint32()
            default: try reader.skip()
            }
        }
        self.inner.endObject(object)
        self.beginLink(link)
        if let state, !state.isEmpty {
            self.links.name("trace_state")
            self.links.string(state, under: .none)
        }
        self.endLink(link)
    }

    static func spanKind(_ name: String) -> Int? {
        ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"].firstIndex(of: name.after("SPAN_KIND_"))
    }

    static func statusCode(_ name: String) -> Int? {
        ["UNSET", "OK", "ERROR"].firstIndex(of: name.after("STATUS_CODE_"))
    }
}

extension String {
    /// The rest after a prefix, or all of it.
    func after(_ prefix: String) -> String {
        self.hasPrefix(prefix) ? String(self.dropFirst(prefix.count)) : self
    }
}

extension JSONReader {
    /// An enum as a number, which may be one that is not known yet, or by its name.
    mutating func enumeration(_ number: (String) -> Int?) throws -> Int {
        let start = self.offset
        if try self.kind() == .string {
            var string = self
            let name = try string.string()
            if let known = number(name) {
                self = string
                return known
            }
            if Int(name) == nil { throw JSONError(offset: start, message: "no such name") }
        }
        guard let value = Int32(exactly: try self.int64()) else {
            throw JSONError(offset: start, message: "the number exceeds 32 bits")
        }
        return Int(value)
    }
}

extension JSONError {
    /// The same error, with the name of the member in which it was found.
    func inside(_ member: JSONKey?) -> JSONError {
        guard let member else { return self }
        return JSONError(offset: self.offset, message: "\(member.string): \(self.message)")
    }
}
