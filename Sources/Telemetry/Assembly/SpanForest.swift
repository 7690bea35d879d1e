import LedgerDomain
import LedgerEvents

/// The spans of all traces in one fixed order, with their parents and children. Spans are known by their place.
struct SpanForest {
    /// Traces by their id.
    let traces: [TraceInput]
    /// By trace, start, end (longest first) and id.
    let spans: [SpanReading]
    let traceOf: [Int]
    /// The places of each trace's spans.
    let places: [Range<Int>]
    /// -1 where there is none, or it is not known.
    private(set) var parent: [Int]
    private(set) var depth: [Int]
    /// Each span after its parent.
    private(set) var order: [Int] = []
    private var firstChild: [Int] = []
    private var children: [Int] = []
    /// By what is known of all spans: a workflow's wrapper is not an agent.
    private(set) var roles: [SpanRole]
    /// Whether a span has a workflow's span above it.
    private(set) var isInsideWorkflow: [Bool]

    init(_ inputs: [TraceInput]) {
        self.traces = inputs.sorted { ($0.trace, $0.identity) < ($1.trace, $1.identity) }
        var spans: [SpanReading] = []
        var traceOf: [Int] = []
        var places: [Range<Int>] = []
        for (index, trace) in self.traces.enumerated() {
            let first = spans.count
            var own = trace.spans + trace.logs.map(\.reading)
            own.sort(by: Self.isBefore)
            spans += own
            traceOf += repeatElement(index, count: own.count)
            places.append(first..<spans.count)
        }
        self.spans = spans
        self.traceOf = traceOf
        self.places = places
        self.parent = Array(repeating: -1, count: spans.count)
        self.depth = Array(repeating: 0, count: spans.count)
        self.roles = spans.map(\.role)
        self.isInsideWorkflow = Array(repeating: false, count: spans.count)
        for range in places { self.findParents(range) }
        self.breakCycles()
        self.linkChildren()
        self.walk()
        self.findWrappers()
        for place in self.order where self.parent[place] >= 0 {
            let above = self.parent[place]
            self.isInsideWorkflow[place] = self.roles[above] == .workflow || self.isInsideWorkflow[above]
        }
    }

    private static func isBefore(_ a: SpanReading, _ b: SpanReading) -> Bool {
        if a.startNanoseconds != b.startNanoseconds { return a.startNanoseconds < b.startNanoseconds }
        if a.finishNanoseconds != b.finishNanoseconds { return a.finishNanoseconds > b.finishNanoseconds }
        return a.id < b.id
    }

    private mutating func findParents(_ range: Range<Int>) {
        var byID: [UInt64: Int] = [:]
        byID.reserveCapacity(range.count)
        for place in range where self.spans[place].log == nil { byID[self.spans[place].span.bits] = place }
        for place in range {
            guard let parent = self.spans[place].parent, let above = byID[parent.bits], above != place else { continue }
            self.parent[place] = above
        }
    }

    /// Spans that are each other's parents: the first of them becomes the top.
    private mutating func breakCycles() {
        // 0: not seen; otherwise the walk that saw it.
        var seenBy = Array(repeating: 0, count: self.spans.count)
        for start in self.spans.indices where seenBy[start] == 0 {
            let walk = start + 1
            var place = start
            while place >= 0, seenBy[place] == 0 {
                seenBy[place] = walk
                place = self.parent[place]
            }
            guard place >= 0, seenBy[place] == walk else { continue }
            var first = place
            var next = self.parent[place]
            while next != place {
                first = min(first, next)
                next = self.parent[next]
            }
            self.parent[first] = -1
        }
    }

    private mutating func linkChildren() {
        self.firstChild = Array(repeating: 0, count: self.spans.count + 1)
        for above in self.parent where above >= 0 { self.firstChild[above + 1] += 1 }
        for place in self.spans.indices { self.firstChild[place + 1] += self.firstChild[place] }
        var next = self.firstChild
        self.children = Array(repeating: 0, count: self.firstChild.last ?? 0)
        for place in self.spans.indices where self.parent[place] >= 0 {
            let above = self.parent[place]
            self.children[next[above]] = place
            next[above] += 1
        }
    }

    private mutating func walk() {
        self.order.reserveCapacity(self.spans.count)
        for place in self.spans.indices where self.parent[place] < 0 { self.order.append(place) }
        var index = 0
        while index < self.order.count {
            let place = self.order[index]
            index += 1
            for child in self.children(of: place) {
                self.depth[child] = self.depth[place] + 1
                self.order.append(child)
            }
        }
    }

    /// An agent's span that directly holds a workflow of the same name is part of the workflow.
    private mutating func findWrappers() {
        var agentAbove = Array(repeating: -1, count: self.spans.count)
        for place in self.order {
            let above = self.parent[place]
            if above >= 0 { agentAbove[place] = self.isTransparent(above) ? agentAbove[above] : above }
            guard self.roles[place] == .workflow, let name = self.spans[place].workflowName else { continue }
            let agent = agentAbove[place]
            if agent >= 0, self.roles[agent] == .agent, self.spans[agent].agentName == name {
                self.roles[agent] = .workflow
            }
        }
    }

    func children(of place: Int) -> ArraySlice<Int> {
        self.children[self.firstChild[place]..<self.firstChild[place + 1]]
    }

    /// Whether a span only stands between others: neither an agent, a workflow, a call nor a tool.
    func isTransparent(_ place: Int) -> Bool {
        switch self.roles[place] {
        case .workflow, .agent, .namedAgent, .modelCall, .toolCall: false
        case .chain, .usageReport, .step, .setup, .handshake, .passing, .other: true
        }
    }

    func identity(of place: Int) -> UInt128 { self.traces[self.traceOf[place]].identity }

    /// Nearest ancestors with a role, with only transparent spans in between; -1 where there is none.
    func nearest(_ role: SpanRole) -> [Int] {
        var nearest = Array(repeating: -1, count: self.spans.count)
        for place in self.order {
            let above = self.parent[place]
            guard above >= 0 else { continue }
            nearest[place] = self.roles[above] == role ? above : self.isTransparent(above) ? nearest[above] : -1
        }
        return nearest
    }

    /// The name of an agent's span; nil where it has none of its own.
    func ownName(ofAgent place: Int) -> String? {
        let span = self.spans[place]
        if let name = span.agentName { return name }
        let name = SpanName.cleaned(span.name)
        return name.isEmpty || SpanName.isGeneric(name) ? nil : name
    }
}

/// Sets of places that belong together.
struct Unions {
    private var above: [Int]

    init(count: Int) { self.above = Array(0..<count) }

    func parent(_ place: Int) -> Int { self.above[place] }

    mutating func root(_ place: Int) -> Int {
        var place = place
        while self.above[place] != place {
            self.above[place] = self.above[self.above[place]]
            place = self.above[place]
        }
        return place
    }

    /// The smaller place becomes the root, so that the order of unions does not matter.
    mutating func join(_ a: Int, _ b: Int) {
        let (first, second) = (self.root(a), self.root(b))
        if first < second { self.above[second] = first } else { self.above[first] = second }
    }
}
