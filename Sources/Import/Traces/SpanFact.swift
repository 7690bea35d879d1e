import AgentDomain
import EventSourcing

/// What a span says, copied out of its line and kept until its trace is complete. An object, because it is large and
/// goes through many hands; nothing changes it once it is made.
final class SpanFact {
    enum Kind {
        case workflow(name: String)
        case agent(name: String)
        case modelCall(ModelCall)
        case toolCall(ToolCall)
        case other
    }

    let spanID: UInt64
    let parent: UInt64?
    let start: Instant
    /// Nil where the source does not say.
    let end: Instant?
    let name: String
    let failed: Bool
    let statusMessage: String?
    let errorType: String?
    private(set) var kind: Kind
    /// The attributes that no field of ours takes.
    let extra: JSONText
    private(set) var evaluations: [Evaluation] = []
    private(set) var evaluationTimes: [Instant] = []
    /// The line of the file that it came from.
    let line: Int

    /// When it was over; its start where the source does not say.
    var finish: Instant { max(self.start, self.end ?? self.start) }
    var milliseconds: Int? { self.end.map { max(0, Int($0.milliseconds(since: self.start))) } }

    init(_ span: borrowing OTLPSpan, line: Int) throws {
        let said = GenAISpan(span)
        self.spanID = span.spanID
        self.parent = span.parentSpanID
        self.start = Instant(microseconds: span.startMicroseconds)
        self.end = span.endMicroseconds.map { Instant(microseconds: $0) }
        self.name = span.name.string
        self.failed = span.statusCode == .error
        self.statusMessage = span.statusMessage?.string
        self.errorType = said.errorType?.string
        self.extra = try Self.extra(span)
        self.line = line
        self.kind = .other
        switch said.operation {
        case .invokeWorkflow:
            self.kind = .workflow(name: said.workflowName?.string ?? self.name)
        case .invokeAgent: self.kind = .agent(name: said.agentName?.string ?? self.name)
        case .chat, .textCompletion, .generateContent, .embeddings:
            self.kind = .modelCall(try self.modelCall(said, span))
        case .executeTool: self.kind = .toolCall(self.toolCall(said, span))
        case .other, nil: break
        }
        for event in span.events {
            guard let evaluation = GenAIEvaluation(event, of: span) else { continue }
            self.evaluations.append(try Evaluation(evaluation))
            self.evaluationTimes.append(evaluation.timeMicroseconds.map { Instant(microseconds: $0) } ?? self.finish)
        }
    }

    private func modelCall(_ said: GenAISpan, _ span: borrowing OTLPSpan) throws -> ModelCall {
        var call = ModelCall()
        call.operation = said.operation?.rawValue ?? "chat"
        call.provider = said.provider?.string ?? ""
        call.model = said.requestModel?.string ?? said.responseModel?.string ?? "unknown"
        call.responseModel = said.responseModel?.string
        if let usage = said.usage {
            call.inputTokens = usage.input
            call.cachedInputTokens = usage.cacheRead
            call.cacheWriteTokens = usage.cacheWrite
            call.outputTokens = usage.output
            call.reasoningTokens = usage.reasoning
        }
        call.startedAt = self.start
        call.latencyMilliseconds = self.milliseconds
        call.finishReasons = said.finishReasons
        call.errorType = self.errorType ?? (self.failed ? "error" : nil)
        if let cost = said.cost {
            guard let amount = Decimal(cost.string) else {
                throw FieldError("gen_ai.usage.cost: \"\(cost.string)\" is not a decimal number in range")
            }
            call.reportedCost = Money(amount, .usd)
        }
        call.traceID = span.traceIDText
        call.spanID = span.spanIDText
        call.extra = self.extra
        return call
    }

    private func toolCall(_ said: GenAISpan, _ span: borrowing OTLPSpan) -> ToolCall {
        var call = ToolCall()
        call.name = said.toolName?.string ?? self.name
        call.externalCall = said.toolCallID?.string
        call.outcome = self.failed || self.errorType != nil ? .error : .success
        call.errorType = self.errorType
        call.startedAt = self.start
        call.durationMilliseconds = self.milliseconds
        call.traceID = span.traceIDText
        call.spanID = span.spanIDText
        call.extra = self.extra
        return call
    }

    /// The attributes as JSON, without those that became fields.
    private static func extra(_ span: borrowing OTLPSpan) throws -> JSONText {
        let rest = span.attributes.filter { !Self.isField($0.key) }
        if rest.isEmpty { return .emptyObject }
        var json = JSONWriter()
        try rest[...].write(to: &json)
        return JSONText(uncheckedCanonical: json.text)
    }

    private static func isField(_ key: JSONString) -> Bool {
        switch key {
        case "gen_ai.operation.name", "gen_ai.workflow.name", "gen_ai.agent.name", "gen_ai.provider.name",
            "gen_ai.system", "gen_ai.request.model", "gen_ai.response.model", "gen_ai.response.finish_reasons",
            "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "gen_ai.usage.cost", "gen_ai.tool.name",
            "gen_ai.tool.call.id", "error.type":
            true
        case _: false
        }
    }
}

extension Evaluation {
    /// Scores within 0 and 1 are read as fractions of 100.
    init(_ said: GenAIEvaluation) throws {
        self.init()
        self.evaluator = said.name?.string ?? "unnamed"
        self.label = said.label?.string
        self.explanation = said.explanation?.string
        guard let text = said.score?.string else {
            throw FieldError("gen_ai.evaluation.result \"\(self.evaluator)\" has no score.value")
        }
        guard let score = Decimal(text) else { throw FieldError("the score \"\(text)\" is not a decimal number") }
        self.reportedScore = text
        self.score = score >= .zero && score <= Decimal(1) ? Decimal(picos: score.picos * 100) : score
        switch self.label?.lowercased() {
        case "pass", "passed": self.passed = true
        case "fail", "failed": self.passed = false
        case _: break
        }
    }
}
