import AgentDomain
import EventLog
import EventSourcing
import LMDB

/// All states, folded from the log and kept in `views/data.mdb` as far as its checkpoint.
///
/// Disposable: whatever is wrong with the file, removing it loses nothing. Not for use from two threads at once; any
/// number of processes may.
public final class Views {
    private let store: ViewStore
    private let log: any EventLog
    private let origin: UInt128
    private let states: StateCache
    private var base: ViewStore.Checkpoint
    private let cacheBytes: Int

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
        self.store = try ViewStore(path: path, isDisposable: isDisposable, mode: .readWrite)
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
        self.states = StateCache(over: self.store, at: self.base.position, keepsFacts: false)
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
            try self.log.read(.all, after: self.base.position, through: head, limit: .max) { stored in
                let (event, envelope) = try EventDecoder.shared.decode(stored)
                self.apply(event, envelope)
                if stored.position.value % 4096 == 0 {
                    progress?(stored.position, head)
                    if self.states.bytes > self.cacheBytes { throw CacheIsFull() }
                }
            }
        } catch is CacheIsFull {
            // What was folded is written below; the rest comes in the next stretch.
        }
        try self.store.throwIfFailed()
        let reached = self.states.position
        if try self.store.commit(self.states, from: self.base, to: reached) {
            self.base.position = reached
        } else if let moved = try self.store.readCheckpoint() {
            // Another process wrote first. It folded the same events to the same states.
            self.base = moved
        }
        self.states.removeAll(at: self.base.position)
        progress?(self.base.position, head)
    }

    private struct CacheIsFull: Error {}

    private func apply(_ event: DomainEvent, _ envelope: Envelope) {
        if case .workflowExecution(let change) = event {
            let id = WorkflowExecutionID(bits: change.target)
            let before = self.states.lend(id) { RunOutcome(&$0) }
            self.states.apply(event, envelope)
            Totals.replace(before, by: self.states.lend(id) { RunOutcome(&$0) }, in: self.states)
        } else {
            self.states.apply(event, envelope)
        }
        Totals.apply(event, envelope, to: self.states)
    }

    // MARK: Reading

    /// The state with this id as of `position`, or nil.
    public func find<E: Stored>(_ id: ID<E>) throws -> E? {
        let state = self.load(id)?.state
        try self.store.throwIfFailed()
        return state
    }

    /// Hands over every state of a kind, in the order of the ids.
    public func forEach<E: Stored>(_ kind: E.Type, _ body: (ID<E>, LoadedState<E>) throws -> Void) throws {
        try self.store.forEach(kind, body)
    }

    func forEachRecord(in view: String, _ body: (RawSpan, RawSpan) -> Void) throws {
        try self.store.forEachRecord(in: view, body)
    }

    public func count<E: Stored>(of kind: E.Type) throws -> Int { try self.store.count(of: kind) }

    /// Throws what went wrong while a state was looked up in a place that could not throw.
    public func throwIfFailed() throws { try self.store.throwIfFailed() }
}

extension Views: StateSource {
    public func load<E: Stored>(_ id: ID<E>) -> LoadedState<E>? {
        E.isKeptInLog ? self.store.attempt { try self.loadFact(id) } : self.store.load(id)
    }

    public func holder(of alias: Tag) -> UInt128? { self.store.holder(of: alias) }
    public func members(of group: Tag) -> [UInt128] { self.store.members(of: group) }

    /// A fact is read from the log, through the tag index.
    private func loadFact<E: Stored>(_ id: ID<E>) throws -> LoadedState<E>? {
        let tag = Tag(kind: E.kind, id: id.bits)
        guard try self.log.contains(tag) else { return nil }
        var found: LoadedState<E>?
        try self.log.read(Query(tags: [tag]), limit: 1) { stored in
            found = LoadedState(state: try WireDecoder.decode(E.self, stored.payload), changedAt: stored.position)
        }
        return found
    }
}
