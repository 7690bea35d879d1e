import LedgerDomain
import LedgerEvents

/// What assembly needs of a log record; see `SpanReading`.
package struct LogReading: Sendable {
    let reading: SpanReading
    /// The id of the record.
    package var recordID: LogRecordID { LogRecordID(bits: self.reading.id.bits) }

    package init(_ record: LogRecord, source: SourceReading) {
        var text = record.attributes.text
        let (event, findings) = text.withUTF8 { utf8 in
            Self.read(UnsafeRawBufferPointer(utf8), record, source)
        }
        let time = record.timeNanoseconds == 0 ? record.observedNanoseconds : record.timeNanoseconds
        var span = TraceSpan()
        span.id = TraceSpanID(bits: record.id.bits)
        span.organization = record.organization
        span.trace = record.trace
        // Log records have no span of their own: the half of their id that differs.
        span.span = SpanID(UInt64(truncatingIfNeeded: record.id.bits >> 64 ^ record.id.bits))
        span.parent = record.hasTrace && record.span != .none ? record.span : nil
        span.name = event.name
        span.startNanoseconds = max(0, time - event.duration)
        span.endNanoseconds = time
        span.statusCode = event.hasFailed ? 2 : 0
        span.attributes = record.attributes
        var log = LogDetails()
        log.level = Self.level(record.severityNumber)
        log.message = record.body.flatMap { body in
            var text = body.text
            return text.withUTF8 { ScalarValue.text(UnsafeRawBufferPointer($0)) }
        }
        log.span = record.hasTrace && record.span != .none ? record.span : nil
        log.hasTrace = record.hasTrace
        self.reading = SpanReading(record, as: span, log: log, role: event.role, findings, source: source)
    }

    private struct Event {
        var name = ""
        var role = SpanRole.other
        var duration = 0
        var hasFailed = false
    }

    /// Dialects whose plain names are meant, by the name of an event.
    private static func dialects(_ event: String, _ source: SourceReading) -> Set<Dialect> {
        source.dialects.union(
            [Dialect.claudeCode, .codex, .codingAgent].filter { $0.marks.contains { event.hasPrefix($0) } })
    }

    private static func read(
        _ attributes: UnsafeRawBufferPointer, _ record: LogRecord, _ source: SourceReading
    ) -> (Event, SpanReading.Findings) {
        var event = Event()
        event.name = self.eventName(attributes, record)
        if source.dialects.contains(.claudeCode), !event.name.hasPrefix("claude_code.") {
            event.name = "claude_code." + event.name
        }
        var kind = JSONReader(attributes)
        let dialects = self.dialects(event.name, source)
        let values = AttributeValues(&kind, dialects: dialects, keepsExtra: true)
        event.role = DialectIndex.logEvents[event.name] ?? .other
        event.hasFailed = event.name.hasSuffix("error") || event.name.hasSuffix("failed")
        if let milliseconds = values.decimal(.duration), milliseconds > .zero,
            milliseconds < ExactDecimal(1_000_000_000)
        {
            event.duration = Int(milliseconds.picos / 1_000_000)
        }
        var span = TraceSpan()
        span.name = event.name
        return (event, SpanReading.Findings(log: values, span, source, role: event.role))
    }

    /// The event's name, with its kind where the dialect tells kinds apart: `codex.sse_event/response.completed`.
    private static func eventName(_ attributes: UnsafeRawBufferPointer, _ record: LogRecord) -> String {
        var name = record.eventName
        var kind: String?
        var reader = JSONReader(attributes)
        try? AttributeValues.members(of: &reader) { key, raw in
            switch key {
            case "event.name": if name.isEmpty { name = ScalarValue.text(raw) ?? "" }
            case "event.kind": kind = ScalarValue.text(raw)
            default: break
            }
        }
        if name.isEmpty, let body = record.body {
            // Claude Code writes the name as the body, and `event.name` without its own.
            var text = body.text
            name = text.withUTF8 { ScalarValue.text(UnsafeRawBufferPointer($0)) } ?? ""
        } else if let body = record.body?.text, body.hasPrefix("\"claude_code."), !name.hasPrefix("claude_code.") {
            name = "claude_code." + name
        }
        return kind.map { "\(name)/\($0)" } ?? name
    }

    private static func level(_ severity: Int) -> LogLine.Level {
        switch severity {
        case 1...8: .debug
        case 13...16: .warning
        case 17...20: .error
        case 21...: .critical
        default: .info
        }
    }
}

extension SpanReading.Findings {
    /// What the attributes of a log record say.
    init(log values: AttributeValues, _ span: TraceSpan, _ source: SourceReading, role: SpanRole) {
        self.init(values, span, source)
        self.role = role
        switch role {
        case .modelCall:
            self.call = CallReading(values, operation: "chat", source: source, name: span.name)
            self.call?.extra = values.extraJSON
        case .toolCall:
            self.tool = ToolReading(name: values.text(.toolName), call: values.text(.toolCall), extra: values.extraJSON)
        default: break
        }
    }
}
