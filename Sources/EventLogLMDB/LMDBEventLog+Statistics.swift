import LedgerEvents
import LedgerLMDB
import LedgerLog

/// What a log holds, and what it takes.
package struct LogStatistics: Sendable, Hashable {
    package struct TypeCount: Sendable, Hashable {
        package var type: EventType
        package var count: Int
    }

    package struct Segment: Sendable, Hashable {
        package var first: Position
        /// Nil in an active segment that holds nothing yet.
        package var last: Position?
        /// The tree over the whole log up to the segment's end; nil for the active one, which has none yet.
        package var sealed: TreeHead?
        /// Whether its file has its last form, and never changes again.
        package var isCompacted: Bool
        package var sizeOnDiskBytes: Int

        package var events: UInt64 { self.last.map { $0.value - self.first.value + 1 } ?? 0 }
    }

    package var head: Position
    /// When the last event was recorded; nil when there is none.
    package var lastRecordedAt: Instant?
    /// Events per type, in the order of their names.
    package var types: [TypeCount]
    /// How many different tags occur in each segment, added up.
    package var tags: Int
    package var idempotencyKeys: Int
    package var treeHead: TreeHead
    package var sizeOnDiskBytes: Int
    /// Of `sizeOnDiskBytes`, what holds something.
    package var usedBytes: Int
    /// Of the active segment.
    package var mapSizeBytes: Int
    /// Reader slots of the active segment in use or used once.
    package var readers: Int
    /// Oldest first; the last is the active one.
    package var segments: [Segment]
}

extension LMDBEventLog {
    /// Asks counters alone: the cost grows with the number of segments, not with what they hold.
    package func statistics() throws -> LogStatistics {
        var statistics = LogStatistics(
            head: .start, types: [], tags: 0, idempotencyKeys: 0, treeHead: MerkleFrontier().head, sizeOnDiskBytes: 0,
            usedBytes: 0, mapSizeBytes: 0, readers: 0, segments: [])
        var types: [String: Int] = [:]
        try self.forEachSegment { segment, state, txn in
            try segment.countTypes(txn, through: nil, into: &types)
            statistics.add(segment, state, try segment.counts(txn))
            return true
        }
        statistics.types = types.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { .init(type: EventType($0.key), count: $0.value) }
        return statistics
    }
}

extension LogStatistics {
    /// Adds what one segment holds, and takes over where the log stands at its end.
    fileprivate mutating func add(
        _ segment: LedgerLogLMDB.Segment, _ state: LogState, _ counts: (tags: Int, keys: Int)
    ) {
        let information = segment.environment.info
        let sizeOnDiskBytes = segment.environment.sizeOnDiskBytes
        self.head = state.head
        self.lastRecordedAt = state.head == .start ? nil : state.recordedAt
        self.treeHead = state.frontier.head
        self.tags += counts.tags
        self.idempotencyKeys += counts.keys
        self.sizeOnDiskBytes += sizeOnDiskBytes
        self.usedBytes += information.usedBytes
        self.mapSizeBytes = information.mapSizeBytes
        self.readers = information.readers
        self.segments.append(
            Segment(
                first: segment.first, last: state.head < segment.first ? nil : state.head,
                sealed: state.isSealed ? state.frontier.head : nil,
                isCompacted: state.isSealed && !Files.isWritable("\(segment.path)/\(DiskLayout.dataFile)"),
                sizeOnDiskBytes: sizeOnDiskBytes))
    }
}

extension Segment {
    fileprivate func counts(_ txn: borrowing ReadTransaction) throws -> (tags: Int, keys: Int) {
        var types = 0
        try self.forEachTypeTail(txn) { _, _ in types += 1 }
        return (try txn.count(of: self.databases.tails) - types, try txn.count(of: self.databases.idempotency))
    }
}
