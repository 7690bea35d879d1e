import AgentDomain
import EventSourcing

/// A request with the place in the file that asked for it.
public struct SourcedRequest: Sendable {
    public var request: Request
    public var line: Int
    /// Whether this one tells what became of a whole span or line; the others prepare for it or finish it.
    public var isMain: Bool

    public init(request: Request, line: Int, isMain: Bool) {
        self.request = request
        self.line = line
        self.isMain = isMain
    }
}

/// Turns a trace into the requests that record it: first the things it names, then the runs and agents as they begin,
/// what they did, and how they ended.
struct TraceRequests<Names: TraceNames> {
    private let trace: Trace
    private let directory: NameDirectory<Names>
    private let actor: Actor
    private let source: Source
    private(set) var requests: [SourcedRequest] = []

    private let organization: OrganizationID
    private var places: [UInt64: Int] = [:]
    /// For each span, the run and the agent that it is part of.
    private var runs: [WorkflowExecutionID] = []
    private var agents: [AgentExecutionID?] = []
    /// The run that the whole trace is.
    private let root: WorkflowExecutionID

    /// - Parameter slug: overrules what the resource says.
    init(_ trace: Trace, slug: String?, directory: NameDirectory<Names>, actor: Actor, source: Source) throws {
        self.trace = trace
        self.directory = directory
        self.actor = actor
        self.source = source
        self.root = WorkflowExecutionID(bits: trace.id)
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
        _ name: String, _ command: DomainCommand, at instant: Instant, _ line: Int, isMain: Bool = false
    ) {
        var request = Request(name, command, actor: self.actor, occurredAt: instant)
        request.source = self.source
        self.requests.append(SourcedRequest(request: request, line: line, isMain: isMain))
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
        var parent = self.trace.spans[index].parent
        var agent: AgentExecutionID?
        var steps = 0
        while let spanID = parent, steps < self.trace.spans.count {
            guard let place = self.places[spanID] else {
                // A parent that came earlier, or never: it may be an agent that the ledger knows.
                let known = AgentExecutionID(bits: SourceIdentity.span(spanID, of: self.trace.id))
                if agent == nil, try self.directory.names.contains(known) { agent = known }
                return (self.root, agent)
            }
            let span = self.trace.spans[place]
            switch span.kind {
            case .agent where agent == nil: agent = AgentExecutionID(bits: self.id(of: place))
            case .workflow: return (self.run(at: place), agent)
            case .agent, .modelCall, .toolCall, .other: break
            }
            parent = span.parent
            steps += 1
        }
        return (self.root, agent)
    }

    private func id(of place: Int) -> UInt128 { SourceIdentity.span(self.trace.spans[place].spanID, of: self.trace.id) }

    /// The outermost workflow of a trace is the trace's own run; others stand below it.
    private func run(at place: Int) -> WorkflowExecutionID {
        place == self.rootPlace ? self.root : WorkflowExecutionID(bits: self.id(of: place))
    }

    /// The span that stands for the whole trace: its outermost workflow, else its root.
    private var rootPlace: Int? {
        let spans = self.trace.spans
        let roots = spans.indices.filter { spans[$0].parent == nil }
        if let root = roots.first(where: { spans[$0].isWorkflow }) { return root }
        let workflows = spans.indices.filter { spans[$0].isWorkflow }
        return workflows.min { (spans[$0].start, $0) < (spans[$1].start, $1) } ?? roots.first
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
        let rootPlace = self.rootPlace
        if try !self.directory.names.contains(self.root) {
            if let place = rootPlace {
                try self.beginRun(self.root, place, parent: nil)
            } else {
                try self.beginRun(self.root, workflow: self.trace.tenant.service, at: self.firstStart, self.firstLine)
            }
        }
        let byStart = spans.indices.sorted {
            (spans[$0].start, self.depth(of: spans[$0]), $0) < (spans[$1].start, self.depth(of: spans[$1]), $1)
        }
        for place in byStart where spans[place].isWorkflow && place != rootPlace {
            try self.beginRun(self.run(at: place), place, parent: self.runs[place])
        }
        for place in byStart {
            if case .agent(let name) = spans[place].kind { try self.beginAgent(name, place) }
        }
    }

