import LedgerDomain
import LedgerEvents

/// Writes the rows of what was found in the spans.
struct RowMaker {
    let forest: SpanForest
    let agents: AgentParts
    let requests: ModelRequests
    let tools: ToolUses
    let runs: TraceRuns
    let persons: Persons
    /// Of each agent's part: the run that it is in; -1: none of those that are ready.
    var runOfPart: [Int] = []
    var endings: [RunEnding] = []
    /// The ids of the traces, as rows write them.
    let traceTexts: [String]
    /// Of each agent's part.
    private let agentIDs: [AgentExecutionID]

    init(_ forest: SpanForest, _ agents: AgentParts, _ requests: ModelRequests, _ tools: ToolUses, _ runs: TraceRuns) {
        self.forest = forest
        self.agents = agents
        self.requests = requests
        self.tools = tools
        self.runs = runs
        self.persons = Persons(forest, runs)
        self.traceTexts = forest.traces.map(\.trace.hexadecimal)
        self.agentIDs = agents.parts.map { part in
            let span = part.missing ?? forest.spans[part.places[0]].span
            return AgentExecutionID(bits: SourceIdentity.span(span, of: forest.identity(of: part.places[0])))
        }
        self.runOfPart = agents.parts.map { runs.run[$0.places[0]] }
        self.endings = RunEnding.all(forest, agents, runs, runOfPart: self.runOfPart)
    }

    func rows() -> AssembledRows {
        var rows = AssembledRows()
        rows.runs = self.runRows()
        rows.agentExecutions = self.agentRows()
        rows.modelCalls = self.requestRows() + self.reportedRows()
        rows.toolCalls = self.toolRows()
        self.addOthers(to: &rows)
        Self.sort(&rows.modelCalls)
        Self.sort(&rows.toolCalls)
        Self.sort(&rows.logLines)
        Self.sort(&rows.evaluations)
        return rows
    }

    /// By time and id. Rows are large: places are sorted in their stead.
    private static func sort<F: Fact>(_ rows: inout [AssembledFact<F>]) {
        let keys = rows.map { (time: $0.occurredAt.microseconds, id: $0.fact.id.bits) }
        let places = keys.indices.sorted { a, b in
            keys[a].time == keys[b].time ? keys[a].id < keys[b].id : keys[a].time < keys[b].time
        }
        if places.indices.allSatisfy({ places[$0] == $0 }) { return }
        rows = places.map { rows[$0] }
    }

    func span(_ place: Int) -> SpanReading { self.forest.spans[place] }

    func cause(_ place: Int) -> EventID { EventID(bits: self.span(place).id.bits) }

    func factID(_ place: Int, _ instant: Instant, part: String = "") -> UInt128 {
        SourceIdentity.fact(part, in: self.span(place).span, of: self.forest.identity(of: place), at: instant)
    }

    func runID(_ run: Int) -> WorkflowExecutionID { WorkflowExecutionID(bits: self.runs.runs[run].id) }

    /// The execution around a span, if it is part of the span's run.
    func agentID(around place: Int) -> AgentExecutionID? {
        let part = self.agents.enclosing[place]
        guard part >= 0, self.runOfPart[part] == self.runs.run[place] else { return nil }
        return self.agentID(part)
    }

    func agentID(_ part: Int) -> AgentExecutionID { self.agentIDs[part] }

    // MARK: Runs

    private func runRows() -> [AssembledRun] {
        // Parents come before their children, even where a clock says otherwise.
        var starts: [Instant] = []
        var depths: [Int] = []
        for (index, run) in self.runs.runs.enumerated() {
            let own = self.endings[index].start
            starts.append(run.parent < 0 ? own : max(own, starts[run.parent]))
            depths.append(run.parent < 0 ? 0 : depths[run.parent] + 1)
        }
        let order = self.runs.runs.indices.sorted { a, b in
            (starts[a], depths[a], self.runs.runs[a].id) < (starts[b], depths[b], self.runs.runs[b].id)
        }
        return order.map { self.row(ofRun: $0) }
    }

    private func row(ofRun index: Int) -> AssembledRun {
        let run = self.runs.runs[index]
        let ending = self.endings[index]
        let names = self.persons.ofRun[index]
        var row = AssembledRun()
        row.id = WorkflowExecutionID(bits: run.id)
        row.trace = self.forest.traces[run.traces[0]].trace
        row.workflow = Limits.name(self.workflowName(index), else: self.span(run.main).source.service)
        row.parent = run.parent < 0 ? nil : self.runID(run.parent)
        row.startedAt = ending.start
        row.completedAt = ending.end.map { max($0, ending.start) }
        row.hasFailed = ending.hasFailed
        row.message = ending.hasFailed ? nil : self.span(run.main).statusMessage.map { Limits.message($0) }
        row.errorCode = ending.errorCode
        row.errorMessage = ending.errorMessage
        row.statusConflict = ending.conflict
        row.metadata = RestAttributes.json(run.places.map { self.span($0) })
        row.conversation = names.conversation
        row.session = names.session
        row.endUser = names.endUser
        row.cause = self.cause(run.isConversation ? self.firstMain(run) : run.main)
        return row
    }

    private func firstMain(_ run: TraceRuns.Run) -> Int { self.forest.main(of: run.traces[0]) }

    // MARK: Agents

    private func agentRows() -> [AssembledAgentExecution] {
        var starts: [Instant] = []
        var depths: [Int] = []
        for part in self.agents.parts {
            let own = part.places.map { self.span($0).start }.min() ?? .zero
            starts.append(part.parent < 0 ? own : max(own, starts[part.parent]))
            depths.append(part.parent < 0 ? 0 : depths[part.parent] + 1)
        }
        let order = self.agents.parts.indices.filter { self.runOfPart[$0] >= 0 }.sorted { a, b in
            (starts[a], depths[a], self.agentID(a)) < (starts[b], depths[b], self.agentID(b))
        }
        return order.map { self.row(ofPart: $0) }
    }

