import Dispatch
import LedgerDomain
import LedgerEvents
import LedgerLog
import Synchronization

/// Reads and decodes a stretch of the log on a second thread, a few chunks ahead of whoever folds it.
final class DecodeAhead: Sendable {
    /// Below this, starting a thread costs more than it brings.
    static let worthAThread = 4 * eventsPerChunk
    private static let eventsPerChunk = 512
    /// Payloads are limited to 16 MiB each; a chunk ends with the one that takes it over this.
    private static let bytesPerChunk = 1 << 20
    private static let chunks = 4

    struct Decoded {
        let event: DomainEvent
        let envelope: Envelope

        init(_ decoded: consuming (event: DomainEvent, envelope: Envelope)) {
            self.event = decoded.event
            self.envelope = decoded.envelope
        }
    }

    /// Lent where it lies, so `inout`: passed on otherwise it would be copied, with all that it points at.
    typealias Body = (_ decoded: inout Decoded) throws -> Void

    /// Events on their way; in one pair of hands at a time.
    private final class Chunk {
        var events: [Decoded] = []
        var failure: (any Error)?
        var isLast = false
    }

    private struct Queues: Sendable {
        // SAFETY: reached with the lock held; a chunk that was taken out belongs to the one thread that took it.
        nonisolated(unsafe) var empty: [Chunk] = (0..<DecodeAhead.chunks).map { _ in Chunk() }
        // SAFETY: likewise.
        nonisolated(unsafe) var full: [Chunk] = []
        var isCancelled = false
    }

    private let queues = Mutex(Queues())
    private let emptied = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    private init() {
        // A semaphore must not go away with less than it was made with.
        for _ in 0..<Self.chunks { self.emptied.signal() }
    }

    /// Hands over the events behind `after` up to and with `through`, in order.
    static func forEach(
        of log: any EventLog, after: Position, through: Position, _ body: Body
    ) throws {
        guard through.value - after.value >= Self.worthAThread else {
            var reader = EventReader()
            try log.read(.all, after: after, through: through, limit: .max) { stored in
                var decoded = Decoded(try reader.read(stored))
                try body(&decoded)
            }
            return
        }
        let ahead = DecodeAhead()
        DispatchQueue(label: "agentledger.decoding", qos: .userInitiated).async {
            ahead.produce(from: log, after: after, through: through)
        }
        try ahead.consume(body)
    }

    private struct Cancelled: Error {}

    private func produce(from log: any EventLog, after: Position, through: Position) {
        var chunk = self.nextEmpty()
        // Here, not in the chunk: reaching into an object takes as long as decoding a field.
        var events: [Decoded] = []
        var reader = EventReader()
        var bytes = 0
        do {
            swap(&events, &chunk.events)
            try log.read(.all, after: after, through: through, limit: .max) { stored in
                events.append(Decoded(try reader.read(stored)))
                bytes += stored.bytes.count
                guard events.count == Self.eventsPerChunk || bytes >= Self.bytesPerChunk else { return }
                swap(&events, &chunk.events)
                self.hand(over: chunk)
                bytes = 0
                chunk = self.nextEmpty()
                swap(&events, &chunk.events)
                if self.queues.withLock({ $0.isCancelled }) { throw Cancelled() }
            }
        } catch {
            chunk.failure = error
        }
        swap(&events, &chunk.events)
        chunk.isLast = true
        self.hand(over: chunk)
    }

    /// What was in it goes here, too: the other thread has more to do.
    private func nextEmpty() -> Chunk {
        self.emptied.wait()
        let chunk = self.queues.withLock { $0.empty.removeLast() }
        chunk.events.removeAll(keepingCapacity: true)
        return chunk
    }

    private func hand(over chunk: Chunk) {
        self.queues.withLock { $0.full.append(chunk) }
        self.filled.signal()
    }

    /// Returns, or throws, only when the other thread is done with the log.
    private func consume(_ body: Body) throws {
        var failure: (any Error)?
        while true {
            self.filled.wait()
            let chunk = self.queues.withLock { $0.full.removeFirst() }
            if failure == nil {
                do {
                    try chunk.events.withUnsafeMutableBufferPointer { events in
                        for index in events.indices { try body(&events[index]) }
                    }
                    if let failed = chunk.failure { throw failed }
                } catch {
                    failure = error
                    self.queues.withLock { $0.isCancelled = true }
                }
            }
            if chunk.isLast { break }
            self.queues.withLock { $0.empty.append(chunk) }
            self.emptied.signal()
        }
        if let failure { throw failure }
    }
}
