import Glibc
import LedgerEvents
import LedgerLMDB
import LedgerLog

/// The log on disk: one directory is one ledger.
///
/// Any number of processes may read while one writes. Several may write; each append is judged against what all of
/// them committed. Reading creates and writes nothing but a slot in LMDB's reader table.
package final class LMDBEventLog: EventLog {
    package enum Mode: Sendable {
        case readOnly
        case readWrite
    }

    /// Of a ledger that only its maker may read and write.
    package static let privatePermissions: UInt32 = 0o700

    /// The ledger's directory, as it was given.
    package let path: String
    package let identity: LedgerIdentity
    package let mode: Mode
    let chain: SegmentChain
    private let writer: Writer?

    /// Makes a ledger in a directory that does not exist or is empty, and opens it for writing.
    ///
    /// `segmentLimits` are kept with the ledger, for all who ever write to it. What is made in the directory later has
    /// its `permissions`, as far as the process' umask leaves them. A creation that was killed leaves no
    /// ledger; creating again starts over. Throws `.alreadyExists`, `.diskFull`.
    package static func create(
        at path: String, origin: UInt128, segmentLimits: SegmentLimits = SegmentLimits(),
        permissions: UInt32 = LMDBEventLog.privatePermissions, now: (@Sendable () -> Instant)? = nil
    ) throws -> LMDBEventLog {
        let created = (now ?? self.systemClock)()
        try LedgerDirectory(path: path).create(
            LedgerIdentity(origin: origin, created: created, segmentLimits: segmentLimits), permissions: permissions)
        return try self.open(at: path, mode: .readWrite, clock: now)
    }

    /// Opens a ledger. Throws `.notFound`, `.newerFormat`, `.corrupted` and `.readOnly` (no permission).
    /// - Parameters:
    ///   - clock: nil: the machine's. An append is refused with `.implausibleClock` if that is more than a year ahead of
    ///     the last recording; a clock that is given is trusted.
    ///   - acceptsClock: whether the machine's clock is trusted as well.
    package static func open(
        at path: String, mode: Mode = .readOnly, clock: (@Sendable () -> Instant)? = nil, acceptsClock: Bool = false
    ) throws -> LMDBEventLog {
        let limit = clock == nil && !acceptsClock ? ClockLimit() : nil
        return try self.open(at: path, mode: mode, planting: nil, clockLimit: limit, clock: clock ?? self.systemClock)
    }

    /// The same with a mistake in the writer, for the crash suite.
    package static func open(
        at path: String, mode: Mode, planting bug: PlantedBug?, clockLimit: ClockLimit? = nil,
        clock: @escaping @Sendable () -> Instant = LMDBEventLog.systemClock
    ) throws -> LMDBEventLog {
        let directory = LedgerDirectory(path: path)
        let identity = try directory.identity()
        let chain = try SegmentChain(directory.segments, mode: mode == .readWrite ? .readWrite : .readOnly)
        try translatingErrors {
            try chain.reading(.end) { segment, state, txn in
                try segment.requireConsistentHead(txn, state)
                if mode == .readWrite, !state.isSealed { try PageCheck.requireSoundEnd(of: segment, txn) }
            }
        }
        let writer =
            mode == .readWrite
            ? Writer(chain, identity.segmentLimits, bug: bug, clockLimit: clockLimit, now: clock) : nil
        return LMDBEventLog(path, identity, mode, chain, writer)
    }

    private init(_ path: String, _ identity: LedgerIdentity, _ mode: Mode, _ chain: SegmentChain, _ writer: Writer?) {
        self.path = path
        self.identity = identity
        self.mode = mode
        self.chain = chain
        self.writer = writer
    }

    /// The time of day, in microseconds.
    @Sendable
    package static func systemClock() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    package func append(_ batch: sending EventBatch, condition: AppendCondition?, idempotency: Idempotency?)
        async throws
        -> AppendReceipt
    {
        guard let writer = self.writer else {
            throw EventLogError(
                .readOnly, "appending to \(self.path): it was opened for reading",
                remedy: "open it for writing")
        }
        try AppendRules.check(batch, idempotency)
        let compiled = try condition.map { (query: try CompiledQuery($0.query), after: $0.after) }
        return try await withCheckedThrowingContinuation { continuation in
            writer.submit(PendingAppend(batch, compiled, idempotency, continuation))
        }
    }

    /// Waits until every sealed segment has its last form, compact and read-only, and gives it to those that have not.
    ///
    /// This happens by itself, in the background of a log that is open for writing. Call it where that must not be left
    /// to the next writer: before copies are made, or at the end of a process that wrote much. A log that is open for
    /// reading does nothing. Throws `.diskFull`.
    package func finishCompaction() throws { try translatingErrors { try self.chain.finishCompaction() } }

    /// When the last event was recorded; nil in an empty log.
    package func lastRecordedAt() throws -> Instant? {
        try self.reading { _, state, _ in state.head == .start ? nil : state.recordedAt }
    }

    package func head() throws -> Position { try self.reading { _, state, _ in state.head } }

    package func receipt(for key: String) throws -> (receipt: AppendReceipt, fingerprint: [UInt8])? {
        let row = try self.reading { segment, _, txn in try segment.receipt(key, txn) }
        let found = try row ?? translatingErrors { try self.chain.current.sealedReceipt(key) }
        return found.map { ($0.receipt, $0.fingerprint) }
    }

    package func treeHead() throws -> TreeHead { try self.reading { _, state, _ in state.frontier.head } }

    /// Runs `body` on a snapshot of the segment that holds `position`, or of the active one.
    func reading<R>(
        _ position: Position = .end, _ body: (Segment, LogState, borrowing ReadTransaction) throws -> R
    ) throws -> R {
        try translatingErrors { try self.chain.reading(position, body) }
    }
}