    private func row(ofPart index: Int) -> AssembledAgentExecution {
        let part = self.agents.parts[index]
        let run = self.runOfPart[index]
        let spans = part.places.map { self.span($0) }
        let names = self.persons.names(of: part.places, in: run)
        var row = AssembledAgentExecution()
        row.id = self.agentID(index)
        row.trace = spans[0].trace
        row.run = self.runID(run)
        row.agent = Limits.name(part.name, else: spans[0].source.service)
        if part.parent >= 0, self.runOfPart[part.parent] == run { row.parent = self.agentID(part.parent) }
        row.startedAt = spans.map(\.start).min() ?? .zero
        row.cause = self.cause(part.places[0])
        row.conversation = names.conversation
        row.session = names.session
        row.endUser = names.endUser
        if part.missing != nil {
            let ending = self.endings[run]
            row.completedAt = spans.map(\.finish).max()
            row.hasFailed = ending.isInterrupted
            row.errorType = ending.isInterrupted ? RunEnding.interrupted : nil
            row.errorMessage = ending.isInterrupted ? RunEnding.interruption : nil
            return row
        }
        let isOpen = spans[0].endNanoseconds == nil
        row.completedAt = isOpen ? self.endings[run].end.map { max($0, row.startedAt) } : spans.map(\.finish).max()
        row.traceData = RestAttributes.json(spans)
        row.otherSpans = spans.dropFirst().map(\.id)
        let failures = spans.map(\.failure).filter(\.hasFailed)
        row.hasFailed = !failures.isEmpty
        row.errorType = FailureReading.type(of: failures) ?? spans.lazy.compactMap(\.failure.type).first
        row.errorMessage =
            failures.isEmpty ? nil : failures.lazy.compactMap(\.message).first ?? row.errorType ?? "failed"
        if isOpen, failures.isEmpty, row.completedAt != nil {
            (row.hasFailed, row.errorType, row.errorMessage) = (true, RunEnding.interrupted, RunEnding.openEnd)
        }
        return row
    }

    // MARK: Tools

    private func toolRows() -> [AssembledFact<ToolCall>] {
        self.tools.uses.compactMap { (places) -> AssembledFact<ToolCall>? in
            let run = self.runs.run[places[0]]
            guard run >= 0 else { return nil }
            let first = self.span(places[0])
            let spans = places.map { self.span($0) }
            var call = ToolCall()
            call.id = ToolCallID(bits: self.factID(places[0], first.start))
            call.workflowExecution = self.runID(run)
            call.agentExecution = self.agentID(around: places[0])
            call.name = Limits.name(spans.lazy.compactMap { $0.tool?.name }.first ?? self.toolName(first.name))
            call.externalCall = spans.lazy.compactMap { $0.tool?.call }.first
            let failures = spans.map(\.failure).filter(\.hasFailed)
            call.outcome = failures.isEmpty ? .success : .error
            call.errorType = FailureReading.type(of: failures) ?? spans.lazy.compactMap(\.failure.type).first
            call.errorMessage = failures.lazy.compactMap(\.message).first
            call.startedAt = first.start
            call.durationMilliseconds = first.milliseconds
            call.traceID = self.traceTexts[self.forest.traceOf[places[0]]]
            call.spanID = (first.log.map { $0.span } ?? first.span)?.description
            call.extra = spans.lazy.compactMap { $0.tool?.extra }.first { $0 != .emptyObject } ?? .emptyObject
            let names = self.persons.names(of: places, in: run)
            (call.conversation, call.session, call.endUser) = (names.conversation, names.session, names.endUser)
            call.otherSpans = spans.dropFirst().map(\.id)
            return AssembledFact(call, trace: first.trace, occurredAt: first.finish, cause: self.cause(places[0]))
        }
    }

    private func toolName(_ name: String) -> String {
        let cleaned = name.hasPrefix("execute_tool ") ? String(name.dropFirst(13)) : SpanName.cleaned(name)
        return cleaned.isEmpty ? "tool" : cleaned
    }
}

extension FailureReading {
    /// The most precise type: a source's own word rather than the class of an exception, the innermost first.
    static func type(of failures: [FailureReading]) -> String? {
        failures.last { $0.isTypeReported && $0.type != nil }?.type ?? failures.last { $0.type != nil }?.type
    }
}

/// The attributes of spans that became no column.
enum RestAttributes {
    /// As one object; of spans that tell of the same thing, the first that has an attribute says its value.
    static func json(_ spans: [SpanReading]) -> JSONText {
        var json = JSONWriter()
        var seen: Set<String> = []
        var isEmpty = true
        json.beginObject()
        for span in spans where span.attributes != .emptyObject {
            try? span.attributes.reading { reader in
                try AttributeValues.members(of: &reader) { key, raw in
                    let isField = key.withUTF8 { utf8 in
                        guard let row = DialectIndex.row(utf8) else { return false }
                        let entry = DialectIndex.entry(row)
                        return entry.concept != .content
                            && (!entry.isPlain || span.source.dialects.contains(entry.dialect))
                    }
                    guard !isField, seen.insert(key.string).inserted else { return }
                    json.key(key)
                    json.raw(raw)
                    isEmpty = false
                }
            }
        }
        json.endObject()
        return isEmpty ? .emptyObject : JSONText(uncheckedCanonical: json.text)
    }
}
