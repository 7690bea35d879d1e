import LedgerDomain
import LedgerEvents

/// Turns the spans of traces into the rows that they stand for.
///
/// Pure, and a function of the set: neither the order of the traces nor that of their spans matters. Linear in the number
/// of spans, but for sorting.
package enum Assembly {
    /// - Parameter traces: of one organization, all that are connected by `joins` and `lookups`, directly or through
    ///   others. Traces that have nothing in common may be given together; their rows are the same as apart.
    package static func rows(of traces: [TraceInput]) -> AssembledRows {
        let forest = SpanForest(traces)
        let agents = AgentParts(forest)
        let requests = ModelRequests(forest)
        let tools = ToolUses(forest)
        let runs = TraceRuns(forest, agents, requests)
        return RowMaker(forest, agents, requests, tools, runs).rows()
    }
}
