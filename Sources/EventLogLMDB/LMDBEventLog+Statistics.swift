import EventLog
import EventSourcing
import LMDB

/// What a log holds, and what it takes.
public struct LogStatistics: Sendable, Hashable {
    public struct TypeCount: Sendable, Hashable {
        public var type: EventType
        public var count: Int
    }

    public var head: Position
    /// When the last event was recorded; nil when there is none.
    public var lastRecordedAt: Instant?
    /// Events per type, in the order of their names.
    public var types: [TypeCount]
    /// How many different tags occur.
    public var tags: Int
    public var idempotencyKeys: Int
    public var treeHead: TreeHead
    public var sizeOnDiskBytes: Int
    /// Of `sizeOnDiskBytes`, what holds something.
    public var usedBytes: Int
    public var mapSizeBytes: Int
    /// Reader slots in use or used once.
    public var readers: Int
}

extension LMDBEventLog {
    public func statistics() throws -> LogStatistics {
        let information = self.segment.environment.info
        return try self.reading { txn in
            let state = try self.segment.state(txn)
            var types: [LogStatistics.TypeCount] = []
            try txn.withCursor(self.segment.databases.types) { cursor in
                while try cursor.nextKey() {
                    let name = cursor.withKey { span in span.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
                    types.append(.init(type: EventType(name), count: try cursor.duplicateCount()))
                }
            }
            return LogStatistics(
                head: state.head, lastRecordedAt: state.head == .start ? nil : state.recordedAt, types: types,
                tags: try txn.count(of: self.segment.databases.tagTails),
                idempotencyKeys: try txn.count(of: self.segment.databases.idempotency), treeHead: state.frontier.head,
                sizeOnDiskBytes: self.segment.environment.sizeOnDiskBytes, usedBytes: information.usedBytes,
                mapSizeBytes: information.mapSizeBytes, readers: information.readers)
        }
    }
}
