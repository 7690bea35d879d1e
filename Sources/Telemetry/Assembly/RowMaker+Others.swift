import LedgerDomain
import LedgerEvents

extension RowMaker {
    /// Log lines of what has no columns, and evaluations.
    func addOthers(to rows: inout AssembledRows) {
        let ownPlaces = Set(self.runs.runs.filter { !$0.isConversation }.flatMap(\.places))
        for place in self.forest.spans.indices where self.runs.run[place] >= 0 {
            if self.forest.isTransparent(place), !ownPlaces.contains(place) {
                let line = self.logLine(place)
                let span = self.span(place)
                rows.logLines.append(
                    AssembledFact(line, trace: span.trace, occurredAt: span.start, cause: self.cause(place)))
            }
            for (index, evaluation) in self.span(place).evaluations.enumerated() {
                rows.evaluations.append(self.evaluation(evaluation, index, place))
            }
        }
    }

    private func logLine(_ place: Int) -> LogLine {
        let span = self.span(place)
        var line = LogLine()
        line.id = LogLineID(bits: self.factID(place, span.start))
        line.workflowExecution = self.runID(self.runs.run[place])
        line.agentExecution = self.agentID(around: place)
        line.context = span.attributes
        line.traceID = self.traceTexts[self.forest.traceOf[place]]
        line.source = "otlp"
        if let log = span.log {
            line.level = log.level
            line.message = Limits.message(log.message ?? span.name)
            line.spanID = log.span?.description
            return line
        }
        line.level = span.failure.hasFailed ? .error : .info
        line.message = Limits.message(span.statusMessage.map { "\(span.name): \($0)" } ?? span.name)
        line.spanID = span.span.description
        line.parentSpanID = span.parent?.description
        return line
    }

    private func evaluation(
        _ reading: EvaluationReading, _ index: Int, _ place: Int
    ) -> AssembledFact<Evaluation> {
        let span = self.span(place)
        let time = reading.time ?? span.finish
        var evaluation = Evaluation(reading)
        evaluation.id = EvaluationID(bits: self.factID(place, time, part: "evaluation/\(index)"))
        evaluation.workflowExecution = self.runID(self.runs.run[place])
        let part = self.agents.part[place]
        evaluation.agentExecution = part >= 0 ? self.agentID(part) : self.agentID(around: place)
        return AssembledFact(evaluation, trace: span.trace, occurredAt: time, cause: self.cause(place))
    }
}

extension Evaluation {
    /// Scores within 0 and 1 are read as fractions of 100. The score has two digits after the point; `reportedScore` has
    /// all of them.
    init(_ reading: EvaluationReading) {
        self.init()
        self.evaluator = Limits.name(reading.name)
        self.label = reading.label
        self.explanation = reading.explanation.map { Limits.message($0) }
        self.reportedScore = reading.score
        self.score = nil
        if let text = reading.score, let score = ExactDecimal(rounding: text) {
            let isFraction = score >= .zero && score <= ExactDecimal(1)
            self.score = (isFraction ? ExactDecimal(picos: score.picos * 100) : score).rounded(toDigits: 2)
        }
        switch self.label?.lowercased() {
        case "pass", "passed": self.passed = true
        case "fail", "failed": self.passed = false
        case _: break
        }
    }
}
