import AgentDomain
import EventLog
import EventLogLMDB
import EventSourcing
import LMDB
import Ledger
import Views

/// A ledger to read from: its log, its views at any moment, and its tables.
///
/// Writes nothing into the log. The views on disk are brought up to date where that is allowed; where it is not, the
/// states are folded into a temporary folder.
public final class LedgerReader {
    public let path: String
    public let log: LMDBEventLog
    private var live: Views?

    public init(at path: String) throws {
        self.path = path
        self.log = try LMDBEventLog.open(at: path, mode: .readOnly)
    }

    public var origin: UInt128 { self.log.identity.origin }

    /// The position that a moment means. Throws for a position beyond the end.
    public func position(of moment: Moment) throws -> Position {
        let head = try self.log.head()
        switch moment {
        case .end: return head
        case .time(let instant): return try self.log.position(at: instant)
        case .position(let position):
            guard position <= head else {
                throw LedgerError(.notFound, "position \(position) lies beyond the log's end, \(head)")
            }
            return position
        }
    }

    /// All states as of a moment.
    public func views(at moment: Moment = .end, progress: Views.Progress? = nil) throws -> Views {
        let position = try self.position(of: moment)
        if let live = try self.liveViews(progress), live.position == position { return live }
        return try self.rebuild(to: position, progress: progress)
    }

    /// The tables as of a moment.
    public func snapshot(at moment: Moment = .end, progress: Views.Progress? = nil) throws -> LedgerSnapshot {
        LedgerSnapshot(views: try self.views(at: moment, progress: progress), log: self.log, origin: self.origin)
    }

    /// The row of one thing as of a moment, with the table that it stands in; nil when there is no such thing (yet).
    ///
    /// Of a past moment most things are told from their own events alone; the rest (organizations, workflows, usage)
    /// from all that happened before. For the kinds see `LedgerSnapshot.kinds`.
    public func row(
        of kind: String, id: UInt128, at moment: Moment = .end, progress: Views.Progress? = nil
    ) throws -> TableRow? {
        let position = try self.position(of: moment)
        if LedgerSnapshot.isToldByTag(kind), try position < self.log.head() {
            return try LedgerSnapshot.row(of: kind, id: id, toldBy: self.log, at: position)
        }
        return try self.snapshot(at: .position(position), progress: progress).row(of: kind, id: id)
    }

    /// Folds all states anew from the first event, beside the live ones.
    public func rebuild(to position: Position, progress: Views.Progress? = nil) throws -> Views {
        let folder = try TemporaryFolder()
        let views = try Views(path: folder.path, log: self.log, origin: self.origin, isDisposable: true)
        // The files live as long as they are open: nothing is left behind, however this process ends.
        folder.remove()
        try views.catchUp(to: position, progress: progress)
        return views
    }

    /// The kept views, caught up; nil where this process may not write them.
    func liveViews(_ progress: Views.Progress?) throws -> Views? {
        if self.live == nil {
            do {
                self.live = try Views(path: ViewsFolder.path(of: self.path), log: self.log, origin: self.origin)
            } catch let error as LMDBError where error.code == .permission {
                return nil
            }
        }
        try self.live?.catchUp(progress: progress)
        return self.live
    }
}
