import LedgerDomain
import LedgerEvents

/// The spans of one trace of one organization that are known, read.
package struct TraceInput: Sendable {
    package var trace: TraceID
    /// What the ids of the trace's rows are made from: the trace id itself, unless another organization has that run.
    package var identity: UInt128
    /// Whether rows are derived from it now. The spans of one that still waits only tell which calls of others are the
    /// same requests.
    package var isReady: Bool
    /// In any order; one for each span, its last revision.
    package var spans: [SpanReading]
    package var logs: [LogReading]

    package init(trace: TraceID, identity: UInt128, isReady: Bool, spans: [SpanReading], logs: [LogReading] = []) {
        self.trace = trace
        self.identity = identity
        self.isReady = isReady
        self.spans = spans
        self.logs = logs
    }
}
