import AgentDomain
import EventSourcing

/// Turns a trace into the requests that record it, and adds them to a batch: first the things it names, then the runs
/// and agents as they begin, what they did, and how they ended.
struct TraceRequests<Names: TraceNames> {
    private let trace: Trace
    private let directory: NameDirectory<Names>
    private let actor: Actor
    private let source: Source
    private let batch: RequestBatch

    private let organization: OrganizationID
    private var places: [UInt64: Int] = [:]
    /// Of each span what is asked for often; the spans themselves are large.
    private let parents: [UInt64?]
    private let roles: [Role]
    private let ids: [UInt128]

    private enum Role {
        case workflow, agent, other
    }
    /// For each span, the run and the agent that it is part of.
    private var runs: [WorkflowExecutionID] = []
    private var agents: [AgentExecutionID?] = []
    /// The span that stands for the whole trace: its outermost workflow, else its root.
    private let rootPlace: Int?
    /// The run that the whole trace is.
    private let root: WorkflowExecutionID

    /// - Parameter slug: overrules what the resource says.
    @discardableResult
    init(
        _ trace: Trace, slug: String?, directory: NameDirectory<Names>, actor: Actor, source: Source,
        into batch: RequestBatch
    ) throws {
        self.trace = trace
        self.batch = batch
        self.directory = directory
        self.actor = actor
        self.source = source
        self.root = WorkflowExecutionID(bits: trace.id)
        self.rootPlace = trace.rootPlace
        self.parents = trace.spans.map(\.parent)
        self.roles = trace.spans.map { $0.isWorkflow ? .workflow : $0.isAgent ? .agent : .other }
        self.ids = trace.spans.map { span in
            span.isWorkflow || span.isAgent
                ? SourceIdentity.span(span.spanID, of: trace.id)
                : SourceIdentity.fact(in: span.spanID, of: trace.id, at: span.start)
        }
        let slug = slug ?? SourceIdentity.slug(trace.tenant.name)
        let (organization, isNew) = try directory.organization(slug: slug)
        self.organization = organization
        for (index, span) in trace.spans.enumerated() { self.places[span.spanID] = index }
        if isNew { self.createOrganization(slug) }
        try self.locate()
        try self.begin()
        self.recordCalls()
        self.end()
    }

    private var firstStart: Instant { self.trace.spans.map(\.start).min() ?? .zero }

    private mutating func add(
        _ name: String, _ command: DomainCommand, at instant: Instant, _ line: Int,
        _ part: RequestBatch.Part = .preparation
    ) {
        var request = Request(name, command, actor: self.actor, occurredAt: instant)
        request.source = self.source
        self.batch.append(request, line: line, part)
    }

    // MARK: What belongs where

    /// Finds the run and the agent of each span by walking up its parents.
    private mutating func locate() throws {
        self.runs = Array(repeating: self.root, count: self.trace.spans.count)
        self.agents = Array(repeating: nil, count: self.trace.spans.count)
        for index in self.trace.spans.indices {
            let (run, agent) = try self.surroundings(of: index)
            self.runs[index] = run
            self.agents[index] = agent
        }
    }

    private func surroundings(of index: Int) throws -> (WorkflowExecutionID, AgentExecutionID?) {
        var parent = self.parents[index]
        var agent: AgentExecutionID?
        var steps = 0
        while let spanID = parent, steps < self.parents.count {
            guard let place = self.places[spanID] else {
                // A parent that came earlier, or never: it may be an agent that the ledger knows.
                let known = AgentExecutionID(bits: SourceIdentity.span(spanID, of: self.trace.id))
                if agent == nil, try self.directory.names.contains(known) { agent = known }
                return (self.root, agent)
            }
            switch self.roles[place] {
            case .agent where agent == nil: agent = AgentExecutionID(bits: self.ids[place])
            case .workflow: return (self.run(at: place), agent)
            case .agent, .other: break
            }
            parent = self.parents[place]
            steps += 1
        }
        return (self.root, agent)
    }

    /// The outermost workflow of a trace is the trace's own run; others stand below it.
    private func run(at place: Int) -> WorkflowExecutionID {
        place == self.rootPlace ? self.root : WorkflowExecutionID(bits: self.ids[place])
    }

    // MARK: Beginnings

    private mutating func createOrganization(_ slug: String) {
        var created = OrganizationCreated()
        created.id = self.organization
        created.name = self.trace.tenant.name.isEmpty ? slug : self.trace.tenant.name
        created.slug = slug
        self.add("organization.create", .organization(.create(created)), at: self.firstStart, self.firstLine)
    }

    private var firstLine: Int { self.trace.spans.first?.line ?? 0 }

