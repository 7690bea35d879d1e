import LedgerDomain
import LedgerEvents

/// The runs that traces stand for, and which of them each span is part of.
///
/// A trace is one run, with an inner run for each workflow within. Several traces are one run where they are the direct
/// calls of one conversation, or where a framework passes its messages from one to the next. A trace of second spans
/// only belongs to the run of the requests that they tell of.
struct TraceRuns {
    struct Run {
        var id: UInt128
        /// In the order of their first spans.
        var traces: [Int]
        /// The span that says how the run began and ended.
        var main: Int
        /// Spans of the workflow itself, whose attributes are the run's: `main` among them.
        var places: [Int]
        /// -1: none.
        var parent = -1
        /// Of an inner run: its workflow's span.
        var isInner = false
        /// Whether it is made of direct calls of a conversation.
        var isConversation = false
    }

    private(set) var runs: [Run] = []
    /// The run that a span is part of; -1: none.
    private(set) var run: [Int]

    private let forest: SpanForest
    private let requests: ModelRequests
    /// For each trace the span that stands for it; -1: it has no spans.
    private var mains: [Int] = []
    /// For a trace of second spans: the first of the requests.
    private var owner: [Int]
    private var units: Unions
    private var hasConversation: [Int: String] = [:]

    init(_ forest: SpanForest, _ agents: AgentParts, _ requests: ModelRequests) {
        self.forest = forest
        self.requests = requests
        self.run = Array(repeating: -1, count: forest.spans.count)
        self.owner = Array(repeating: -1, count: forest.traces.count)
        self.units = Unions(count: forest.traces.count)
        self.mains = forest.traces.indices.map { forest.main(of: $0) }
        for trace in forest.traces.indices { self.owner[trace] = self.findOwner(trace) }
        self.joinConversations()
        self.joinMessages()
        self.makeRuns()
        self.place()
    }

    /// The first request of which a trace holds nothing but second spans; -1 where it has something of its own.
    private func findOwner(_ trace: Int) -> Int {
        guard self.requests.ranks[trace] > 0 else { return -1 }
        var owner = -1
        for place in self.forest.places[trace] where self.requests.request[place] >= 0 {
            let primary = self.requests.requests[self.requests.request[place]].places[0]
            if self.forest.traceOf[primary] == trace { return -1 }
            if owner < 0 { owner = primary }
        }
        return owner
    }

    // MARK: Runs of several traces

    private mutating func joinConversations() {
        var first: [String: Int] = [:]
        for trace in self.forest.traces.indices where self.owner[trace] < 0 && self.mains[trace] >= 0 {
            let span = self.forest.spans[self.mains[trace]]
            guard self.forest.roles[self.mains[trace]] == .modelCall, let key = span.conversationKey else { continue }
            let name = JoinNames.conversation(key, service: span.source.service)
            self.hasConversation[trace] = name
            if let other = first[name] { self.units.join(other, trace) } else { first[name] = trace }
        }
    }

    private mutating func joinMessages() {
        var bySpan: [LinkedSpan: Int] = [:]
        for (place, span) in self.forest.spans.enumerated() where span.role == .passing {
            bySpan[LinkedSpan(trace: span.trace, span: span.span)] = self.forest.traceOf[place]
        }
        if bySpan.isEmpty { return }
        for (place, span) in self.forest.spans.enumerated() {
            for link in span.links {
                if let other = bySpan[link] { self.units.join(other, self.forest.traceOf[place]) }
            }
        }
    }

    // MARK: Making

    private mutating func makeRuns() {
        var members: [Int: [Int]] = [:]
        for trace in self.forest.traces.indices where self.forest.traces[trace].isReady && self.owner[trace] < 0 {
            members[self.units.root(trace), default: []].append(trace)
        }
        for unit in members.keys.sorted() {
            guard let traces = members[unit]?.filter({ self.mains[$0] >= 0 }).sorted(by: { self.isBefore($0, $1) }),
                let first = traces.first
            else { continue }
            guard traces.contains(where: { self.isRun($0, isAlone: traces.count == 1) }) else { continue }
            let conversation = self.hasConversation[first]
            let main = conversation == nil ? self.mains[first] : self.mains[traces[traces.count - 1]]
            var run = Run(id: self.forest.traces[first].identity, traces: traces, main: main, places: [main])
            // A log record only tells of a run; it is a line of it as well.
            if self.forest.spans[main].log != nil { run.places = [] }
            if let conversation {
                run.id = JoinNames.id(conversation, in: self.forest.spans[main].organization).bits
                run.isConversation = true
            }
            self.runs.append(run)
            for trace in traces { self.assign(self.runs.count - 1, to: trace) }
        }
    }

    private func isBefore(_ a: Int, _ b: Int) -> Bool {
        let (first, second) = (self.forest.places[a].lowerBound, self.forest.places[b].lowerBound)
        return (self.forest.spans[first].startNanoseconds, a) < (self.forest.spans[second].startNanoseconds, b)
    }

