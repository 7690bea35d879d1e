import LedgerEvents
import LedgerLMDB
import LedgerLog

/// The one who writes: takes the appends that wait, commits them together, and answers each.
actor Writer {
    private let chain: SegmentChain
    private let limits: SegmentLimits
    private let now: @Sendable () -> Instant
    private let bug: PlantedBug?
    /// Nil: any clock is accepted.
    private let clockLimit: ClockLimit?
    private let executor = WriterExecutor()
    private nonisolated let queue = AppendQueue()
    /// The state after our last commit, and that commit's number: still true if nobody committed since.
    private var known: (state: LogState, transaction: Int, segment: Segment)?

    init(
        _ chain: SegmentChain, _ limits: SegmentLimits, bug: PlantedBug?, clockLimit: ClockLimit?,
        now: @escaping @Sendable () -> Instant
    ) {
        self.clockLimit = clockLimit
        self.chain = chain
        self.limits = limits
        self.now = now
        self.bug = bug
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    nonisolated func submit(_ append: PendingAppend) {
        if self.queue.push(append, at: self.now) {
            self.executor.queue.async { self.assumeIsolated { $0.drain() } }
        }
        append.hashAhead()
    }

    private func drain() {
        while true {
            let group = self.queue.takeGroup(behind: self.known?.state)
            if group.isEmpty { return }
            self.commit(group)
        }
    }

    private func commit(_ group: [PendingAppend]) {
        do {
            let results = try self.write(group)
            for (append, result) in zip(group, results) { append.answer(result) }
            self.moveOn()
        } catch {
            self.known = nil
            let isOfTheDisk = (error as? EventLogError).map { [.diskFull, .io, .readOnly].contains($0.code) } ?? false
            if group.count > 1, !isOfTheDisk {
                // What one of them did must not fail the others.
                for append in group { self.commit([append]) }
            } else {
                for append in group { append.answer(.failure(error)) }
            }
        }
    }

    /// Leaves a segment that the last commit sealed.
    private func moveOn() {
        guard let known, known.state.isSealed else { return }
        self.known = nil
        // Should it fail, the next append finds the segment sealed and tries again.
        try? self.chain.advance(beyond: known.segment)
    }

    private func write(_ group: [PendingAppend]) throws -> [Result<AppendReceipt, any Error>] {
        while true {
            let segments = self.chain.current
            do {
                return try self.write(group, segments)
            } catch is SegmentIsSealed {
                try self.chain.advance(beyond: segments.active)
            } catch let error as LMDBError {
                throw EventLogError(error)
            }
        }
    }

    /// One transaction for all of them. Throws what concerns them all; a refusal is the result of its append.
    private func write(
        _ group: [PendingAppend], _ segments: SegmentList
    ) throws -> [Result<AppendReceipt, any Error>] {
        var results: [Result<AppendReceipt, any Error>] = []
        let usedBytesBefore = segments.active.environment.info.usedBytes
        do {
            if self.bug == .acknowledgeBeforeSync { try segments.active.environment.stopSyncing() }
            self.known = try segments.active.environment.writeGrowing { txn in
                let state = try self.state(txn, segments.active)
                if state.isSealed { throw SegmentIsSealed() }
                var commit = GroupCommit(
                    segments, state, bug: self.bug, clockLimit: self.clockLimit, now: self.now)
                results = try group.map { try commit.judge($0, txn) }
                guard commit.isNeeded else { throw NothingToWrite() }
                try commit.write(&txn)
                let usedBytes = usedBytesBefore + commit.recordBytes
                try commit.writeState(sealing: try self.isSealing(segments.active, commit, usedBytes), &txn)
                return (commit.state, txn.number, segments.active)
            }
        } catch is NothingToWrite {
            // Refusals and repetitions only: the transaction is dropped.
        }
        return results
    }

    /// True when the commit fills the segment, and the next one stands.
    private func isSealing(_ segment: Segment, _ commit: GroupCommit, _ usedBytes: Int) throws -> Bool {
        let events = commit.head.value - segment.first.value + 1
        if self.limits.areReached(events: events, bytes: usedBytes) {
            try self.chain.directory.makeSegment(behind: segment, commit.state)
            return true
        }
        if self.limits.areNear(events: events, bytes: usedBytes) {
            // Should it fail, the seal tries again, and tells.
            try? self.chain.directory.prepareSegment()
        }
        return false
    }

    private func state(_ txn: borrowing WriteTransaction, _ segment: Segment) throws -> LogState {
        if let known, known.transaction == txn.number - 1, known.segment === segment { return known.state }
        let state = try segment.state(txn)
        if !state.isSealed { try segment.requireConsistentHead(txn, state) }
        return state
    }
}

private struct NothingToWrite: Error {}
/// The log goes on in another segment: the transaction is dropped.
private struct SegmentIsSealed: Error {}
