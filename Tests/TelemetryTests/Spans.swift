import LedgerDomain
import LedgerEvents
import LedgerTelemetry

/// Makes spans for tests, in a notation close to that of their attributes.
struct Spans {
    var spans: [SpanReading] = []
    var logs: [LogReading] = []
    let organization = SourceIdentity.organization("acme")
    var service = "acme"
    /// Seconds since 1970 UTC at which the tests happen.
    static let epoch = 1_754_038_800

    init(service: String = "acme") { self.service = service }

    enum Status: Int {
        case unset, ok, error
    }

    private var sources: [String: SourceReading] = [:]

    mutating func source(_ scope: String, process: Int = 0) -> SourceReading {
        let key = "\(scope)/\(process)"
        if let known = self.sources[key] { return known }
        var resource = TraceResource()
        resource.attributes = JSONText(
            uncheckedCanonical: #"{"service.name":"\#(self.service)","process":\#(process)}"#)
        resource.id = TraceResourceID(bits: UUIDv5.named(resource.attributes.text, in: self.organization.bits))
        var part = TraceResource()
        part.name = scope
        let source = SourceReading(resource: resource, scope: part)
        self.sources[key] = source
        return source
    }

    /// - Parameters:
    ///   - time: start and end, in milliseconds.
    ///   - attributes: members of a JSON object.
    mutating func add(
        _ id: UInt64, in parent: UInt64? = nil, trace: UInt128 = 1, scope: String = "t", process: Int = 0,
        _ name: String = "span", _ time: ClosedRange<Int> = 0...1000, kind: Int = 1, status: Status = .unset,
        message: String = "", flags: Int = 0, events: String? = nil, links: String? = nil, _ attributes: String = ""
    ) {
        var span = TraceSpan()
        span.organization = self.organization
        span.trace = TraceID(bits: trace)
        span.span = SpanID(id)
        span.parent = parent.map { SpanID($0) }
        span.id = TraceSpan.id(of: span.span, in: span.trace, of: self.organization)
        span.name = name
        span.spanKind = kind
        span.startNanoseconds = Self.epoch * 1_000_000_000 + time.lowerBound * 1_000_000
        span.endNanoseconds = Self.epoch * 1_000_000_000 + time.upperBound * 1_000_000
        span.statusCode = status.rawValue
        span.statusMessage = message
        span.flags = flags
        span.attributes = JSONText(uncheckedCanonical: "{\(attributes)}")
        span.events = events.map { JSONText(uncheckedCanonical: $0) }
        span.links = links.map { JSONText(uncheckedCanonical: $0) }
        let source = self.source(scope, process: process)
        self.spans.append(SpanReading(span, source: source))
    }

    /// A span with times in nanoseconds.
    mutating func add(
        exactly id: UInt64, in parent: UInt64?, scope: String, _ start: Int, _ end: Int, events: String,
        _ attributes: String
    ) {
        var span = TraceSpan()
        span.organization = self.organization
        span.trace = TraceID(bits: 1)
        span.span = SpanID(id)
        span.parent = parent.map { SpanID($0) }
        span.id = TraceSpan.id(of: span.span, in: span.trace, of: self.organization)
        span.startNanoseconds = start
        span.endNanoseconds = end
        span.attributes = JSONText(uncheckedCanonical: "{\(attributes)}")
        span.events = JSONText(uncheckedCanonical: events)
        self.spans.append(SpanReading(span, source: self.source(scope)))
    }

    /// A span of a second.
    mutating func add(
        _ id: UInt64, in parent: UInt64? = nil, trace: UInt128 = 1, scope: String = "t", _ name: String, kind: Int = 1,
        status: Status = .unset, message: String = "", events: String? = nil, _ attributes: String
    ) {
        self.add(
            id, in: parent, trace: trace, scope: scope, name, 0...1000, kind: kind, status: status, message: message,
            events: events, attributes)
    }

    mutating func log(
        _ event: String, at milliseconds: Int, scope: String = "com.anthropic.claude_code.events",
        trace: UInt128? = nil,
        body: String? = nil, _ attributes: String = ""
    ) {
        var record = LogRecord()
        record.organization = self.organization
        record.eventName = event
        record.timeNanoseconds = Self.epoch * 1_000_000_000 + milliseconds * 1_000_000
        record.attributes = JSONText(uncheckedCanonical: "{\(attributes)}")
        record.body = body.map { JSONText(uncheckedCanonical: $0) }
        record.id = LogRecordID(bits: UUIDv5.named("\(event)\(milliseconds)\(attributes)", in: 1))
        record.trace = trace.map { TraceID(bits: $0) } ?? LogReading.traceID(of: record)
        record.hasTrace = trace != nil
        self.logs.append(LogReading(record, source: self.source(scope)))
        self.traceOfLogs.append(record.trace)
    }

    private var traceOfLogs: [TraceID] = []

    /// - Parameter waiting: traces that are not ready.
    func inputs(waiting: Set<UInt128> = []) -> [TraceInput] {
        let spans = Dictionary(grouping: self.spans, by: \.trace)
        var logs: [TraceID: [LogReading]] = [:]
        for (log, trace) in zip(self.logs, self.traceOfLogs) { logs[trace, default: []].append(log) }
        return Set(spans.keys).union(logs.keys).sorted().map { trace in
            TraceInput(
                trace: trace, identity: trace.bits, isReady: !waiting.contains(trace.bits), spans: spans[trace] ?? [],
                logs: logs[trace] ?? [])
        }
    }

    func rows(waiting: Set<UInt128> = []) -> AssembledRows { Assembly.rows(of: self.inputs(waiting: waiting)) }

    // MARK: Attributes

    static let agent = #""gen_ai.operation.name":"invoke_agent","gen_ai.agent.name":"helper""#
    static func agent(_ name: String) -> String {
        #""gen_ai.operation.name":"invoke_agent","gen_ai.agent.name":"\#(name)""#
    }
    static func tool(_ name: String, call: String? = nil) -> String {
        #""gen_ai.operation.name":"execute_tool","gen_ai.tool.name":"\#(name)""#
            + (call.map { #","gen_ai.tool.call.id":"\#($0)""# } ?? "")
    }
    static func chat(_ input: Int? = 100, _ output: Int? = 10, id: String? = nil, model: String = "m") -> String {
        #""gen_ai.operation.name":"chat","gen_ai.request.model":"\#(model)""#
            + (input.map { #","gen_ai.usage.input_tokens":\#($0)"# } ?? "")
            + (output.map { #","gen_ai.usage.output_tokens":\#($0)"# } ?? "")
            + (id.map { #","gen_ai.response.id":"\#($0)""# } ?? "")
    }
}
