import LedgerEvents
import LedgerLMDB
import LedgerLog

/// What a log held up to a position: the same whenever it is asked for.
package struct PastLogStatistics: Sendable, Hashable {
    package var head: Position = .start
    package var firstRecordedAt: Instant?
    package var lastRecordedAt: Instant?
    /// Events per type, in the order of their names.
    package var types: [LogStatistics.TypeCount] = []
    package var treeHead = MerkleFrontier().head
}

extension LMDBEventLog {
    /// What the log held up to and with a position. Of the segment that holds it, the records before it are hashed: a second
    /// or two for each million. Throws `.notFound` beyond the end, `.corrupted` at a damaged record.
    package func statistics(at position: Position) throws -> PastLogStatistics {
        var statistics = PastLogStatistics()
        var types: [String: Int] = [:]
        var frontier = MerkleFrontier()
        try self.forEachSegment { segment, state, txn in
            if segment.first <= position { try segment.requireWholeTypeIndex(state, txn) }
            if state.head <= position {
                frontier = state.frontier
                try segment.countTypes(txn, through: nil, into: &types)
            } else if segment.first <= position {
                try segment.extend(&frontier, through: position, txn)
                try segment.countTypes(txn, through: position, into: &types)
            }
            return state.head < position
        }
        guard frontier.size == position.value else {
            throw EventLogError(
                .notFound, "counting up to position \(position) of \(self.path): the log does not reach it")
        }
        statistics.head = position
        statistics.treeHead = frontier.head
        statistics.types = types.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { .init(type: EventType($0.key), count: $0.value) }
        if position == .start { return statistics }
        try self.event(at: Position.start.next) { statistics.firstRecordedAt = $0.recordedAt }
        try self.event(at: position) { statistics.lastRecordedAt = $0.recordedAt }
        return statistics
    }
}

extension Segment {
    /// Adds how many events of each type there are up to a position, or in all.
    func countTypes(_ txn: borrowing ReadTransaction, through end: Position?, into types: inout [String: Int]) throws {
        try txn.withCursor(self.databases.types) { cursor in
            while try cursor.nextKey() {
                let name = cursor.withKey { span in span.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
                let count = try end.map { try Self.count(&cursor, through: $0) } ?? cursor.duplicateCount()
                if count > 0 { types[name, default: 0] += count }
            }
        }
        try self.forEachTypeTail(txn) { name, tail in
            let count = tail.positions.prefix { position in end.map { position <= $0.value } ?? true }.count
            if count > 0 { types[name, default: 0] += count }
        }
    }

    private static func count(_ cursor: inout ReadCursor, through end: Position) throws -> Int {
        var count = 0
        try self.forEachPosition(&cursor) { position in
            if position > end.value { return false }
            count += 1
            return true
        }
        return count
    }

    /// Adds the records of this segment up to a position to the tree of what lies before it. Their stored leaf hashes
    /// carry no checksum, so the records are hashed anew.
    fileprivate func extend(
        _ frontier: inout MerkleFrontier, through end: Position, _ txn: borrowing ReadTransaction
    ) throws {
        try self.scan(txn, after: Position(frontier.size), through: end) { event in
            frontier.append(MerkleTree.leaf(event.bytes))
            return true
        }
    }
}
