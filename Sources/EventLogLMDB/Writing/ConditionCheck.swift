import LedgerEvents
import LedgerLMDB
import LedgerLog

/// Looks for the first event behind a position that a query matches.
struct ConditionCheck {
    private let query: CompiledQuery
    private let after: Position
    /// Made when it is first needed: for thousands of tags it is the dearest part.
    private lazy var matcher = QueryMatcher(self.query)

    /// Reading an event and asking the matcher costs about this fraction of a seek in an index.
    private static let eventsPerSeek = 4

    init(_ query: CompiledQuery, after: Position) {
        self.query = query
        self.after = after
    }

    /// Looks among the events of a segment. A short tail is read through, whatever the size of the query; a long one is
    /// looked up in the indexes, key by key.
    mutating func firstMatch<Access>(
        _ segment: Segment, _ txn: borrowing Transaction<Access>, through: Position
    ) throws -> Position? {
        let after = max(self.after, Position(segment.first.value - 1))
        guard after < through else { return nil }
        if through.value - after.value <= UInt64(max(16, self.query.keys.count * Self.eventsPerSeek)) {
            var found: Position?
            try segment.scan(txn, after: after, through: through) { event in
                guard try self.matcher.matches(event) else { return true }
                found = event.position
                return false
            }
            return found
        }
        var scan = QueryScan(self.query)
        return try scan.next(after.value + 1, segment, txn).map { Position($0) }
    }

    /// Looks in a batch that precedes in the same transaction.
    mutating func firstMatch(_ batch: EventBatch, _ receipt: AppendReceipt) -> Position? {
        let skipped = self.after < receipt.first ? 0 : Int(self.after.value - receipt.first.value) + 1
        for index in batch.entries.indices.dropFirst(skipped)
        where self.matcher.matches(batch.entries[index], of: batch) {
            return receipt.first.advanced(by: index)
        }
        return nil
    }
}
