import AgentDomain
import EventLog
import EventSourcing
import Foundation
import LMDB

/// All states, folded from the log and kept in `views/data.mdb` as far as its checkpoint.
///
/// Disposable: whatever is wrong with the file, removing it loses nothing. Not for use from two threads at once; any
/// number of processes may.
public final class Views {
    private let store: ViewStore
    private let source: LoggedStates
    let log: any EventLog
    private let origin: UInt128
    private let states: StateCache
    private var base: ViewStore.Checkpoint
    let cacheBytes: Int

    /// Told now and then how far a long fold has come.
    public typealias Progress = (_ done: Position, _ of: Position) -> Void

    public static let defaultCacheBytes = 256 << 20

    /// Opens the views in the folder `path`, and makes them where there are none.
    /// - Parameters:
    ///   - origin: the ledger's own id; views of another ledger are emptied.
    ///   - isDisposable: for a folder that is thrown away: nothing waits for the disk.
    ///   - cacheBytes: how much is folded in memory before it is written, roughly.
    public init(
        path: String, log: any EventLog, origin: UInt128, isDisposable: Bool = false,
        cacheBytes: Int = Views.defaultCacheBytes
    ) throws {
        self.store = try Self.open(path, isDisposable: isDisposable)
        self.source = LoggedStates(store: self.store, log: log)
        self.log = log
        self.origin = origin
        self.cacheBytes = cacheBytes
        let fresh = ViewStore.Checkpoint(position: .start, version: UInt64(ViewCatalog.version), origin: origin)
        let found = try self.store.readCheckpoint()
        if let found, found.version == fresh.version, found.origin == origin, found.position <= (try log.head()) {
            self.base = found
        } else {
            try self.store.reset(to: fresh)
            self.base = fresh
        }
        self.states = StateCache(over: self.source, at: self.base.position, keepsFacts: false)
    }

    /// Opens the file; one that is damaged is made anew, because nothing in it is needed.
    private static func open(_ path: String, isDisposable: Bool) throws -> ViewStore {
        do {
            return try ViewStore(path: path, isDisposable: isDisposable, mode: .readWrite)
        } catch let error as LMDBError where error.code == .corrupted || error.code == .versionMismatch {
            try FileManager.default.removeItem(atPath: "\(path)/data.mdb")
            return try ViewStore(path: path, isDisposable: isDisposable, mode: .readWrite)
        }
    }

    /// The event that the views have come to.
    public var position: Position { self.base.position }

    /// Folds what the log holds beyond the checkpoint, up to `limit`, and writes it.
    public func catchUp(to limit: Position = .end, progress: Progress? = nil) throws {
        let head = min(limit, try self.log.head())
        while self.base.position < head {
            try self.fold(to: head, progress)
        }
    }

    /// One stretch: as many events as fit into memory, then one commit.
    private func fold(to head: Position, _ progress: Progress?) throws {
        self.states.removeAll(at: self.base.position)
        do {
            try DecodeAhead.forEach(of: self.log, after: self.base.position, through: head) { event, envelope in
                Self.apply(event, envelope, to: self.states)
                if envelope.position.value % 4096 == 0 {
                    progress?(envelope.position, head)
                    if self.states.bytes > self.cacheBytes { throw CacheIsFull() }
                }
            }
        } catch is CacheIsFull {
            // What was folded is written below; the rest comes in the next stretch.
        }
        try self.take(self.states)
        progress?(self.base.position, head)
    }

    private struct CacheIsFull: Error {}

    /// Does to states and sums what an event says; returns the aliases and groups that it changed.
    @discardableResult
    public static func apply(_ event: DomainEvent, _ envelope: Envelope, to states: StateCache) -> [Tag] {
        let touched: [Tag]
        if case .workflowExecution(let change) = event {
            let id = WorkflowExecutionID(bits: change.target)
            let before = states.lend(id) { RunOutcome(&$0) }
            touched = states.apply(event, envelope)
            Totals.replace(before, by: states.lend(id) { RunOutcome(&$0) }, in: states)
        } else {
            touched = states.apply(event, envelope)
        }
        Totals.apply(event, envelope, to: states)
        return touched
    }

    /// Whether another process moved the views on. A cache over them then holds states of different moments and has to
    /// be emptied.
    public func followOthers() throws -> Bool {
        guard let found = try self.store.readCheckpoint(), found != self.base else { return false }
        self.base = found
        return true
    }

    /// Writes what changed in a cache over these views, and moves the checkpoint to its position. The cache is empty
    /// afterwards, also when another process moved the views on and nothing was written: they hold it all then. Throws,
    /// and writes nothing, when a state could not be read into the cache.
    public func take(_ states: StateCache) throws {
        do {
            try self.store.throwIfFailed()
        } catch {
            states.removeAll(at: self.base.position)
            throw error
        }
        if states.position > self.base.position {
            if try self.store.commit(states, from: self.base, to: states.position) {
                self.base.position = states.position
            } else if let moved = try self.store.readCheckpoint() {
                self.base = moved
            }
        }
        states.removeAll(at: self.base.position)
    }

    // MARK: Reading

    /// The state with this id as of `position`, or nil.
    public func find<E: Stored>(_ id: ID<E>) throws -> E? { try self.look(id)?.state }

    /// The same, with the position of the event that changed it last.
    public func look<E: Stored>(_ id: ID<E>) throws -> LoadedState<E>? {
        let box = StateBox<E>()
        let changedAt = self.load(id, into: box)
        try self.store.throwIfFailed()
        return box.state.map { LoadedState(state: $0, changedAt: changedAt) }
    }

    /// Hands over every state of a kind, in the order of the ids.
    public func forEach<E: Stored>(_ kind: E.Type, _ body: (ID<E>, LoadedState<E>) throws -> Void) throws {
        try self.store.forEach(kind, body)
    }

    /// Hands over every id of a kind in order; cheaper than the states.
    public func forEachID<E: Stored>(_ kind: E.Type, _ body: (ID<E>) throws -> Void) throws {
        try self.store.forEachID(kind, body)
    }

    /// Runs `body` while every state stands still as of `position`, whoever moves the views on meanwhile.
    ///
    /// Throws `ViewsError` with code `.movedOn` where another process did so before: the views have to be asked for anew.
    public func holding<R>(_ body: () throws -> R) throws -> R {
        try self.store.holding {
            guard try self.store.readCheckpoint() == self.base else {
                throw ViewsError(
                    .movedOn,
                    "another process moved the views on from position \(self.position) before they were read; ask again"
                )
            }
            return try body()
        }
    }

    func forEachRecord(in view: String, _ body: (RawSpan, RawSpan) -> Void) throws {
        try self.store.forEachRecord(in: view, body)
    }

    public func count<E: Stored>(of kind: E.Type) throws -> Int { try self.store.count(of: kind) }

    /// Throws what went wrong while a state was looked up in a place that could not throw.
    public func throwIfFailed() throws { try self.store.throwIfFailed() }
}

extension Views: StateSource {
    public func load<E: Stored>(_ id: ID<E>, into box: StateBox<E>) -> Position { self.source.load(id, into: box) }
    public func holder(of alias: Tag) -> UInt128? { self.source.holder(of: alias) }
    public func members(of group: Tag) -> [UInt128] { self.source.members(of: group) }

    public func forEachUsage(
        of organization: OrganizationID, after: Position, before: Position, _ body: (UsageRecord) -> Void
    ) {
        self.source.forEachUsage(of: organization, after: after, before: before, body)
    }
}
