import EventLog
import EventSourcing
import Synchronization

/// An append on its way: what is asked, and whom to answer.
// SAFETY: made by the caller, which gave its batch away (`sending`); from then on only the writer touches it.
final class PendingAppend: @unchecked Sendable {
    let batch: EventBatch
    let condition: (query: CompiledQuery, after: Position)?
    let idempotency: Idempotency?
    let continuation: CheckedContinuation<AppendReceipt, any Error>

    init(
        _ batch: EventBatch, _ condition: (query: CompiledQuery, after: Position)?, _ idempotency: Idempotency?,
        _ continuation: CheckedContinuation<AppendReceipt, any Error>
    ) {
        self.batch = batch
        self.condition = condition
        self.idempotency = idempotency
        self.continuation = continuation
    }
}

/// The appends that wait for the writer.
final class AppendQueue: Sendable {
    private struct State {
        var waiting: [PendingAppend] = []
        /// Whether the writer is running, or called.
        var isDrained = true
    }

    /// What one transaction takes: beyond this its pages would not stay in memory.
    private static let groupBytes = 16 << 20
    private static let groupEvents = 50_000

    private let state = Mutex(State())

    /// True when the writer has to be called.
    func push(_ append: PendingAppend) -> Bool {
        self.state.withLock { state in
            state.waiting.append(append)
            defer { state.isDrained = false }
            return state.isDrained
        }
    }

    /// The appends for the next transaction, in order; empty when the writer may rest.
    func takeGroup() -> [PendingAppend] {
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
            let group = Array(state.waiting[..<count])
            state.waiting.removeFirst(count)
            return group
        }
    }
}