    /// Making agents, handshakes and passing messages are not runs; neither are logs of nothing that has columns.
    private func isRun(_ trace: Int, isAlone: Bool) -> Bool {
        let hasWork = self.forest.places[trace].contains { place in
            switch self.forest.roles[place] {
            case .agent, .workflow, .modelCall, .toolCall: true
            case .chain: self.forest.parent[place] < 0
            case .namedAgent, .usageReport, .step, .setup, .handshake, .passing, .other: false
            }
        }
        if hasWork { return true }
        let main = self.mains[trace]
        guard isAlone, self.forest.spans[main].log == nil else { return false }
        switch self.forest.roles[main] {
        case .other, .step, .chain: return true
        case .setup, .handshake, .passing, .usageReport, .agent, .namedAgent, .workflow, .modelCall, .toolCall:
            return false
        }
    }

    /// Puts the spans of a trace into its run, and those inside of workflows into inner runs.
    private mutating func assign(_ run: Int, to trace: Int) {
        let main = self.mains[trace]
        let sole = self.soleWorkflow(trace)
        if sole >= 0, sole != main { self.runs[run].places.append(sole) }
        for place in self.forest.places[trace] where self.forest.parent[place] < 0 {
            self.descend(place, run, sole, main)
        }
    }

    private mutating func descend(_ top: Int, _ run: Int, _ sole: Int, _ main: Int) {
        var stack = [(place: top, run: run)]
        while let (place, outer) = stack.popLast() {
            var own = outer
            if self.forest.roles[place] == .workflow, place != main, place != sole {
                if self.isSameWorkflow(place, outer) {
                    self.runs[outer].places.append(place)
                } else {
                    own = self.runs.count
                    self.runs.append(self.inner(place, in: outer))
                }
            }
            self.run[place] = own
            for child in self.forest.children(of: place).reversed() { stack.append((child, own)) }
        }
    }

    private func inner(_ place: Int, in outer: Int) -> Run {
        let id = SourceIdentity.span(self.forest.spans[place].span, of: self.forest.identity(of: place))
        var run = Run(id: id, traces: [self.forest.traceOf[place]], main: place, places: [place])
        run.parent = outer
        run.isInner = true
        return run
    }

    /// A workflow's span directly inside one of the same name tells of the same run.
    private func isSameWorkflow(_ place: Int, _ outer: Int) -> Bool {
        let name = self.forest.workflowName(of: place)
        var above = self.forest.parent[place]
        var steps = 0
        while above >= 0, steps < 64, self.forest.isTransparent(above) {
            above = self.forest.parent[above]
            steps += 1
        }
        guard above >= 0, self.forest.roles[above] == .workflow, self.runs[outer].places.contains(above) else {
            return false
        }
        return self.forest.workflowName(of: above) == name
    }

    /// The only outermost workflow of a trace whose top is merely a request or a step: it and the trace are one run.
    private func soleWorkflow(_ trace: Int) -> Int {
        let main = self.mains[trace]
        if self.forest.roles[main] == .workflow { return main }
        guard self.forest.isTransparent(main), self.forest.roles[main] != .chain else { return -1 }
        var found = -1
        for place in self.forest.places[trace] where self.forest.roles[place] == .workflow {
            if self.forest.isInsideWorkflow[place] { continue }
            if found >= 0 { return -1 }
            found = place
        }
        return found
    }

    /// Puts the spans of traces without a run of their own into that of their requests.
    private mutating func place() {
        for trace in self.forest.traces.indices where self.owner[trace] >= 0 && self.forest.traces[trace].isReady {
            let run = self.run[self.owner[trace]]
            for place in self.forest.places[trace] { self.run[place] = run }
        }
    }
}

extension SpanForest {
    /// The span that stands for a trace: its root, else the first whose parent never arrived. Logs stand for one only
    /// where there is no span.
    func main(of trace: Int) -> Int {
        var best = -1
        var bestKey = (9, 9, 9)
        for place in self.places[trace] where self.parent[place] < 0 {
            let key = (
                self.spans[place].log == nil ? 0 : 1, self.spans[place].parent == nil ? 0 : 1, self.preference(place)
            )
            if best < 0 || key < bestKey { (best, bestKey) = (place, key) }
        }
        return best
    }

    private func preference(_ place: Int) -> Int {
        switch self.roles[place] {
        case .workflow: 0
        case .agent, .namedAgent, .chain, .modelCall, .toolCall, .step, .other: 1
        case .setup, .handshake, .passing, .usageReport: 2
        }
    }

    /// The name of a workflow's span.
    func workflowName(of place: Int) -> String {
        let span = self.spans[place]
        let name = span.workflowName.map { SpanName.withoutIDs($0) } ?? SpanName.cleaned(span.name)
        return name.isEmpty || SpanName.isGeneric(name) && span.workflowName == nil ? span.source.service : name
    }
}
