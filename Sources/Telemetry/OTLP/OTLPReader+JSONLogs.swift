import LedgerDomain
import LedgerEvents

extension OTLPReader {
    /// Reads a log record. Throws `JSONError` if it cannot be recorded; the reader's place is then undefined.
    mutating func readLogRecord(_ reader: inout JSONReader) throws -> LogRecord {
        self.reset()
        var record = LogRecord()
        var object: CanonicalWriter.Object?
        var member: JSONKey?
        do {
            try reader.distinctMembers { reader, key in
                member = key
                if try reader.null() { return }
                try self.readMember(key, &reader, &record, &object)
            }
        } catch let error as JSONError {
            throw error.inside(member)
        }
        self.finish(&record, object)
        return record
    }

    /// Ends the attributes of a record and moves them into it.
    mutating func finish(_ record: inout LogRecord, _ object: CanonicalWriter.Object?) {
        record.hasTrace = record.trace != .zero
        if let object {
            self.attributes.endObject(object)
            if self.attributes.out.count > 2 { record.attributes = self.attributes.text() }
        }
    }

    private mutating func readMember(
        _ key: JSONKey, _ reader: inout JSONReader, _ record: inout LogRecord, _ object: inout CanonicalWriter.Object?
    ) throws {
        switch key {
        case "timeUnixNano", "time_unix_nano": record.timeNanoseconds = try reader.time()
        case "observedTimeUnixNano", "observed_time_unix_nano": record.observedNanoseconds = try reader.time()
        case "severityNumber", "severity_number": record.severityNumber = try reader.enumeration(Self.severityNumber)
        case "severityText", "severity_text": record.severityText = self.mask.apply(to: try reader.string())
        case "body":
            self.events.reset()
            try self.events.value(&reader, under: .none, 0)
            record.body = self.events.text()
        case "attributes":
            var list = object ?? self.attributes.beginObject()
            try self.attributes.members(&reader, of: &list)
            object = list
        case "droppedAttributesCount", "dropped_attributes_count": record.droppedAttributes = try reader.uint32()
        case "flags": record.flags = try reader.uint32()
        case "traceId", "trace_id": record.trace = TraceID(bits: try HexadecimalID.read(UInt128.self, &reader))
        case "spanId", "span_id": record.span = SpanID(try HexadecimalID.read(UInt64.self, &reader))
        case "eventName", "event_name": record.eventName = self.mask.apply(to: try reader.string())
        default: try reader.skip()
        }
    }

    /// `SEVERITY_NUMBER_TRACE` is 1, `…_TRACE2` 2, up to `…_FATAL4`, 24.
    private static func severityNumber(_ name: String) -> Int? {
        var level = name.after("SEVERITY_NUMBER_")
        if level == "UNSPECIFIED" { return 0 }
        var step = 0
        if let digit = level.last?.wholeNumberValue, (2...4).contains(digit) {
            step = digit - 1
            level.removeLast()
        }
        return ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"].firstIndex(of: level).map { 4 * $0 + 1 + step }
    }

    /// Counts the data points of metrics.
    mutating func readMetrics(_ reader: inout JSONReader, _ body: (OTLPItem) throws -> Void) throws {
        var count = 0
        try reader.elements { reader in
            try reader.members("scopeMetrics", "scope_metrics") { reader in
                try reader.members("metrics", "metrics") { reader in
                    try reader.distinctMembers { reader, _ in
                        guard try reader.kind() == .object else { return try reader.skip() }
                        try reader.distinctMembers { reader, key in
                            guard key == "dataPoints" || key == "data_points" else { return try reader.skip() }
                            try reader.elements {
                                try $0.skip()
                                count += 1
                            }
                        }
                    }
                }
            }
        }
        try body(.metrics(count))
    }
}

extension JSONReader {
    /// Calls `body` for each element of an array that may be null, but for elements that are null.
    fileprivate mutating func elements(_ body: (inout JSONReader) throws -> Void) throws {
        if try self.null() { return }
        try self.array { if try !$0.null() { try body(&$0) } }
    }

    /// Calls `body` for each element of one array of an object.
    fileprivate mutating func members(
        _ name: StaticString, _ other: StaticString, _ body: (inout JSONReader) throws -> Void
    ) throws {
        try self.distinctMembers { reader, key in
            if key == name || key == other { try reader.elements(body) } else { try reader.skip() }
        }
    }
}
