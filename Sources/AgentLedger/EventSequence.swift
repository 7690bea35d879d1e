import LedgerEvents
import LedgerLog
import LedgerLogLMDB

/// The events of a ledger in order, each once: those that are recorded, then each new one as it is committed by any
/// process. Ends when its task is cancelled.
public struct EventSequence: AsyncSequence, Sendable {
    public typealias Element = RecordedEvent

    let log: LMDBEventLog
    let query: EventQuery
    let after: Position

    public struct AsyncIterator: AsyncIteratorProtocol {
        /// Events that are read at once.
        private static let pageSize = 256
        private static let pollMilliseconds = 2

        private let log: LMDBEventLog
        private let query: EventQuery
        private var seen: Position
        private var page: [RecordedEvent] = []
        private var index = 0

        init(_ events: EventSequence) {
            self.log = events.log
            self.query = events.query
            self.seen = events.after
        }

        public mutating func next() async throws -> RecordedEvent? {
            while self.index == self.page.count {
                if Task.isCancelled { return nil }
                let head = try self.log.head()
                if head > self.seen {
                    try self.readPage(through: head)
                } else {
                    do {
                        try await Task.sleep(for: .milliseconds(Self.pollMilliseconds))
                    } catch {
                        return nil
                    }
                }
            }
            defer { self.index += 1 }
            return self.page[self.index]
        }

        private mutating func readPage(through head: Position) throws {
            var page: [RecordedEvent] = []
            try self.log.read(self.query, after: self.seen, through: head, limit: Self.pageSize) { stored in
                page.append(try RecordedEvent(stored))
            }
            self.seen = page.count < Self.pageSize ? head : page.last?.envelope.position ?? head
            self.page = page
            self.index = 0
        }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}

extension Ledger {
    /// Returns the events after a position, and then each new one as it is committed.
    ///
    ///     for try await event in ledger.events(matching: EventQuery(tags: [EventTag(kind: "workflow", id: id.bits)])) {
    ///         if let renamed = event.payload as? WorkflowRenamed { print(renamed.name) }
    ///     }
    public nonisolated func events(after position: Position = .start, matching query: EventQuery = .all)
        -> EventSequence
    {
        EventSequence(log: self.log, query: query, after: position)
    }
}
