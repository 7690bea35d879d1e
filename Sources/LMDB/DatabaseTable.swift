import Synchronization

/// The databases this process has opened in an environment, by name.
///
/// LMDB allows one transaction at a time to open databases (lmdb.h, mdb_dbi_open). `lock` is that one's; the order is
/// write transaction first, then this lock, so the two never wait for each other.
@safe final class DatabaseTable: Sendable {
    private struct State {
        var committed: [String: Database] = [:]
        /// Opened by the write transaction under way; its commit makes them everyone's.
        var pending: [String: Database] = [:]
        var isLockedByWriter = false
    }

    private let state = Mutex(State())
    private let isLocked = Atomic<Bool>(false)

    /// Rarely taken and briefly held, so it polls: a `Mutex` cannot stay locked to the end of a transaction.
    func lock() {
        while !isLocked.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged {
            FileSystem.pause(microseconds: 50)
        }
    }

    func unlock() {
        isLocked.store(false, ordering: .releasing)
    }

    /// Takes the lock until the write transaction ends, once.
    func lockForWriter() {
        if state.withLock({ $0.isLockedByWriter }) { return }
        lock()
        state.withLock { $0.isLockedByWriter = true }
    }

    func committed(_ name: String) -> Database? {
        state.withLock { $0.committed[name] }
    }

    /// What the write transaction under way sees.
    func visibleToWriter(_ name: String) -> Database? {
        state.withLock { $0.pending[name] ?? $0.committed[name] }
    }

    func addCommitted(_ database: Database, name: String) {
        state.withLock { $0.committed[name] = database }
    }

    func addPending(_ database: Database, name: String) {
        state.withLock { $0.pending[name] = database }
    }

    func remove(_ database: Database) {
        state.withLock { state in
            state.committed = state.committed.filter { $0.value.dbi != database.dbi }
            state.pending = state.pending.filter { $0.value.dbi != database.dbi }
        }
    }

    func transactionEnded(committed: Bool) {
        let wasLocked = state.withLock { state in
            if committed { state.committed.merge(state.pending) { $1 } }
            state.pending = [:]
            defer { state.isLockedByWriter = false }
            return state.isLockedByWriter
        }
        if wasLocked { unlock() }
    }

    func name(of database: Database) -> String? {
        state.withLock { state in
            state.committed.first { $0.value.dbi == database.dbi }?.key
                ?? state.pending.first { $0.value.dbi == database.dbi }?.key
        }
    }
}
