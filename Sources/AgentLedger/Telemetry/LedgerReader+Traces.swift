import LedgerDomain
import LedgerEvents
import LedgerViews

extension LedgerReader {
    /// The traces that wait for spans as of a moment, as in the table `pending_traces`.
    ///
    /// ```swift
    /// print(try LedgerReader(at: path).pendingTraces().count)
    /// ```
    package func pendingTraces(at moment: Moment = .end) throws -> [TraceAssemblyID] {
        let views = try self.views(at: moment)
        let traces = StateCache(over: views, at: views.position).members(
            of: TraceAssembly.pending, as: TraceAssembly.self)
        try views.throwIfFailed()
        return traces
    }

    /// The time by the ledger's clock, as `clock.tick` set it last.
    package func ledgerTime() throws -> Instant? {
        let views = try self.views(at: .end)
        return try views.find(PolicyClock.only)?.time
    }
}