    private mutating func begin() throws {
        let spans = self.trace.spans
        if let place = self.rootPlace {
            try self.beginRun(self.root, place, parent: nil)
        } else if try !self.directory.names.contains(self.root) {
            try self.beginRun(self.root, workflow: self.trace.tenant.service, at: self.firstStart, self.firstLine)
        }
        // By start, parents before their children; spans are large, so what is compared stands in arrays of its own.
        let starts = spans.map(\.start)
        let depths = spans.indices.map { self.depth(at: $0) }
        let byStart = spans.indices.sorted { (starts[$0], depths[$0], $0) < (starts[$1], depths[$1], $1) }
        for place in byStart where self.roles[place] == .workflow && place != self.rootPlace {
            try self.beginRun(self.run(at: place), place, parent: self.runs[place])
        }
        for place in byStart {
            if case .agent(let name) = spans[place].kind { try self.beginAgent(name, place) }
        }
    }

    private func depth(at place: Int) -> Int {
        var depth = 0
        var parent = self.parents[place]
        while let spanID = parent, let above = self.places[spanID], depth < self.parents.count {
            depth += 1
            parent = self.parents[above]
        }
        return depth
    }

    private mutating func beginRun(_ id: WorkflowExecutionID, _ place: Int, parent: WorkflowExecutionID?) throws {
        let span = self.trace.spans[place]
        var name = span.name
        var metadata = span.extra
        if case .workflow(let workflow) = span.kind { name = workflow } else { metadata = .emptyObject }
        try self.beginRun(id, workflow: name, at: span.start, span.line, parent: parent, metadata: metadata)
    }

    private mutating func beginRun(
        _ id: WorkflowExecutionID, workflow name: String, at instant: Instant, _ line: Int,
        parent: WorkflowExecutionID? = nil, metadata: JSONText = .emptyObject
    ) throws {
        let (workflow, isNew) = try self.directory.workflow(name, in: self.organization)
        if isNew {
            var created = WorkflowCreated()
            created.id = workflow
            created.organization = self.organization
            created.name = name
            created.workflowType = .code
            self.add("workflow.create", .workflow(.create(created)), at: instant, line)
            var activated = WorkflowActivated()
            activated.id = workflow
            self.add("workflow.activate", .workflow(.activate(activated)), at: instant, line)
        }
        var queued = WorkflowExecutionQueued()
        queued.id = id
        queued.workflow = workflow
        queued.triggeredBy = .api
        queued.metadata = metadata
        queued.parent = parent
        self.add("workflow_execution.queue", .workflowExecution(.queue(queued)), at: instant, line)
        var dispatched = WorkflowExecutionDispatched()
        dispatched.id = id
        self.add("workflow_execution.dispatch", .workflowExecution(.dispatch(dispatched)), at: instant, line)
        var started = WorkflowExecutionStarted()
        started.id = id
        self.add("workflow_execution.start", .workflowExecution(.start(started)), at: instant, line)
    }

    private mutating func beginAgent(_ name: String, _ place: Int) throws {
        let span = self.trace.spans[place]
        let (agent, isNew) = try self.directory.agent(name, in: self.organization)
        if isNew {
            var created = AgentCreated()
            created.id = agent
            created.organization = self.organization
            created.name = name
            created.configuration.llmConfig = .emptyObject
            self.add("agent.create", .agent(.create(created)), at: span.start, span.line)
            var activated = AgentActivated()
            activated.id = agent
            self.add("agent.activate", .agent(.activate(activated)), at: span.start, span.line)
        }
        let id = AgentExecutionID(bits: self.ids[place])
        var queued = AgentExecutionQueued()
        queued.id = id
        queued.workflowExecution = self.runs[place]
        queued.agent = agent
        queued.parent = self.agents[place]
        queued.traceData = span.extra
        self.add("agent_execution.queue", .agentExecution(.queue(queued)), at: span.start, span.line)
        var started = AgentExecutionStarted()
        started.id = id
        self.add("agent_execution.start", .agentExecution(.start(started)), at: span.start, span.line)
    }

    // MARK: What was done

    private mutating func recordCalls() {
        for place in self.trace.placesByFinish { self.record(place) }
    }

    private mutating func record(_ place: Int) {
        let span = self.trace.spans[place]
        switch span.kind {
        case .modelCall(var call):
            call.id = ModelCallID(bits: self.ids[place])
            call.workflowExecution = self.runs[place]
            call.agentExecution = self.agents[place]
            self.add("model_call.record", .modelCall(.record(call)), at: span.finish, span.line, .main)
        case .toolCall(var call):
            call.id = ToolCallID(bits: self.ids[place])
            call.workflowExecution = self.runs[place]
            call.agentExecution = self.agents[place]
            self.add("tool_call.record", .toolCall(.record(call)), at: span.finish, span.line, .main)
        case .other where place != self.rootPlace:
            self.add("log_line.record", .logLine(.record(self.logLine(place))), at: span.start, span.line, .main)
        case .other, .workflow, .agent: break
        }
    }

