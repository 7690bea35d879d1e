import LedgerDomain
import LedgerEvents

/// The uses of tools: one for each span of a tool, but those of the same use inside another.
struct ToolUses {
    /// Of each use, the places of its spans, outermost first.
    private(set) var uses: [[Int]] = []

    init(_ forest: SpanForest) {
        let nearest = forest.nearest(.toolCall)
        var use = Array(repeating: -1, count: forest.spans.count)
        for place in forest.order where forest.roles[place] == .toolCall && forest.spans[place].log == nil {
            let outer = nearest[place]
            if outer >= 0, Self.isSame(forest.spans[outer], forest.spans[place]) {
                use[place] = use[outer]
                self.uses[use[outer]].append(place)
            } else {
                use[place] = self.uses.count
                self.uses.append([place])
            }
        }
        self.addLogs(forest, use)
    }

    /// Log records tell of a use that has a span, or of one that has none: the model's id of the call says which.
    private mutating func addLogs(_ forest: SpanForest, _ use: [Int]) {
        let logs = forest.order.filter { forest.roles[$0] == .toolCall && forest.spans[$0].log != nil }
        guard !logs.isEmpty else { return }
        var byCall: [String: Int] = [:]
        for place in forest.spans.indices where use[place] >= 0 {
            if let call = forest.spans[place].tool?.call, byCall[call] == nil { byCall[call] = use[place] }
        }
        for place in logs.sorted() {
            let call = forest.spans[place].tool?.call
            if let call, let known = byCall[call] {
                self.uses[known].append(place)
            } else {
                if let call { byCall[call] = self.uses.count }
                self.uses.append([place])
            }
        }
    }

    private static func isSame(_ outer: SpanReading, _ inner: SpanReading) -> Bool {
        if let a = outer.tool?.call, let b = inner.tool?.call { return a == b }
        guard let a = outer.tool?.name, let b = inner.tool?.name else { return true }
        return a == b || self.isQualified(a, b) || self.isQualified(b, a)
    }

    /// Whether one name is the other with a group in front, as in `Travel-get_weather` or `mcp__travel__get_weather`.
    private static func isQualified(_ long: String, _ short: String) -> Bool {
        guard long.utf8.count > short.utf8.count + 1, long.hasSuffix(short) else { return false }
        let group = long.utf8.dropLast(short.utf8.count)
        switch group.last {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"): return true
        case UInt8(ascii: "_"): return group.dropLast().last == UInt8(ascii: "_")
        default: return false
        }
    }
}
