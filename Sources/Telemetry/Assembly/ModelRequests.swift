import LedgerDomain
import LedgerEvents

/// The requests to models: one for each span of a call, but those of the same request.
///
/// A framework, the client of the provider, and a log may each tell of one request: nested, side by side below one
/// parent, or in traces of their own.
struct ModelRequests {
    struct Request {
        /// The spans that tell of it; the first is the one that its row is derived from.
        var places: [Int]
        /// Spans around several requests: what they count is a sum, or the last of them.
        var wrappers: Set<Int>
    }

    private(set) var requests: [Request] = []
    /// The request that a span tells of; -1: none.
    private(set) var request: [Int]
    /// How a trace ranks as the place of a request: 0 has agents, workflows, steps or tools, 1 other spans, 2 calls alone.
    private(set) var ranks: [Int]

    private let forest: SpanForest
    private var unions: Unions
    private var wrappers: Set<Int> = []
    /// The call directly around a call.
    private let outer: [Int]

    init(_ forest: SpanForest) {
        self.forest = forest
        self.unions = Unions(count: forest.spans.count)
        self.outer = forest.nearest(.modelCall)
        self.request = Array(repeating: -1, count: forest.spans.count)
        self.ranks = forest.places.map { Self.rank($0, forest) }
        let calls = forest.spans.indices.filter { forest.roles[$0] == .modelCall }
        self.joinByResponse(calls)
        self.joinSiblings(calls)
        self.joinStreams(calls)
        self.joinTraces(calls)
        self.joinNested(calls)
        self.collect(calls)
    }

    private static func rank(_ places: Range<Int>, _ forest: SpanForest) -> Int {
        var rank = 2
        for place in places {
            switch forest.roles[place] {
            case .modelCall: break
            case .agent, .namedAgent, .workflow, .chain, .toolCall: return 0
            case .usageReport, .step, .setup, .handshake, .passing, .other: rank = 1
            }
        }
        return rank
    }

    private func span(_ place: Int) -> SpanReading { self.forest.spans[place] }
    private func call(_ place: Int) -> CallReading { self.forest.spans[place].call ?? CallReading() }

    // MARK: By the id of the response

    /// How far apart, in nanoseconds, spans of one response may be: a log may be written after its span ended.
    static let responseGap = 5_000_000_000

    /// Spans that name one response, at one time. An answer from a cache has the id of another request's.
    private mutating func joinByResponse(_ calls: [Int]) {
        var byResponse: [String: [Int]] = [:]
        for place in calls {
            if let response = self.span(place).call?.response { byResponse[response, default: []].append(place) }
        }
        for places in byResponse.values where places.count > 1 {
            // In the order of their starts, whichever trace they are in.
            let sorted = places.sorted { (self.span($0).startNanoseconds, $0) < (self.span($1).startNanoseconds, $1) }
            var cluster: [Int] = []
            var end = 0
            for place in sorted {
                let isNear = self.span(place).startNanoseconds - end <= Self.responseGap
                if cluster.isEmpty || !isNear || self.isOtherRequest(place, than: cluster) { cluster = [] }
                if let first = cluster.first { self.unions.join(first, place) }
                cluster.append(place)
                end =
                    cluster.count == 1
                    ? self.span(place).finishNanoseconds : max(end, self.span(place).finishNanoseconds)
            }
        }
    }

    /// One instrumentation writes one span for a request, or spans in each other.
    private func isOtherRequest(_ place: Int, than cluster: [Int]) -> Bool {
        let scope = self.span(place).source.scope
        let twins = cluster.filter { self.span($0).source.scope == scope && self.span($0).log == nil }
        return self.span(place).log == nil && !twins.isEmpty && !twins.contains { self.isInside(place, $0) }
    }

    private func isInside(_ inner: Int, _ outer: Int) -> Bool {
        var place = self.outer[inner]
        var steps = 0
        while place >= 0, steps < 16 {
            if place == outer { return true }
            place = self.outer[place]
            steps += 1
        }
        return false
    }

    // MARK: Side by side

    /// How far a span may reach beyond the one that it is in, in nanoseconds.
    static let tolerance = 500_000
    /// How many candidates are compared with one span: more than can be on their way at once in practice.
    static let mostCandidates = 64

    /// Calls of different scopes below one parent.
    private mutating func joinSiblings(_ calls: [Int]) {
        var byParent: [Int: [Int]] = [:]
        for place in calls where self.outer[place] < 0 && self.forest.parent[place] >= 0 && self.span(place).log == nil
        {
            byParent[self.forest.parent[place], default: []].append(place)
        }
        for (_, siblings) in byParent.sorted(by: { $0.key < $1.key }) where siblings.count > 1 {
            self.joinByTime(siblings, siblings, acrossTraces: false)
        }
    }

