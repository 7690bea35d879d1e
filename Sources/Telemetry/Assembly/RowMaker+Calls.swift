import LedgerDomain
import LedgerEvents

extension RowMaker {
    func requestRows() -> [AssembledFact<ModelCall>] {
        self.requests.requests.compactMap { (request) -> AssembledFact<ModelCall>? in
            let place = request.places[0]
            let run = self.runs.run[place]
            guard run >= 0 else { return nil }
            let first = self.span(place)
            let counting =
                request.wrappers.isEmpty ? request.places : request.places.filter { !request.wrappers.contains($0) }
            var call = self.call(request.places, counting: counting)
            call.id = ModelCallID(bits: self.factID(place, first.start))
            call.workflowExecution = self.runID(run)
            call.agentExecution = self.agentID(around: place)
            let names = self.persons.names(of: request.places, in: run)
            (call.conversation, call.session, call.endUser) = (names.conversation, names.session, names.endUser)
            var finish = first.finish
            if request.places.count > 1 {
                call.otherSpans = request.places.dropFirst().map { self.span($0).id }
                // A stream ends with its last span.
                finish = max(finish, self.streamEnd(request.places) ?? finish)
            }
            if first.milliseconds != nil { call.latencyMilliseconds = Int(finish.milliseconds(since: first.start)) }
            return AssembledFact(call, trace: first.trace, occurredAt: finish, cause: self.cause(place))
        }
    }

    private func streamEnd(_ places: [Int]) -> Instant? {
        places.filter { self.span($0).call?.isStreamEnd ?? false }.map { self.span($0).finish }.max()
    }

    /// What spans of one request say together.
    /// - Parameter counting: those whose tokens and cost are the request's.
    private func call(_ places: [Int], counting: [Int]) -> ModelCall {
        let first = self.span(places[0])
        let readings = places.compactMap { self.span($0).call }
        let counted = counting.isEmpty ? readings : counting.compactMap { self.span($0).call }
        var call = ModelCall()
        call.operation = readings.lazy.map(\.operation).first { !$0.isEmpty } ?? "chat"
        call.provider =
            readings.lazy.compactMap(\.provider).first ?? places.lazy.map { self.span($0).source.vendor }.first {
                !$0.isEmpty
            }
            ?? ""
        call.model = Self.model(readings)
        call.responseModel = readings.lazy.compactMap(\.responseModel).first ?? Self.answering(readings, call.model)
        call.response = readings.lazy.compactMap(\.response).first
        call.finishReasons = readings.lazy.map(\.finishReasons).first { !$0.isEmpty } ?? []
        call.extra = readings.lazy.map(\.extra).first { $0 != .emptyObject } ?? .emptyObject
        call.startedAt = first.start
        call.traceID = self.traceTexts[self.forest.traceOf[places[0]]]
        call.spanID = (first.log.map { $0.span } ?? first.span)?.description
        let costed = counted.first { $0.cost != nil } ?? counted.first { $0.costSource != nil }
        (call.reportedCost, call.reportedCostSource) = (costed?.cost, costed?.costSource)
        Self.count(counted, into: &call)
        self.fail(&call, places)
        return call
    }

    /// The model that was asked for, if any span names it.
    private static func model(_ readings: [CallReading]) -> String {
        let name =
            readings.lazy.compactMap(\.requestModel).first ?? readings.lazy.compactMap(\.model).first
            ?? readings.lazy.compactMap(\.responseModel).first
        return Limits.name(name ?? "unknown")
    }

    /// A model that some span names without saying whether it was asked for: another version of the one that was.
    private static func answering(_ readings: [CallReading], _ model: String) -> String? {
        readings.lazy.compactMap(\.model).first { $0 != model && ModelSpelling.key($0) == ModelSpelling.key(model) }
    }

    /// The counts of the span that knows most, with the details that others know better.
    private static func count(_ readings: [CallReading], into call: inout ModelCall) {
        var counts = readings.map(\.tokens)
        let best = counts.indices.max { (counts[$0].richness, -$0) < (counts[$1].richness, -$1) }
        guard let best else { return }
        var tokens = counts.remove(at: best)
        for other in counts { tokens.add(other) }
        call.inputTokens = tokens.uncachedInput
        call.cachedInputTokens = tokens.cacheRead
        call.cacheWriteTokens = tokens.cacheWrite
        call.outputTokens = tokens.plainOutput
        call.reasoningTokens = tokens.reasoning
        call.inputTokenRule = tokens.rule
        call.inputTokenBasis = tokens.basis
        if tokens.input == nil { call.unknownTokens.append("input_tokens") }
        let hasOutput = call.operation != "embeddings" && call.operation != "rerank" && call.operation != "retrieval"
        if tokens.output == nil, hasOutput { call.unknownTokens.append("output_tokens") }
        call.unknownTokens += tokens.invalidDetails
    }

    private func fail(_ call: inout ModelCall, _ places: [Int]) {
        let all = places.map { self.span($0).failure }
        let failures = all.filter(\.hasFailed)
        guard !failures.isEmpty else {
            call.errorType = all.lazy.compactMap(\.type).first
            return
        }
        call.errorType = FailureReading.type(of: failures) ?? "error"
        call.errorMessage = failures.lazy.compactMap(\.message).first
    }

    // MARK: Usage that agents report

    /// The usage on an agent's span, where no call below has any: a call of its own.
    func reportedRows() -> [AssembledFact<ModelCall>] {
        var isCovered = Array(repeating: false, count: self.agents.parts.count)
        func cover(_ part: Int) {
            var part = part
            while part >= 0, !isCovered[part] {
                isCovered[part] = true
                part = self.agents.parts[part].parent
            }
        }
        for request in self.requests.requests {
            let generates = request.places.contains { place in
                guard let call = self.span(place).call, call.tokens.isKnown else { return false }
                return call.operation != "embeddings" && call.operation != "rerank" && call.operation != "retrieval"
            }
            if generates { for place in request.places { cover(self.agents.enclosing[place]) } }
        }
        var rows: [AssembledFact<ModelCall>] = []
        // Inner agents first: what an outer one reports includes them.
        for part in self.agents.parts.indices.reversed() where !isCovered[part] {
            let places = self.agents.parts[part].places.filter {
                self.span($0).role == .agent && self.span($0).call != nil
            }
            guard let first = places.first else { continue }
            cover(part)
            if self.runOfPart[part] >= 0 { rows.append(self.reported(places, first, part)) }
        }
        return rows
    }

    private func reported(_ places: [Int], _ first: Int, _ part: Int) -> AssembledFact<ModelCall> {
        let span = self.span(first)
        let run = self.runOfPart[part]
        var call = self.call(places, counting: places)
        call.extra = .emptyObject
        call.id = ModelCallID(bits: self.factID(first, span.start, part: "usage"))
        call.workflowExecution = self.runID(run)
        call.agentExecution = self.agentID(part)
        call.isReportedByAgent = true
        call.latencyMilliseconds = span.milliseconds
        let names = self.persons.names(of: places, in: run)
        (call.conversation, call.session, call.endUser) = (names.conversation, names.session, names.endUser)
        call.otherSpans = places.dropFirst().map { self.span($0).id }
        return AssembledFact(call, trace: span.trace, occurredAt: span.finish, cause: self.cause(first))
    }
}