    fileprivate func depth(of span: SpanFact) -> Int {
        var depth = 0
        var parent = span.parent
        while let spanID = parent, let place = self.places[spanID], depth < self.trace.spans.count {
            depth += 1
            parent = self.trace.spans[place].parent
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
        let id = AgentExecutionID(bits: self.id(of: place))
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
        let spans = self.trace.spans
        let byFinish = spans.indices.sorted { (spans[$0].finish, $0) < (spans[$1].finish, $1) }
        for place in byFinish { self.record(place) }
    }

    private mutating func record(_ place: Int) {
        let span = self.trace.spans[place]
        switch span.kind {
        case .modelCall(var call):
            call.id = ModelCallID(bits: self.id(of: place))
            call.workflowExecution = self.runs[place]
            call.agentExecution = self.agents[place]
            self.add("model_call.record", .modelCall(.record(call)), at: span.finish, span.line, isMain: true)
        case .toolCall(var call):
            call.id = ToolCallID(bits: self.id(of: place))
            call.workflowExecution = self.runs[place]
            call.agentExecution = self.agents[place]
            self.add("tool_call.record", .toolCall(.record(call)), at: span.finish, span.line, isMain: true)
        case .other where place != self.rootPlace:
            self.add("log_line.record", .logLine(.record(self.logLine(place))), at: span.start, span.line, isMain: true)
        case .other, .workflow, .agent: break
        }
    }

    private func logLine(_ place: Int) -> LogLine {
        let span = self.trace.spans[place]
        var line = LogLine()
        line.id = LogLineID(bits: self.id(of: place))
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
        let byFinish = spans.indices.sorted { (spans[$0].finish, $0) < (spans[$1].finish, $1) }
        for place in byFinish {
            if case .agent = spans[place].kind { self.endAgent(place) }
        }
        for place in byFinish { self.evaluate(place) }
        for place in byFinish where spans[place].isWorkflow && place != self.rootPlace {
            self.endRun(self.run(at: place), spans[place])
        }
        if let place = self.rootPlace { self.endRun(self.root, spans[place]) }
    }

    private mutating func endAgent(_ place: Int) {
        let span = self.trace.spans[place]
        guard let end = span.end else { return }
        let id = AgentExecutionID(bits: self.id(of: place))
        if span.failed {
            var failed = AgentExecutionFailed()
            failed.id = id
            failed.reason = span.statusMessage ?? span.errorType ?? "failed"
            self.add("agent_execution.fail", .agentExecution(.fail(failed)), at: end, span.line, isMain: true)
        } else {
            var completed = AgentExecutionCompleted()
            completed.id = id
            self.add(
                "agent_execution.complete", .agentExecution(.complete(completed)), at: end, span.line, isMain: true)
        }
    }

    private mutating func evaluate(_ place: Int) {
        let span = self.trace.spans[place]
        for (index, time) in zip(span.evaluations.indices, span.evaluationTimes) {
            var evaluation = span.evaluations[index]
            let part = "evaluation/\(index)"
            evaluation.id = EvaluationID(bits: SourceIdentity.span(span.spanID, of: self.trace.id, part))
            switch span.kind {
            case .workflow: evaluation.workflowExecution = self.run(at: place)
            case .agent:
                evaluation.workflowExecution = self.runs[place]
                evaluation.agentExecution = AgentExecutionID(bits: self.id(of: place))
            case .modelCall, .toolCall, .other:
                evaluation.workflowExecution = self.runs[place]
                evaluation.agentExecution = self.agents[place]
            }
            self.add("evaluation.record", .evaluation(.record(evaluation)), at: time, span.line)
        }
    }

    private mutating func endRun(_ id: WorkflowExecutionID, _ span: SpanFact) {
        guard let end = span.end else { return }
        let isMain = span.isWorkflow || span.isOther
        if span.failed {
            var failed = WorkflowExecutionFailed()
            failed.id = id
            failed.errorCode = span.errorType
            failed.errorMessage = span.statusMessage ?? span.errorType ?? "failed"
            self.add("workflow_execution.fail", .workflowExecution(.fail(failed)), at: end, span.line, isMain: isMain)
        } else {
            var completed = WorkflowExecutionCompleted()
            completed.id = id
            completed.message = span.statusMessage
            self.add(
                "workflow_execution.complete", .workflowExecution(.complete(completed)), at: end, span.line,
                isMain: isMain)
        }
    }
}

extension SpanFact {
    fileprivate var isWorkflow: Bool {
        if case .workflow = self.kind { true } else { false }
    }

    fileprivate var isOther: Bool {
        if case .other = self.kind { true } else { false }
    }
}
