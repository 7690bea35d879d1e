import EventLog
import EventLogLMDB
import EventSourcing
import LMDB
import Views

/// What a ledger holds, and where it stands.
public struct LedgerStatistics: Sendable {
    public var identity: LedgerIdentity
    public var log: LogStatistics
    public var firstRecordedAt: Instant?
    /// How far the kept views have come; nil where there are none.
    public var views: ViewsCheckpoint?
}

/// What a ledger held at a past moment: the same whenever it is asked for.
public struct PastStatistics: Sendable, Hashable {
    public var identity: LedgerIdentity
    public var log: PastLogStatistics
}

extension LedgerReader {
    /// For the cost see `LMDBEventLog.statistics(at:)`.
    public func statistics(at moment: Moment) throws -> PastStatistics {
        PastStatistics(
            identity: self.log.identity, log: try self.log.statistics(at: self.position(of: moment)))
    }

    /// Looks at counters alone: takes no longer for a longer log.
    public func statistics() throws -> LedgerStatistics {
        var first: Instant?
        try self.log.event(at: Position.start.next) { first = $0.recordedAt }
        return LedgerStatistics(
            identity: self.log.identity, log: try self.log.statistics(), firstRecordedAt: first,
            views: try Views.checkpoint(in: ViewsFolder.path(of: self.path)))
    }
}
