import LedgerDomain
import LedgerEvents

extension OTLPReader {
    /// Reads a span. Throws `OTLPError` if it cannot be recorded.
    mutating func readSpan(_ message: ProtobufReader) throws -> TraceSpan {
        self.reset()
        var message = message
        let start = message.offset
        var span = TraceSpan()
        var object: CanonicalWriter.Object?
        while try message.next() { try self.readField(&message, &span, &object) }
        guard span.trace != .zero else {
            throw OTLPError(offset: start, message: "a span needs a trace_id that is not zero")
        }
        guard span.span != .none else {
            throw OTLPError(offset: start, message: "a span needs a span_id that is not zero")
        }
        guard span.startNanoseconds != 0 else {
            throw OTLPError(offset: start, message: "a span needs a start_time_unix_nano")
        }
        self.finish(&span, object)
        return span
    }

    private mutating func readField(
        _ message: inout ProtobufReader, _ span: inout TraceSpan, _ object: inout CanonicalWriter.Object?
    ) throws {
        switch message.field {
        case 1: span.trace = TraceID(bits: try message.id(UInt128.self, "trace_id"))
        case 2: span.span = SpanID(try message.id(UInt64.self, "span_id"))
        case 3: span.traceState = self.mask.apply(to: try message.string("trace_state"))
        case 4:
            let parent = try message.id(UInt64.self, "parent_span_id")
            span.parent = parent == 0 ? nil : SpanID(parent)
        case 5: span.name = self.mask.apply(to: try message.string("name"))
        case 6: span.spanKind = try message.int32("kind")
        case 7: span.startNanoseconds = try message.time("start_time_unix_nano")
        case 8:
            let time = try message.time("end_time_unix_nano")
            span.endNanoseconds = time == 0 ? nil : time
        case 9: try self.readAttribute(&message, &object)
        case 10: span.droppedAttributes = try message.uint32("dropped_attributes_count")
        case 11:
            let event = try message.message("events")
            do { try self.readEvent(event) } catch let error as OTLPError { throw error.inside("events") }
        case 12: span.droppedEvents = try message.uint32("dropped_events_count")
        case 13:
            let link = try message.message("links")
            do { try self.readLink(link) } catch let error as OTLPError { throw error.inside("links") }
        case 14: span.droppedLinks = try message.uint32("dropped_links_count")
        case 15: try self.readStatus(message.message("status"), &span)
        case 16: span.flags = Int(try message.fixed32("flags"))
        default: try message.skip()
        }
    }

    /// Adds an attribute to those of a span or log record.
    @inline(__always)
    mutating func readAttribute(
        _ message: inout ProtobufReader, _ object: inout CanonicalWriter.Object?
    ) throws {
        let pair = try message.message("attributes")
        var list = object ?? self.attributes.beginObject()
        do {
            try self.attributes.member(pair, of: &list)
        } catch let error as OTLPError {
            throw error.inside("attributes")
        }
        object = list
    }

    private mutating func readStatus(_ message: ProtobufReader, _ span: inout TraceSpan) throws {
        var message = message
        while try message.next() {
            switch message.field {
            case 2: span.statusMessage = self.mask.apply(to: try message.string("status.message"))
            case 3: span.statusCode = try message.int32("status.code")
            default: try message.skip()
            }
        }
    }

    private mutating func readEvent(_ message: ProtobufReader) throws {
        var message = message
        self.inner.reset()
        var object = self.inner.beginObject()
        var event = EventFields()
        var name = UnsafeRawBufferPointer(start: nil, count: 0)
        while try message.next() {
            switch message.field {
            case 1: event.time = try message.time("time_unix_nano")
            case 2: name = try message.utf8("name")
            case 3: try self.inner.member(message.message("attributes"), of: &object)
            case 4: event.dropped = try message.uint32("dropped_attributes_count")
            default: try message.skip()
            }
        }
        self.inner.endObject(object)
        self.beginEvent()
        if !name.isEmpty {
            self.events.name("name")
            self.events.string(utf8: name, under: .none)
        }
        self.endEvent(event)
    }

    private mutating func readLink(_ message: ProtobufReader) throws {
        var message = message
        self.inner.reset()
        var object = self.inner.beginObject()
        var link = LinkFields()
        var state = UnsafeRawBufferPointer(start: nil, count: 0)
        while try message.next() {
            switch message.field {
            case 1: link.trace = try message.id(UInt128.self, "trace_id")
            case 2: link.span = try message.id(UInt64.self, "span_id")
            case 3: state = try message.utf8("trace_state")
            case 4: try self.inner.member(message.message("attributes"), of: &object)
            case 5: link.dropped = try message.uint32("dropped_attributes_count")
            case 6: link.flags = Int(try message.fixed32("flags"))
            default: try message.skip()
            }
        }
        self.inner.endObject(object)
        self.beginLink(link)
        if !state.isEmpty {
            self.links.name("trace_state")
            self.links.string(utf8: state, under: .none)
        }
        self.endLink(link)
    }

    /// Reads a log record. Throws `OTLPError` if it cannot be recorded.
    mutating func readLogRecord(_ message: ProtobufReader) throws -> LogRecord {
        self.reset()
        var message = message
        var record = LogRecord()
        var object: CanonicalWriter.Object?
        while try message.next() {
            switch message.field {
            case 1: record.timeNanoseconds = try message.time("time_unix_nano")
            case 2: record.severityNumber = try message.int32("severity_number")
            case 3: record.severityText = self.mask.apply(to: try message.string("severity_text"))
            case 5:
                let body = try message.message("body")
                self.events.reset()
                do {
                    try self.events.value(body, under: .none, 0)
                } catch let error as OTLPError {
                    throw error.inside("body")
                }
                record.body = self.events.text()
            case 6: try self.readAttribute(&message, &object)
            case 7: record.droppedAttributes = try message.uint32("dropped_attributes_count")
            case 8: record.flags = Int(try message.fixed32("flags"))
            case 9: record.trace = TraceID(bits: try message.id(UInt128.self, "trace_id"))
            case 10: record.span = SpanID(try message.id(UInt64.self, "span_id"))
            case 11: record.observedNanoseconds = try message.time("observed_time_unix_nano")
            case 12: record.eventName = self.mask.apply(to: try message.string("event_name"))
            default: try message.skip()
            }
        }
        self.finish(&record, object)
        return record
    }
}