    private func logLine(_ place: Int) -> LogLine {
        let span = self.trace.spans[place]
        var line = LogLine()
        line.id = LogLineID(bits: self.ids[place])
        line.workflowExecution = self.runs[place]
        line.agentExecution = self.agents[place]
        line.level = span.failed ? .error : .info
        line.message = span.statusMessage.map { "\(span.name): \($0)" } ?? span.name
        line.context = span.extra
        line.traceID = HexadecimalID.text(self.trace.id)
        line.spanID = HexadecimalID.text(span.spanID)
        line.parentSpanID = span.parent.map { HexadecimalID.text($0) }
        line.source = "otlp"
        return line
    }

    // MARK: Endings

    private mutating func end() {
        let spans = self.trace.spans
        let byFinish = self.trace.placesByFinish
        for place in byFinish where self.roles[place] == .agent { self.endAgent(place) }
        for place in byFinish where !spans[place].evaluations.isEmpty { self.evaluate(place) }
        for place in byFinish where self.roles[place] == .workflow && place != self.rootPlace {
            self.endRun(self.run(at: place), spans[place])
        }
        if let place = self.rootPlace { self.endRun(self.root, spans[place]) }
    }

    private mutating func endAgent(_ place: Int) {
        let span = self.trace.spans[place]
        guard let end = span.end else { return }
        let id = AgentExecutionID(bits: self.ids[place])
        if span.failed {
            var failed = AgentExecutionFailed()
            failed.id = id
            failed.reason = span.statusMessage ?? span.errorType ?? "failed"
            self.add("agent_execution.fail", .agentExecution(.fail(failed)), at: end, span.line, .main)
        } else {
            var completed = AgentExecutionCompleted()
            completed.id = id
            self.add(
                "agent_execution.complete", .agentExecution(.complete(completed)), at: end, span.line, .main)
        }
    }

    private mutating func evaluate(_ place: Int) {
        let span = self.trace.spans[place]
        for (index, time) in zip(span.evaluations.indices, span.evaluationTimes) {
            var evaluation = span.evaluations[index]
            evaluation.id = EvaluationID(
                bits: SourceIdentity.fact("evaluation/\(index)", in: span.spanID, of: self.trace.id, at: time))
            switch span.kind {
            case .workflow: evaluation.workflowExecution = self.run(at: place)
            case .agent:
                evaluation.workflowExecution = self.runs[place]
                evaluation.agentExecution = AgentExecutionID(bits: self.ids[place])
            case .modelCall, .toolCall, .other:
                evaluation.workflowExecution = self.runs[place]
                evaluation.agentExecution = self.agents[place]
            }
            self.add("evaluation.record", .evaluation(.record(evaluation)), at: time, span.line, .addition)
        }
    }

    private mutating func endRun(_ id: WorkflowExecutionID, _ span: SpanFact) {
        guard let end = span.end else { return }
        let part: RequestBatch.Part = span.isWorkflow || span.isOther ? .main : .addition
        if span.failed {
            var failed = WorkflowExecutionFailed()
            failed.id = id
            failed.errorCode = span.errorType
            failed.errorMessage = span.statusMessage ?? span.errorType ?? "failed"
            self.add("workflow_execution.fail", .workflowExecution(.fail(failed)), at: end, span.line, part)
        } else {
            var completed = WorkflowExecutionCompleted()
            completed.id = id
            completed.message = span.statusMessage
            self.add(
                "workflow_execution.complete", .workflowExecution(.complete(completed)), at: end, span.line,
                part)
        }
    }
}

extension SpanFact {
    fileprivate var isWorkflow: Bool {
        if case .workflow = self.kind { true } else { false }
    }

    fileprivate var isAgent: Bool {
        if case .agent = self.kind { true } else { false }
    }

    fileprivate var isOther: Bool {
        if case .other = self.kind { true } else { false }
    }
}

extension Trace {
    fileprivate var placesByFinish: [Int] {
        let finishes = self.spans.map(\.finish)
        return self.spans.indices.sorted { (finishes[$0], $0) < (finishes[$1], $1) }
    }

    /// The span that stands for the whole trace: its outermost workflow, else its root.
    fileprivate var rootPlace: Int? {
        let roots = self.spans.indices.filter { self.spans[$0].parent == nil }
        if let root = roots.first(where: { self.spans[$0].isWorkflow }) { return root }
        let workflows = self.spans.indices.filter { self.spans[$0].isWorkflow }
        return workflows.min { (self.spans[$0].start, $0) < (self.spans[$1].start, $1) } ?? roots.first
    }
}
