import Foundation
import LedgerDomain
import LedgerEvents
import LedgerLog

/// The views that go along with the log, in `views/data.mdb`, as far as its checkpoint.
///
/// Disposable: whatever is wrong with the file, removing it loses nothing. Not for use from two threads at once; any
/// number of processes may.
package final class KeptViews: Views {
    private let store: ViewStore
    let log: any EventLog
    private let states: StateCache
    private var base: ViewStore.Checkpoint { didSet { self.position = self.base.position } }
    let cacheBytes: Int
    private let snapshots: SnapshotTaker?
    private var handover: Handover?

    // Whoever removes the folder next shall not meet a writer.
    deinit { _ = try? self.handover?.wait() }

    /// Opens the views in the folder `path`, and makes them where there are none.
    /// - Parameters:
    ///   - origin: the ledger's own id; views of another ledger are emptied.
    ///   - snapshots: where a layer is left at each interval that is passed.
    ///   - isDisposable: for a folder that is thrown away: nothing waits for the disk.
    ///   - cacheBytes: how much is folded in memory before it is written, roughly.
    package init(
        path: String, log: any EventLog, origin: UInt128, snapshots: PastViews? = nil, isDisposable: Bool = false,
        cacheBytes: Int = Views.defaultCacheBytes
    ) throws {
        self.store = try Self.open(path, isDisposable: isDisposable)
        self.log = log
        self.cacheBytes = cacheBytes
        self.snapshots = snapshots.map { SnapshotTaker($0) }
        let fresh = ViewStore.Checkpoint(position: .start, version: UInt64(ViewCatalog.version), origin: origin)
        let found = try Self.checkpoint(of: self.store)
        if let found, found.version == fresh.version, found.origin == origin, found.position <= (try log.head()),
            !self.store.wasIncomplete
        {
            self.base = found
        } else {
            try self.store.reset(to: fresh)
            self.base = fresh
        }
        let source = LoggedStates(records: self.store, log: log, limit: .end)
        self.states = StateCache(over: source, at: self.base.position)
        super.init(source, at: self.base.position)
    }

    /// Nil also where it is damaged: then everything is folded again.
    private static func checkpoint(of store: ViewStore) throws -> ViewStore.Checkpoint? {
        do {
            return try store.readCheckpoint()
        } catch let error as ViewsError where error.code == .damaged {
            return nil
        }
    }

    /// Opens the file; one that is damaged is made anew, because nothing in it is needed.
    private static func open(_ path: String, isDisposable: Bool) throws -> ViewStore {
        do {
            return try ViewStore(path: path, isDisposable: isDisposable, mode: .readWrite)
        } catch let error as ViewsError where error.code == .damaged {
            try FileManager.default.removeItem(atPath: "\(path)/data.mdb")
            return try ViewStore(path: path, isDisposable: isDisposable, mode: .readWrite)
        }
    }

    /// The views as they are now, whoever moves them on from here; nil when another process has done so already.
    package func held() throws -> Views? {
        let store = try ViewStore(holding: self.store)
        guard try store.readCheckpoint() == self.base else { return nil }
        return Views(LoggedStates(records: store, log: self.log, limit: self.position), at: self.position)
    }

    /// Folds what the log holds beyond the checkpoint, up to `limit`, and writes it.
    package func catchUp(to limit: Position = .end, progress: Progress? = nil) throws {
        let head = min(limit, try self.log.head())
        while self.position < head {
            self.states.removeAll(at: self.position)
            let end = min(head, self.snapshots?.due(after: self.position) ?? head)
            try Self.fold(self.log, into: self.states, through: end, cacheBytes: self.cacheBytes) { done, _ in
                progress?(done, head)
            }
            try self.take(self.states)
            progress?(self.position, head)
        }
    }

    /// Whether a cache over these views that has come to `position` had better be taken over: a snapshot is due.
    package func isSnapshotDue(at position: Position) -> Bool {
        // Not known while one may be on its way.
        if self.handover != nil { return false }
        return self.snapshots.map { $0.due(after: self.position) <= position } ?? false
    }

    /// Whether another process moved the views on. A cache over them then holds states of different moments and has to
    /// be emptied.
    package func followOthers() throws -> Bool {
        guard let found = try self.store.readCheckpoint(), found != self.base, found != self.handover?.target else {
            return false
        }
        self.base = found
        return true
    }

    /// Writes what changed in a cache over these views, and moves the checkpoint to its position. The cache is empty
    /// afterwards, also when another process moved the views on and nothing was written: they hold it all then. Throws,
    /// and writes nothing, when a state could not be read into the cache.
    package func take(_ states: StateCache) throws {
        do {
            try self.throwIfFailed()
        } catch {
            states.removeAll(at: self.position)
            throw error
        }
        if states.position > self.position {
            let takeover = self.takeover(of: states)
            try self.stand(at: takeover.target, isWritten: try takeover.write())
        }
        states.removeAll(at: self.position)
    }

    private func takeover(of states: StateCache) -> Takeover {
        Takeover(changes: states.changes, base: self.base, store: self.store, snapshots: self.snapshots)
    }

    /// Notes where the views stand now: at the target, or where another process brought them.
    private func stand(at target: ViewStore.Checkpoint, isWritten: Bool) throws {
        if isWritten {
            self.base = target
        } else if let moved = try self.store.readCheckpoint() {
            self.base = moved
        }
    }

    // MARK: Handing over

    /// Begins to write what changed in a cache over these views, on another thread, and goes on until `endHandover`.
    /// Until then the cache stands for the views: others may stand over it, and nothing in it may change.
    package func handOver(_ states: StateCache) {
        precondition(self.handover == nil, "one after the other")
        self.handover = Handover(self.takeover(of: states))
    }

    /// Whether there is a handover that could be ended without waiting.
    package var isHandoverDone: Bool { self.handover?.hasEnded ?? false }

    /// Waits until what was handed over is written. False when another process has moved the views on, to another
    /// position: whatever stands over them is void then. Throws, and the views stand where they stood, when it could not
    /// be written.
    package func endHandover() throws -> Bool {
        guard let handover = self.handover else { return true }
        self.handover = nil
        try self.stand(at: handover.target, isWritten: try handover.wait())
        return self.base == handover.target
    }
}
