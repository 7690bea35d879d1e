import LedgerEvents
import LedgerLog

extension LMDBEventLog {
    /// Hands over the events that match, those behind `after` first and then each as it is committed, by whatever
    /// process; once each, in order, until the task is cancelled or `body` throws.
    ///
    /// Commits are noticed within `pollMilliseconds`; looking costs about a microsecond.
    package func follow(
        _ query: EventQuery = .all, after: Position = .start, pollMilliseconds: Int = 2,
        _ body: (borrowing StoredEvent) throws -> Void
    ) async throws {
        var seen = after
        while true {
            try Task.checkCancellation()
            let head = try self.head()
            if head > seen {
                try self.read(query, after: seen, through: head, limit: .max, body)
                seen = head
            } else {
                try await Task.sleep(for: .milliseconds(pollMilliseconds))
            }
        }
    }
}
