import LedgerDomain
import LedgerEvents

/// What assembly needs of a span: the values that the table of dialects finds in it, copied out of its texts.
///
/// A pure function of the span, its resource and its scope; linear in their size.
package final class SpanReading: Sendable {
    package let id: TraceSpanID
    package let organization: OrganizationID
    package let trace: TraceID
    package let span: SpanID
    package let parent: SpanID?
    let source: SourceReading
    let name: String
    let spanKind: Int
    let flags: Int
    let startNanoseconds: Int
    /// Nil where the source does not say.
    let endNanoseconds: Int?
    package let role: SpanRole
    let failure: FailureReading
    /// Status OK was set, not merely left unset.
    let isMarkedOK: Bool
    let statusMessage: String?
    let workflowName: String?
    /// Of an agent: its name. Of other spans: the agent that they say they belong to.
    let agentName: String?
    let conversation: String?
    let session: String?
    let endUser: String?
    let route: String?
    let isWebRequest: Bool
    /// Of model calls, and of agents that report usage.
    let call: CallReading?
    let tool: ToolReading?
    let evaluations: [EvaluationReading]
    /// Of spans that are neither a model call nor a tool call: as received.
    let attributes: JSONText
    /// Spans that a message came from.
    let links: [LinkedSpan]
    /// Set where it stands for a log record.
    let log: LogDetails?

    package var start: Instant { Instant(microseconds: Int64(self.startNanoseconds / 1000)) }
    /// The end, or the start where the source does not say.
    package var finish: Instant { Instant(microseconds: Int64(self.finishNanoseconds / 1000)) }
    var finishNanoseconds: Int { max(self.startNanoseconds, self.endNanoseconds ?? 0) }
    /// How long it took; nil where the source does not say, or says that it ended before it started.
    var milliseconds: Int? {
        guard let end = self.endNanoseconds, end >= self.startNanoseconds else { return nil }
        return end / 1_000_000 - self.startNanoseconds / 1_000_000
    }

    /// Beginnings of names, with the dialects that they tell.
    private static let nameMarks = [Dialect.claudeCode, .codex, .codingAgent, .n8n].flatMap { dialect in
        dialect.marks.map { ($0, dialect) }
    }

    package init(_ span: TraceSpan, source: SourceReading) {
        self.id = span.id
        self.organization = span.organization
        self.trace = span.trace
        self.span = span.span
        self.parent = span.parent == SpanID.none ? nil : span.parent
        self.source = source
        self.name = span.name
        self.spanKind = span.spanKind
        self.flags = span.flags
        self.startNanoseconds = span.startNanoseconds
        self.endNanoseconds = span.endNanoseconds == 0 ? nil : span.endNanoseconds
        self.isMarkedOK = span.statusCode == 1
        self.statusMessage = span.statusMessage.isEmpty ? nil : span.statusMessage
        var dialects = source.dialects
        for (mark, dialect) in Self.nameMarks where span.name.hasPrefix(mark) { dialects.insert(dialect) }
        var text = span.attributes.text
        let found = text.withUTF8 { utf8 in
            var reader = JSONReader(UnsafeRawBufferPointer(utf8))
            return Findings(AttributeValues(&reader, dialects: dialects, keepsExtra: true), span, source)
        }
        self.role = found.role
        self.workflowName = found.workflowName
        self.agentName = found.agentName
        self.conversation = found.conversation
        self.session = found.session
        self.endUser = found.endUser
        self.route = found.route
        self.isWebRequest = found.isWebRequest
        self.call = found.call
        self.tool = found.tool
        let events = EventsReading(span, finish: max(span.startNanoseconds, span.endNanoseconds ?? 0))
        self.failure = FailureReading(found, events, span)
        self.evaluations = events.evaluations + found.evaluation
        self.links = found.role == .passing ? LinkedSpan.read(span.links) : []
        self.attributes = found.role == .modelCall || found.role == .toolCall ? .emptyObject : span.attributes
        self.log = nil
    }

    /// What a log record says, as a span that took as long as what it tells of.
    init(
        _ record: LogRecord, as span: TraceSpan, log: LogDetails, role: SpanRole, _ found: Findings,
        source: SourceReading
    ) {
        self.id = span.id
        self.organization = span.organization
        self.trace = span.trace
        self.span = span.span
        self.parent = span.parent
        self.source = source
        self.name = span.name
        self.spanKind = 0
        self.flags = 0
        self.startNanoseconds = span.startNanoseconds
        self.endNanoseconds = span.endNanoseconds
        self.isMarkedOK = false
        self.statusMessage = nil
        self.role = role
        self.workflowName = nil
        self.agentName = nil
        self.conversation = found.conversation
        self.session = found.session
        self.endUser = found.endUser
        self.route = nil
        self.isWebRequest = false
        self.call = found.call
        self.tool = found.tool
        self.evaluations = found.evaluation
        self.failure = FailureReading(found, EventsReading(span, finish: 0), span)
        self.links = []
        self.attributes = span.attributes
        self.log = log
    }
}

/// What a span says of the use of a tool.
struct ToolReading: Sendable {
    /// Nil where only the span's name says it.
    var name: String?
    var call: String?
    var extra = JSONText.emptyObject
}

/// A span of another trace.
struct LinkedSpan: Hashable, Sendable {
    var trace: TraceID
    var span: SpanID

    static func read(_ links: JSONText?) -> [LinkedSpan] {
        guard let links else { return [] }
        var found: [LinkedSpan] = []
        try? links.reading { reader in
            try reader.array { reader in
                var trace: TraceID?
                var span: SpanID?
                try reader.object { reader, key in
                    switch key {
                    case "trace_id": trace = TraceID(try reader.string())
                    case "span_id": span = SpanID(try reader.string())
                    default: try reader.skip()
                    }
                }
                if let trace, let span { found.append(LinkedSpan(trace: trace, span: span)) }
            }
        }
        return found
    }
}

/// What only a log record has.
struct LogDetails: Sendable {
    var level = LogLine.Level.info
    /// The body, where it is a text.
    var message: String?
    /// Of the span that the source names.
    var span: SpanID?
    var hasTrace = false
}