    /// Pairs each of `outers` with the nearest of `inners` that can be the same request, one with one. Both are in the
    /// order of their starts.
    private mutating func joinByTime(_ outers: [Int], _ inners: [Int], acrossTraces: Bool) {
        let starts = inners.map { self.span($0).startNanoseconds }
        var taken: Set<Int> = []
        var free = FreePlaces(count: inners.count)
        for outer in outers where !taken.contains(outer) {
            let span = self.span(outer)
            var index = free.next(from: starts.partitioningIndex { $0 >= span.startNanoseconds - Self.tolerance })
            var compared = 0
            while index < inners.count, starts[index] <= span.finishNanoseconds, compared < Self.mostCandidates {
                let inner = inners[index]
                if taken.contains(inner) {
                    free.take(index)
                } else if inner != outer, !acrossTraces || self.isNeighbour(outer, inner) {
                    compared += 1
                    if self.canBeSame(outer, inner) {
                        self.unions.join(outer, inner)
                        taken.formUnion([inner, outer])
                        free.take(index)
                        break
                    }
                }
                index = free.next(from: index + 1)
            }
        }
    }

    /// Whether two spans of different scopes in one process can be one request: the model, the tokens and the outcome
    /// agree, and one's time is inside the other's.
    private func canBeSame(_ a: Int, _ b: Int) -> Bool {
        let (first, second) = (self.span(a), self.span(b))
        guard first.source.scope != second.source.scope, first.source.resource == second.source.resource,
            self.unions.isApart(a, b)
        else { return false }
        let (one, other) = (self.call(a), self.call(b))
        if one.response != nil, other.response != nil { return false }
        guard Self.haveSameModel(one, other), self.isWithin(first, second) || self.isWithin(second, first) else {
            return false
        }
        if one.tokens.isKnown, other.tokens.isKnown {
            return one.tokens.input == other.tokens.input && one.tokens.output == other.tokens.output
        }
        // Only one counts, or none: both failed, or the one that counts nothing did not notice.
        if first.failure.hasFailed == second.failure.hasFailed { return true }
        return first.failure.hasFailed ? !other.tokens.isKnown : !one.tokens.isKnown
    }

    private static func haveSameModel(_ a: CallReading, _ b: CallReading) -> Bool {
        if a.models.isEmpty || b.models.isEmpty { return true }
        let names = a.modelKeys
        return b.modelKeys.contains { names.contains($0) }
    }

    private func isWithin(_ inner: SpanReading, _ outer: SpanReading) -> Bool {
        inner.startNanoseconds >= outer.startNanoseconds - Self.tolerance
            && inner.finishNanoseconds - Self.tolerance <= outer.finishNanoseconds
    }

    // MARK: Streams in two spans

    /// The end of a stream belongs to the last request before it that has no usage of its own.
    private mutating func joinStreams(_ calls: [Int]) {
        var waiting: [StreamKey: [Int]] = [:]
        for place in calls where self.span(place).source.traits.contains(.streamIsTwoSpans) {
            let key = StreamKey(
                trace: self.forest.traceOf[place], parent: self.forest.parent[place],
                scope: self.span(place).source.scope)
            let call = self.call(place)
            if !call.isStreamEnd {
                if !call.tokens.isKnown, !self.span(place).failure.hasFailed { waiting[key, default: []].append(place) }
                continue
            }
            guard let candidates = waiting[key] else { continue }
            let start = self.span(place).startNanoseconds
            let match = candidates.suffix(Self.mostCandidates).lastIndex {
                Self.haveSameModel(self.call($0), call) && self.span($0).finishNanoseconds <= start
            }
            if let match {
                self.unions.join(candidates[match], place)
                waiting[key]?.remove(at: match)
            }
        }
    }

    private struct StreamKey: Hashable {
        var trace: Int
        var parent: Int
        var scope: String
    }

    // MARK: In traces of their own

    private struct ProcessKey: Hashable {
        var resource: TraceResourceID
        var model: String
    }

    /// A client's spans in traces of their own, with the spans of a framework that knows no response id.
    private mutating func joinTraces(_ calls: [Int]) {
        guard self.forest.traces.count > 1 else { return }
        let clients = self.byProcess(calls, .client)
        if clients.isEmpty { return }
        let frameworks = self.byProcess(calls, .framework)
        for (key, outers) in frameworks.sorted(by: { ($0.key.resource, $0.key.model) < ($1.key.resource, $1.key.model) }
        ) {
            guard let inners = clients[key] else { continue }
            self.joinByTime(self.byStart(outers), self.byStart(inners), acrossTraces: true)
        }
    }

