import LedgerDomain
import LedgerEvents

/// The executions of agents: one for each span of an agent, but those directly inside a span of the same agent.
struct AgentParts {
    struct Part {
        /// Spans that tell of it, outermost first. Of one whose own span never arrived: its children.
        var places: [Int]
        var name: String
        /// The execution around it; -1: none.
        var parent: Int
        /// Set where only spans inside it arrived: the span that is missing.
        var missing: SpanID?
    }

    private(set) var parts: [Part] = []
    /// The execution that a span tells of; -1: none.
    private(set) var part: [Int]
    /// The execution that a span is inside of; -1: none.
    private(set) var enclosing: [Int]

    private struct SiblingKey: Hashable {
        var parent: Int
        var name: String
    }

    init(_ forest: SpanForest) {
        let count = forest.spans.count
        self.part = Array(repeating: -1, count: count)
        self.enclosing = Array(repeating: -1, count: count)
        // The execution around a span's children without a tool or call in between.
        var direct = Array(repeating: -1, count: count)
        var siblings: [SiblingKey: Int] = [:]
        self.inferMissing(forest)
        for place in forest.order {
            let above = forest.parent[place]
            if above >= 0 { self.enclosing[place] = self.part[above] >= 0 ? self.part[above] : self.enclosing[above] }
            let near = above >= 0 ? direct[above] : -1
            if forest.roles[place] == .agent {
                self.add(place, near: near, forest, &siblings)
                direct[place] = self.part[place]
            } else {
                direct[place] = forest.isTransparent(place) ? near : -1
            }
        }
    }

    private mutating func add(_ place: Int, near: Int, _ forest: SpanForest, _ siblings: inout [SiblingKey: Int]) {
        let span = forest.spans[place]
        let name = forest.ownName(ofAgent: place)
        if near >= 0, name == nil || name == self.parts[near].name {
            self.part[place] = near
            self.parts[near].places.append(place)
            return
        }
        let known = name ?? span.source.service
        if span.source.traits.contains(.graphsAreMarked), forest.parent[place] >= 0 {
            let key = SiblingKey(parent: forest.parent[place], name: known)
            if let other = siblings[key], self.isSame(other, place, forest) {
                self.part[place] = self.part[other]
                self.parts[self.part[other]].places.append(place)
                return
            }
            siblings[key] = place
        }
        self.part[place] = self.parts.count
        self.parts.append(Part(places: [place], name: known, parent: self.enclosing[place], missing: nil))
    }

    /// LangGraph's wrapper of an agent can stand beside the graph that it wraps: an empty span around the other's time.
    private func isSame(_ first: Int, _ second: Int, _ forest: SpanForest) -> Bool {
        let (a, b) = (forest.spans[first], forest.spans[second])
        return forest.children(of: first).isEmpty != forest.children(of: second).isEmpty
            && a.startNanoseconds <= b.startNanoseconds && b.finishNanoseconds <= a.finishNanoseconds
    }

    // MARK: Agents whose span never arrived

    private struct MissingKey: Hashable {
        var trace: Int
        var span: SpanID
    }

    /// A call whose parent never arrived, but which names its agent: the parent was that agent's span.
    private mutating func inferMissing(_ forest: SpanForest) {
        var known: [MissingKey: Int] = [:]
        let orphans = forest.spans.indices.filter { place in
            forest.parent[place] < 0 && forest.spans[place].parent != nil && forest.spans[place].log == nil
        }
        for place in orphans {
            guard let parent = forest.spans[place].parent, let name = forest.spans[place].agentName,
                forest.roles[place] == .modelCall || forest.roles[place] == .toolCall
            else { continue }
            let key = MissingKey(trace: forest.traceOf[place], span: parent)
            if let part = known[key] {
                self.parts[part].places.append(place)
            } else {
                known[key] = self.parts.count
                self.parts.append(Part(places: [place], name: name, parent: -1, missing: parent))
            }
        }
        for place in orphans {
            guard let parent = forest.spans[place].parent else { continue }
            self.enclosing[place] = known[MissingKey(trace: forest.traceOf[place], span: parent)] ?? -1
        }
    }
}
