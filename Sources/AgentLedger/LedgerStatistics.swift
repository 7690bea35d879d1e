import LedgerEvents
import LedgerLog
import LedgerLogLMDB
import LedgerViews

/// What a ledger holds, and where it stands.
package struct LedgerStatistics: Sendable {
    package var identity: LedgerIdentity
    package var log: LogStatistics
    package var firstRecordedAt: Instant?
    /// How far the kept views have come; nil where there are none.
    package var views: ViewsCheckpoint?
}

/// What a ledger held at a past moment: the same whenever it is asked for.
package struct PastStatistics: Sendable, Hashable {
    package var identity: LedgerIdentity
    package var log: PastLogStatistics
}

extension LedgerReader {
    /// For the cost see `LMDBEventLog.statistics(at:)`.
    package func statistics(at moment: Moment) throws -> PastStatistics {
        PastStatistics(
            identity: self.log.identity, log: try self.log.statistics(at: self.position(of: moment)))
    }

    /// Looks at counters alone: takes no longer for a longer log.
    package func statistics() throws -> LedgerStatistics {
        var first: Instant?
        try self.log.event(at: Position.start.next) { first = $0.recordedAt }
        return LedgerStatistics(
            identity: self.log.identity, log: try self.log.statistics(), firstRecordedAt: first,
            views: try Views.checkpoint(in: ViewsFolder.path(of: self.path)))
    }
}
