import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerLogLMDB
import LedgerRelations
import LedgerTables
import LedgerViews

/// A ledger to read from: its log, its views at any moment, and its tables.
///
/// Writes nothing into the log. The views on disk are brought up to date, and snapshots of them taken, where that is
/// allowed.
public final class LedgerReader {
    /// The folder that holds the ledger.
    public let path: String
    package let log: LMDBEventLog
    private let past: PastViews
    private var live: KeptViews?
    /// The views that were asked for last.
    private var latest: Views?
    /// Of the last question by time of occurrence: the events that could not be applied in that order, and were applied
    /// where they were recorded.
    package private(set) var eventsAppliedWhereRecorded = 0

    /// - Parameter snapshotInterval: events from one snapshot of the views to the next; 0: none are taken.
    package init(at path: String, snapshotInterval: UInt64 = PastViews.defaultInterval) throws {
        self.path = path
        self.log = try LMDBEventLog.open(at: path, mode: .readOnly)
        self.past = PastViews(
            path: ViewsFolder.snapshots(of: path), log: self.log, origin: self.log.identity.origin,
            interval: snapshotInterval)
    }

    package var origin: UInt128 { self.log.identity.origin }

    /// The position that a moment means. Throws for a position beyond the end, and for a time that is yet to come.
    package func position(of moment: Moment) throws -> Position {
        let head = try self.log.head()
        switch moment {
        case .end: return head
        case .time(let instant):
            try self.requirePast(instant, head)
            return try self.log.position(at: instant)
        case .position(let position):
            guard position <= head else {
                throw LedgerError(
                    .notFound, "position \(position) lies beyond the log's end, \(head); ask as of that, or of earlier")
            }
            return position
        }
    }

    /// What will be recorded by a time to come is not known. A ledger's own clock may run ahead of this machine's.
    private func requirePast(_ instant: Instant, _ head: Position) throws {
        let now = LMDBEventLog.systemClock()
        if instant <= now { return }
        var recordedAt = Instant.zero
        if head > .start { try self.log.event(at: head) { recordedAt = try $0.envelope().recordedAt } }
        guard instant <= recordedAt else {
            throw LedgerError(
                .notFound, "\(instant) lies in the future: it is \(max(now, recordedAt)); ask as of now, or of earlier")
        }
    }

    /// All states as of a moment: of the log's end those that are kept, of the past the nearest snapshot and what
    /// followed it, folded. They stay as they are, whoever writes meanwhile.
    package func views(at moment: Moment = .end, progress: Views.Progress? = nil) throws -> Views {
        let position = try self.position(of: moment)
        if let latest = self.latest, latest.position == position { return latest }
        self.latest = nil
        let views = try self.heldViews(at: position, progress) ?? self.pastViews(at: position, progress)
        self.latest = views
        return views
    }

    /// Folded in TMPDIR where the ledger's own disk has no room for layers.
    private func pastViews(at position: Position, _ progress: Views.Progress?) throws -> Views {
        do {
            return try self.past.views(at: position, progress: progress)
        } catch let error as ViewsError where error.code == .unwritable {
            return try PastViews.folded(from: self.log, to: position, progress: progress)
        }
    }

    /// The kept views, where they are at this position.
    private func heldViews(at position: Position, _ progress: Views.Progress?) throws -> Views? {
        guard try position == self.log.head(), let live = try self.liveViews(progress), live.position == position else {
            return nil
        }
        return try live.held()
    }

    /// The tables as of a moment.
    /// - Parameter asOccurred: tells only what had happened by this time (valid time), by the clocks of the sources, as far
    ///   as it was recorded by the moment. That is folded from the first event, in the order in which the events occurred,
    ///   ties by position: a second or two for each million. See `eventsAppliedWhereRecorded`.
    package func snapshot(
        at moment: Moment = .end, asOccurred: Instant? = nil, progress: Views.Progress? = nil
    ) throws -> LedgerSnapshot {
        guard let asOccurred else {
            let views = try self.views(at: moment, progress: progress)
            return LedgerSnapshot(views: views, log: self.log, origin: self.origin)
        }
        let log = OccurredEvents(by: asOccurred, in: self.log)
        let (views, count) = try PastViews.foldedAsOccurred(
            from: log, to: self.position(of: moment), progress: progress)
        self.eventsAppliedWhereRecorded = count
        return LedgerSnapshot(views: views, log: log, origin: self.origin, asOccurred: asOccurred)
    }

    /// The row of one thing as of a moment, with the table that it stands in; nil when there is no such thing (yet).
    ///
    /// Of a past moment most things are told from their own events alone; the rest (organizations, workflows, usage)
    /// from all that happened before. For the kinds see `LedgerSnapshot.kinds`.
    package func row(
        of kind: String, id: UInt128, part: [SQLValue] = [], at moment: Moment = .end, asOccurred: Instant? = nil,
        progress: Views.Progress? = nil
    ) throws -> TableRow? {
        let position = try self.position(of: moment)
        if LedgerSnapshot.isToldByTag(kind), asOccurred == nil, try position < self.log.head() {
            return try LedgerSnapshot.row(of: kind, id: id, part: part, toldBy: self.log, at: position)
        }
        let snapshot = try self.snapshot(at: .position(position), asOccurred: asOccurred, progress: progress)
        return try snapshot.row(of: kind, id: id, part: part)
    }

    /// Folds all states anew from the first event, beside the live ones and without a look at snapshots.
    package func rebuild(to position: Position, progress: Views.Progress? = nil) throws -> Views {
        try PastViews.folded(from: self.log, to: position, progress: progress)
    }

    /// The kept views, caught up; nil where this process may not write them, or the disk is full: then they are folded in
    /// memory.
    func liveViews(_ progress: Views.Progress?) throws -> KeptViews? {
        if self.live == nil {
            do {
                self.live = try KeptViews(
                    path: ViewsFolder.path(of: self.path), log: self.log, origin: self.origin, snapshots: self.past)
            } catch let error as ViewsError where error.code == .notPermitted || error.code == .diskFull {
                return nil
            }
        }
        do {
            try self.live?.catchUp(progress: progress)
        } catch let error as ViewsError where error.code == .diskFull {
            return nil
        }
        return self.live
    }
}
