import EventLog
import EventSourcing
import LMDB

/// What a log holds, and what it takes.
public struct LogStatistics: Sendable, Hashable {
    public struct TypeCount: Sendable, Hashable {
        public var type: EventType
        public var count: Int
    }

    public struct Segment: Sendable, Hashable {
        public var first: Position
        /// Nil in an active segment that holds nothing yet.
        public var last: Position?
        /// The tree over the whole log up to the segment's end; nil for the active one, which has none yet.
        public var sealed: TreeHead?
        /// Whether its file has its last form, and never changes again.
        public var isCompacted: Bool
        public var sizeOnDiskBytes: Int

        public var events: UInt64 { self.last.map { $0.value - self.first.value + 1 } ?? 0 }
    }

    public var head: Position
    /// When the last event was recorded; nil when there is none.
    public var lastRecordedAt: Instant?
    /// Events per type, in the order of their names.
    public var types: [TypeCount]
    /// How many different tags occur in each segment, added up.
    public var tags: Int
    public var idempotencyKeys: Int
    public var treeHead: TreeHead
    public var sizeOnDiskBytes: Int
    /// Of `sizeOnDiskBytes`, what holds something.
    public var usedBytes: Int
    /// Of the active segment.
    public var mapSizeBytes: Int
    /// Reader slots of the active segment in use or used once.
    public var readers: Int
    /// Oldest first; the last is the active one.
    public var segments: [Segment]
}

extension LMDBEventLog {
    /// Asks counters alone: the cost grows with the number of segments, not with what they hold.
    public func statistics() throws -> LogStatistics {
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
        _ segment: EventLogLMDB.Segment, _ state: LogState, _ counts: (tags: Int, keys: Int)
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
