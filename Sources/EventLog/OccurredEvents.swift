import LedgerEvents

/// A log as far as it tells what had happened by a time (valid time): of what was recorded since, too, but not of what
/// happened later. Positions keep their numbers, so there are gaps. To be read alone.
package struct OccurredEvents: EventLog {
    private let log: any EventLog
    private let time: Instant

    /// - Parameter time: by the clocks of the sources; the last instant that is seen.
    package init(by time: Instant, in log: any EventLog) {
        self.log = log
        self.time = time
    }

    package func read(
        _ query: EventQuery, after: Position, through: Position, limit: Int,
        _ body: (borrowing StoredEvent) throws -> Void
    ) throws {
        var left = limit
        if left <= 0 { return }
        do {
            try self.log.read(query, after: after, through: through, limit: .max) { stored in
                guard stored.occurredAt <= self.time else { return }
                try body(stored)
                left -= 1
                if left == 0 { throw LimitReached() }
            }
        } catch is LimitReached {}
    }

    private struct LimitReached: Error {}

    package func contains(_ tag: EventTag) throws -> Bool {
        var isThere = false
        try self.read(EventQuery(tags: [tag]), after: .start, through: .end, limit: 1) { _ in isThere = true }
        return isThere
    }

    package func greatestID(ofKind kind: String) throws -> UInt128 { try self.log.greatestID(ofKind: kind) }

    /// At most so many: those that had not happened yet count, too.
    package func count(of type: EventType) throws -> Int { try self.log.count(of: type) }

    package func head() throws -> Position { try self.log.head() }

    package func position(at instant: Instant) throws -> Position { try self.log.position(at: instant) }

    package func receipt(for key: String) throws -> (receipt: AppendReceipt, fingerprint: [UInt8])? {
        try self.log.receipt(for: key)
    }

    package func treeHead() throws -> TreeHead { try self.log.treeHead() }

    package func append(
        _ batch: sending EventBatch, condition: AppendCondition?, idempotency: Idempotency?
    ) async throws -> AppendReceipt {
        throw EventLogError(
            .readOnly, "appending to the events that had happened by \(self.time): append to the log itself")
    }
}
