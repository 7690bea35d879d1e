import LedgerDomain
import LedgerEvents

/// What is recorded of a run: calls, log lines, metrics, judgements.
extension RunScript {
    mutating func call(
        _ model: SimulatedModel, in part: AgentExecutionID, isCached: Bool, finish: [String]
    ) {
        var call = ModelCall()
        call.workflowExecution = self.run
        call.agentExecution = part
        call.provider = model.provider
        call.model = model.name
        call.operation = "chat"
        call.startedAt = self.script.now
        var latency = self.dice.within(150...900)
        if self.dice.chance(perMille: 12) {
            call.errorType = "rate_limit"
        } else {
            call.responseModel = model.version
            call.finishReasons = finish
            call.inputTokens = self.dice.skewed(120...6000)
            if model.readsCache, isCached { call.cachedInputTokens = self.dice.skewed(256...8192) }
            if model.writesCache, !isCached { call.cacheWriteTokens = self.dice.skewed(512...4096) }
            call.outputTokens = self.dice.skewed(12...1400)
            if model.reasons { call.reasoningTokens = self.dice.skewed(64...3000) }
            latency += 12 * (call.outputTokens + call.reasoningTokens)
            if model.reportsCost { call.reportedCost = Self.cost(of: call, by: model) }
        }
        call.latencyMilliseconds = latency
        call.traceID = self.trace
        call.spanID = self.dice.hexadecimal(16)
        call.id = self.dice.id(at: self.script.now.advanced(byMilliseconds: latency))
        self.script.add(after: latency, .modelCall(.record(call)))
    }

    /// What the provider asks by its list, the way a gateway reports it.
    private static func cost(of call: ModelCall, by model: SimulatedModel) -> Money {
        var picos: Int128 = 0
        for (usageType, dollars) in model.prices {
            let tokens = usageType == "input_tokens" ? call.inputTokens : call.outputTokens
            picos += Int128(tokens) * (dollars.picos / 1_000_000)
        }
        return Money(ExactDecimal(picos: picos), .usd)
    }

    mutating func useTool(in part: AgentExecutionID) {
        var call = ToolCall()
        call.workflowExecution = self.run
        call.agentExecution = part
        call.name = self.dice.pick(Names.tools)
        call.externalCall = "call_\(self.dice.hexadecimal(8))"
        if self.dice.chance(perMille: 45) {
            call.outcome = .error
            call.errorType = self.dice.chance(perMille: 500) ? "timeout" : "http_500"
        }
        call.startedAt = self.script.now
        let duration = self.dice.skewed(8...4000)
        call.durationMilliseconds = duration
        call.traceID = self.trace
        call.spanID = self.dice.hexadecimal(16)
        call.id = self.dice.id(at: self.script.now.advanced(byMilliseconds: duration))
        self.script.add(after: duration, .toolCall(.record(call)))
        if call.outcome == .error { self.log(.warning, self.dice.pick(Names.warnings), in: part) }
    }

    mutating func log(_ level: LogLine.Level, _ message: String, in part: AgentExecutionID?) {
        var line = LogLine()
        line.id = self.dice.id(at: self.script.now.advanced(byMilliseconds: 1))
        line.workflowExecution = self.run
        line.agentExecution = part
        line.level = level
        line.message = message
        line.traceID = self.trace
        line.source = "agent"
        self.script.add(.logLine(.record(line)))
    }

    /// Latency always, quality sometimes.
    mutating func measure(_ agent: SimulatedAgent, _ part: AgentExecutionID) {
        self.record("latency_ms", Double(self.dice.skewed(400...60_000)), "ms", part)
        if self.dice.chance(perMille: 250) {
            self.record("quality_score", Double(self.dice.within(400...1000)) / 10, "percent", part)
        }
    }

    private mutating func record(_ type: String, _ value: Double, _ unit: String, _ part: AgentExecutionID) {
        var metric = Metric()
        metric.id = self.dice.id(at: self.script.now.advanced(byMilliseconds: 1))
        metric.agentExecution = part
        metric.metricType = type
        metric.value = value
        metric.unit = unit
        self.script.add(.metric(.record(metric)))
    }

    /// A judgement of the whole run, or of an agent's part; now and then the same evaluator thinks again.
    mutating func evaluate(_ part: AgentExecutionID?) {
        let evaluator = self.dice.pick(Names.evaluators)
        self.script.actor = .evaluator
        let part = self.dice.chance(perMille: 250) ? part : nil
        self.evaluate(evaluator, part, after: self.dice.within(1000...30_000))
        if self.dice.chance(perMille: 80) {
            self.evaluate(
                evaluator, part, after: self.dice.within((5 * Milliseconds.minute)...Milliseconds.hour))
        }
        self.script.actor = .runtime
    }

    private mutating func evaluate(_ evaluator: String, _ part: AgentExecutionID?, after milliseconds: Int) {
        var evaluation = Evaluation()
        evaluation.id = self.dice.id(at: self.script.now.advanced(byMilliseconds: milliseconds))
        evaluation.workflowExecution = self.run
        evaluation.agentExecution = part
        evaluation.evaluator = evaluator
        let hundredths = 10_000 - self.dice.skewed(0...10_000)
        evaluation.score = .cents(hundredths)
        evaluation.passed = hundredths >= 6000
        evaluation.label = hundredths >= 6000 ? "pass" : "fail"
        evaluation.explanation = hundredths >= 6000 ? nil : "claims something that its sources do not say"
        self.script.add(after: milliseconds, .evaluation(.record(evaluation)))
    }
}
