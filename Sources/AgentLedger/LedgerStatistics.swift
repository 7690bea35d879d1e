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

extension LedgerReader {
    /// Looks at counters alone: takes no longer for a longer log.
    public func statistics() throws -> LedgerStatistics {
        var first: Instant?
        try self.log.event(at: Position.start.next) { first = $0.recordedAt }
        return LedgerStatistics(
            identity: self.log.identity, log: try self.log.statistics(), firstRecordedAt: first,
            views: try Views.checkpoint(in: ViewsFolder.path(of: self.path)))
    }
}
