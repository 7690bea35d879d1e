import EventLog
import EventSourcing
import LMDB

/// The one who writes: takes the appends that wait, commits them together, and answers each.
actor Writer {
    private let segment: Segment
    private let now: @Sendable () -> Instant
    private let bug: PlantedBug?
    private let executor = WriterExecutor()
    private nonisolated let queue = AppendQueue()
    /// The state after our last commit, and that commit's number: still true if nobody committed since.
    private var known: (state: LogState, transaction: Int)?

    init(_ segment: Segment, bug: PlantedBug?, now: @escaping @Sendable () -> Instant) {
        self.segment = segment
        self.now = now
        self.bug = bug
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    nonisolated func submit(_ append: PendingAppend) {
        guard self.queue.push(append) else { return }
        self.executor.queue.async { self.assumeIsolated { $0.drain() } }
    }

    private func drain() {
        while true {
            let group = self.queue.takeGroup()
            if group.isEmpty { return }
            self.commit(group)
        }
    }

    private func commit(_ group: [PendingAppend]) {
        do {
            let results = try self.write(group)
            for (append, result) in zip(group, results) { append.continuation.resume(with: result) }
        } catch {
            self.known = nil
            let isOfTheDisk = (error as? EventLogError).map { [.diskFull, .io, .readOnly].contains($0.code) } ?? false
            if group.count > 1, !isOfTheDisk {
                // What one of them did must not fail the others.
                for append in group { self.commit([append]) }
            } else {
                for append in group { append.continuation.resume(throwing: error) }
            }
        }
    }

    /// One transaction for all of them. Throws what concerns them all; a refusal is the result of its append.
    private func write(_ group: [PendingAppend]) throws -> [Result<AppendReceipt, any Error>] {
        var results: [Result<AppendReceipt, any Error>] = []
        do {
            if self.bug == .acknowledgeBeforeSync { try self.segment.environment.stopSyncing() }
            let committed = try self.segment.environment.writeGrowing { txn in
                let state = try self.state(txn)
                var commit = GroupCommit(self.segment, state, bug: self.bug, now: self.now)
                results = try group.map { try commit.judge($0, txn) }
                guard commit.isNeeded else { throw NothingToWrite() }
                try commit.write(&txn)
                return (commit.state, txn.number)
            }
            self.known = committed
        } catch is NothingToWrite {
            // Refusals and repetitions only: the transaction is dropped.
        } catch let error as LMDBError {
            throw EventLogError(error)
        }
        return results
    }

    private func state(_ txn: borrowing WriteTransaction) throws -> LogState {
        if let known, known.transaction == txn.number - 1 { return known.state }
        let state = try self.segment.state(txn)
        try self.segment.requireConsistentHead(txn, state)
        return state
    }
}

private struct NothingToWrite: Error {}
