import Dispatch
import LedgerEvents
import LedgerLog
import Synchronization

/// An append on its way: what is asked, and whom to answer.
// SAFETY: made by the caller, which gave its batch away (`sending`). The batch is changed by the queue, before the
// writer sees it, and by the writer alone afterwards, while nobody hashes it; `hashes` are read after `hashing`.
final class PendingAppend: @unchecked Sendable {
    /// Fewer records are hashed before two threads have agreed on it.
    private static let recordsWorthHashingAhead = 16

    let batch: EventBatch
    let condition: (query: CompiledQuery, after: Position)?
    let idempotency: Idempotency?
    private let continuation: CheckedContinuation<AppendReceipt, any Error>
    /// Where it stands, unless something comes between; the records are stamped so.
    private(set) var expected: AppendReceipt?
    private var hashes: LeafHashes?
    private let hashing = DispatchGroup()

    init(
        _ batch: EventBatch, _ condition: (query: CompiledQuery, after: Position)?, _ idempotency: Idempotency?,
        _ continuation: CheckedContinuation<AppendReceipt, any Error>
    ) {
        self.batch = batch
        self.condition = condition
        self.idempotency = idempotency
        self.continuation = continuation
    }

    func answer(_ result: Result<AppendReceipt, any Error>) { self.continuation.resume(with: result) }

    private var isWorthHashingAhead: Bool { self.batch.count >= Self.recordsWorthHashingAhead }

    /// Stamps the records with what they get unless something comes between. `hashAhead` must follow.
    func expect(_ receipt: AppendReceipt) {
        self.batch.stamp(receipt)
        self.expected = receipt
        if self.isWorthHashingAhead { self.hashing.enter() }
    }

    /// Hashes the records where they are expected to stand: on the thread that appends them, while the writer begins.
    func hashAhead() {
        guard self.isWorthHashingAhead, let expected else { return }
        self.hashes = LeafHashes(self.batch, from: expected.first)
        self.hashing.leave()
    }

    /// Stamps the records with what they get.
    func stamp(_ receipt: AppendReceipt) {
        if self.expected == receipt { return }
        if self.expected != nil {
            self.hashing.wait()
            self.expected = nil
            self.hashes = nil
        }
        self.batch.stamp(receipt)
    }

    /// The hashes of the stamped records.
    func hashes(from first: Position) -> LeafHashes {
        self.hashing.wait()
        return self.hashes ?? LeafHashes(self.batch, from: first)
    }
}

/// The Merkle leaves of a batch, and the subtrees over them.
struct LeafHashes: Sendable {
    private(set) var leaves: [MerkleHash] = []
    private(set) var range: MerkleRange

    init(_ batch: EventBatch, from first: Position) {
        self.range = MerkleRange(start: first.value - 1)
        self.leaves.reserveCapacity(batch.count)
        for entry in batch.entries {
            let leaf = batch.leaf(entry)
            self.leaves.append(leaf)
            self.range.append(leaf)
        }
    }
}

/// The appends that wait for the writer.
final class AppendQueue: Sendable {
    private struct State {
        var waiting: [PendingAppend] = []
        /// Whether the writer is running, or called.
        var isDrained = true
        /// Where the log stands once all that wait are in it; nil until the writer has told.
        var end: (head: Position, recordedAt: Instant)?
    }

    /// What one transaction takes: beyond this its pages would not stay in memory.
    private static let groupBytes = 16 << 20
    private static let groupEvents = 50_000

    private let state = Mutex(State())

    /// True when the writer has to be called.
    func push(_ append: PendingAppend, at now: () -> Instant) -> Bool {
        self.state.withLock { state in
            if let end = state.end {
                let receipt = AppendReceipt(
                    first: end.head.next, last: end.head.advanced(by: append.batch.count),
                    recordedAt: max(now(), end.recordedAt))
                append.expect(receipt)
                state.end = (receipt.last, receipt.recordedAt)
            }
            state.waiting.append(append)
            defer { state.isDrained = false }
            return state.isDrained
        }
    }

    /// The appends for the next transaction, in order; empty when the writer may rest.
    ///
    /// - Parameter known: where the log stands without them, as far as the writer knows.
    func takeGroup(behind known: LogState?) -> [PendingAppend] {
        self.state.withLock { state in
            var bytes = 0
            var events = 0
            var count = 0
            for append in state.waiting {
                bytes += append.batch.recordBytes
                events += append.batch.count
                if count > 0, bytes > Self.groupBytes || events > Self.groupEvents { break }
                count += 1
            }
            if count == 0 { state.isDrained = true }
            state.end = known.map { known in
                let head = state.waiting.reduce(known.head) { $0.advanced(by: $1.batch.count) }
                return (head, max(known.recordedAt, state.waiting.last?.expected?.recordedAt ?? known.recordedAt))
            }
            let group = Array(state.waiting[..<count])
            state.waiting.removeFirst(count)
            return group
        }
    }
}