    private func byProcess(_ calls: [Int], _ side: JoinNames.Side) -> [ProcessKey: [Int]] {
        var places: [ProcessKey: [Int]] = [:]
        for place in calls where self.span(place).requestSide == side {
            for model in self.call(place).modelKeys {
                places[ProcessKey(resource: self.span(place).source.resource, model: model), default: []].append(place)
            }
        }
        return places
    }

    private func byStart(_ places: [Int]) -> [Int] {
        places.sorted { (self.span($0).startNanoseconds, $0) < (self.span($1).startNanoseconds, $1) }
    }

    /// As the lookups of `SpanReading` find them: in the same second or the next, with the same usage.
    private func isNeighbour(_ framework: Int, _ client: Int) -> Bool {
        guard self.forest.traceOf[framework] != self.forest.traceOf[client] else { return false }
        let (a, b) = (self.span(framework), self.span(client))
        let seconds = a.startNanoseconds / 1_000_000_000 - b.startNanoseconds / 1_000_000_000
        guard abs(seconds) <= 1 else { return false }
        return a.requestUsage == b.requestUsage || (a.requestUsage == "any" && !b.failure.hasFailed)
    }

    // MARK: Nested

    /// A call directly around another is the same request. Around several different ones it only wraps them, and belongs
    /// to the one that it is known to be, else to the last.
    private mutating func joinNested(_ calls: [Int]) {
        var inners: [Int: [Int]] = [:]
        for place in calls where self.outer[place] >= 0 { inners[self.outer[place], default: []].append(place) }
        // Innermost first, so that what is inside is one request each.
        for outer in calls.sorted(by: { (self.forest.depth[$0], $0) > (self.forest.depth[$1], $1) }) {
            guard let within = inners[outer] else { continue }
            let roots = Set(within.map { self.unions.root($0) })
            guard roots.count > 1 else {
                for inner in within { self.unions.join(outer, inner) }
                continue
            }
            self.wrappers.insert(outer)
            let own = self.unions.root(outer)
            if roots.contains(own) { continue }
            let last = within.max { a, b in
                (self.span(a).finishNanoseconds, a) < (self.span(b).finishNanoseconds, b)
            }
            if let last { self.unions.join(outer, last) }
        }
    }

    // MARK: Results

    private mutating func collect(_ calls: [Int]) {
        var groups: [Int: [Int]] = [:]
        for place in calls { groups[self.unions.root(place), default: []].append(place) }
        for root in groups.keys.sorted() {
            guard let places = groups[root] else { continue }
            let sorted = places.sorted { self.sortKey($0) < self.sortKey($1) }
            for place in places { self.request[place] = self.requests.count }
            self.requests.append(Request(places: sorted, wrappers: self.wrappers.intersection(places)))
        }
    }

    /// The row belongs where the request was made: in the trace with the agents, in the outermost span.
    private func sortKey(_ place: Int) -> (Int, Int, Int, Int, Int, Int) {
        let span = self.span(place)
        return (
            span.log == nil ? 0 : 1, self.ranks[self.forest.traceOf[place]], span.startNanoseconds,
            -span.finishNanoseconds, self.forest.depth[place], place
        )
    }
}

extension Unions {
    func isApart(_ a: Int, _ b: Int) -> Bool {
        var copy = a
        var other = b
        while self.parent(copy) != copy { copy = self.parent(copy) }
        while self.parent(other) != other { other = self.parent(other) }
        return copy != other
    }
}

/// Places of a list, of which more and more are taken: finds the next free one in nearly constant time.
private struct FreePlaces {
    private var nextFree: [Int]

    init(count: Int) { self.nextFree = Array(0...count) }

    mutating func next(from place: Int) -> Int {
        var free = min(place, self.nextFree.count - 1)
        while self.nextFree[free] != free { free = self.nextFree[free] }
        // What was walked over is not walked over again.
        var walked = min(place, self.nextFree.count - 1)
        while self.nextFree[walked] != walked {
            let next = self.nextFree[walked]
            self.nextFree[walked] = free
            walked = next
        }
        return free
    }

    mutating func take(_ place: Int) { self.nextFree[place] = place + 1 }
}

extension Array where Element == Int {
    /// The first place whose element fulfils the condition, of elements that do so from some place on.
    func partitioningIndex(where condition: (Int) -> Bool) -> Int {
        var low = 0
        var high = self.count
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
