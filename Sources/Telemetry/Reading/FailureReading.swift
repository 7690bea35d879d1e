import LedgerDomain
import LedgerEvents

/// Whether and why a span failed.
struct FailureReading: Sendable {
    var hasFailed = false
    var type: String?
    /// At most 2,000 characters.
    var message: String?
    /// Whether the type is the source's own word, not the class of an exception.
    var isTypeReported = false

    init() {}

    init(_ found: SpanReading.Findings, _ events: EventsReading, _ span: TraceSpan) {
        let reported = found.errorType.map { Self.className($0) }
        self.hasFailed =
            span.statusCode == 2 || found.isMarkedFailed || events.endsWithException
            || (reported != nil && span.statusCode != 1)
        guard self.hasFailed else {
            self.type = reported
            return
        }
        let message =
            (span.statusMessage.isEmpty ? nil : span.statusMessage) ?? events.exceptionMessage ?? found.errorMessage
        let exception = events.exceptionType.flatMap { $0 == "Exception" ? nil : $0 }
        self.type = reported ?? exception ?? message.flatMap { Self.type(inMessage: $0) } ?? events.exceptionType
        self.isTypeReported = reported != nil
        self.message = message.map { Limits.message($0) }
    }

    /// The class that a message begins with, as in `RateLimitError: …` or `RateLimitError('…')`; else the code of an HTTP
    /// status in it, as in `Error code: 429`.
    static func type(inMessage message: String) -> String? {
        let start = message.utf8.prefix(512)
        let name = start.prefix { byte in
            (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
        if let next = start.dropFirst(name.count).first, next == UInt8(ascii: ":") || next == UInt8(ascii: "(") {
            let text = String(decoding: name, as: UTF8.self)
            if text.hasSuffix("Error") || text.hasSuffix("Exception") || text.hasSuffix("Timeout") { return text }
        }
        return Self.statusCode(in: Array(start))
    }

    private static func statusCode(in bytes: [UInt8]) -> String? {
        let mark = Array("code: ".utf8)
        var index = 0
        while index + mark.count + 3 <= bytes.count {
            if bytes[index..<index + mark.count].elementsEqual(mark) {
                let digits = bytes[(index + mark.count)...].prefix { $0 &- 0x30 < 10 }
                if digits.count == 3, digits.first == UInt8(ascii: "4") || digits.first == UInt8(ascii: "5") {
                    return String(decoding: digits, as: UTF8.self)
                }
            }
            index += 1
        }
        return nil
    }

    /// `openai.RateLimitError` from `<class 'openai.RateLimitError'>`.
    private static func className(_ type: String) -> String {
        guard type.hasPrefix("<class '"), type.hasSuffix("'>") else { return type }
        return String(type.dropFirst(8).dropLast(2))
    }
}

/// What the events of a span say.
struct EventsReading {
    private(set) var exceptionType: String?
    private(set) var exceptionMessage: String?
    /// Whether the span ended with an exception, or one left it.
    private(set) var endsWithException = false
    private(set) var evaluations: [EvaluationReading] = []

    /// How long before its end a span may record the exception that ends it, in nanoseconds.
    static let endingTime = 1_000_000

    init(_ span: TraceSpan, finish: Int) {
        guard let events = span.events else { return }
        try? events.reading { reader in
            try reader.array { reader in self.read(event: &reader, span, finish) }
        }
    }

    private mutating func read(event reader: inout JSONReader, _ span: TraceSpan, _ finish: Int) {
        var name: JSONString?
        var time = finish
        var attributes: UnsafeRawBufferPointer?
        do {
            try reader.object { reader, key in
                switch key {
                case "name": name = try reader.borrowedString()
                case "time_unix_nano": time = ScalarValue.nanoseconds(try reader.raw()) ?? finish
                case "attributes": attributes = try reader.raw()
                default: try reader.skip()
                }
            }
        } catch { return }
        guard let name else { return }
        if name == "exception" || name == "gen_ai.client.operation.exception" {
            self.read(exception: attributes, at: time, span, finish)
        } else if name == "gen_ai.evaluation.result", let attributes {
            var reader = JSONReader(attributes)
            let values = AttributeValues(&reader, dialects: [], keepsExtra: false)
            if var evaluation = EvaluationReading(values) {
                evaluation.time = Instant(microseconds: Int64(time / 1000))
                self.evaluations.append(evaluation)
            }
        }
    }

    private mutating func read(exception raw: UnsafeRawBufferPointer?, at time: Int, _ span: TraceSpan, _ finish: Int) {
        var hasEscaped = false
        if let raw {
            var reader = JSONReader(raw)
            try? AttributeValues.members(of: &reader) { key, value in
                switch key {
                case "exception.type": self.exceptionType = ScalarValue.text(value) ?? self.exceptionType
                case "exception.message": self.exceptionMessage = ScalarValue.text(value) ?? self.exceptionMessage
                case "exception.escaped": hasEscaped = ScalarValue.text(value)?.lowercased() == "true"
                default: break
                }
            }
        }
        // Near the end, and not merely because the span is short.
        let isLate = time > finish - Self.endingTime && time - span.startNanoseconds > finish - time
        if hasEscaped || isLate { self.endsWithException = true }
    }
}

extension ScalarValue {
    static func nanoseconds(_ raw: UnsafeRawBufferPointer) -> Int? {
        var reader = JSONReader(raw)
        return (try? reader.int64()).map { max(0, Int($0)) }
    }
}

/// A judgement that an evaluator attached to a span or log record.
struct EvaluationReading: Sendable {
    var name: String
    /// The decimal text that the source wrote; its range is the evaluator's own.
    var score: String?
    var label: String?
    var explanation: String?
    /// Nil: that of the span.
    var time: Instant?

    init?(_ values: borrowing AttributeValues) {
        let score = values.raw(.evaluationScore).flatMap { ScalarValue.text($0) }
        let label = values.text(.evaluationLabel)
        guard score != nil || label != nil else { return nil }
        self.name = values.text(.evaluationName) ?? "unnamed"
        self.score = score
        self.label = label
        self.explanation = values.text(.evaluationExplanation)
    }
}

/// How long texts may be.
enum Limits {
    static let messageCharacters = 2000

    static func message(_ text: String) -> String {
        text.utf8.count <= self.messageCharacters ? text : String(text.prefix(self.messageCharacters))
    }

    /// The name as it can be kept; where nothing is left of it, the substitute.
    static func name(_ text: String, else substitute: String = "unnamed") -> String {
        FittingName.of(text) ?? FittingName.of(substitute) ?? "unnamed"
    }
}
