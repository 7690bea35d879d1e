import LedgerEvents
import Synchronization

/// A log in memory, for tests and simulations: the same contract, gone with the process.
package final class InMemoryEventLog: EventLog {
    /// The records of one append, as they would lie on disk.
    private struct Record {
        var block: [UInt8]
        var range: Range<Int>
        var recordedAt: Instant
    }

    private struct State {
        var records: [Record] = []
        var frontier = MerkleFrontier()
        var receipts: [String: (receipt: AppendReceipt, fingerprint: [UInt8])] = [:]

        var head: Position { Position(UInt64(self.records.count)) }
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Instant

    package init(now: @escaping @Sendable () -> Instant) { self.now = now }

    package func head() -> Position { self.state.withLock { $0.head } }

    package func append(_ batch: sending EventBatch, condition: AppendCondition?, idempotency: Idempotency?)
        async throws
        -> AppendReceipt
    {
        try AppendRules.check(batch, idempotency)
        let query = try condition.map { try CompiledQuery($0.query) }
        // The lock's closure cannot take the batch itself: it takes the parts that are values.
        let block = Array(batch.bytes)
        let entries = batch.entries
        return try self.state.withLock { state in
            if let idempotency,
                let receipt = try AppendRules.repeated(idempotency, state.receipts[idempotency.key])
            {
                return receipt
            }
            if let condition, let query, let found = try Self.first(query, after: condition.after, state.records) {
                throw AppendRules.conditionFailed(found, after: condition.after)
            }
            let recordedAt = max(self.now(), state.records.last?.recordedAt ?? Instant(microseconds: .min))
            let receipt = AppendReceipt(
                first: state.head.next, last: state.head.advanced(by: entries.count), recordedAt: recordedAt)
            Self.add(block, entries, receipt, to: &state)
            if let idempotency { state.receipts[idempotency.key] = (receipt, idempotency.fingerprint) }
            return receipt
        }
    }

    private static func add(
        _ block: [UInt8], _ entries: ContiguousArray<EventBatch.Entry>, _ receipt: AppendReceipt, to state: inout State
    ) {
        var block = block
        block.withUnsafeMutableBytes { EventBatch.stamp($0, entries, receipt) }
        for entry in entries {
            let range = entry.offset..<entry.offset + entry.count
            block.withUnsafeBytes {
                state.frontier.append(MerkleTree.leaf(UnsafeRawBufferPointer(rebasing: $0[range])))
            }
            state.records.append(Record(block: block, range: range, recordedAt: receipt.recordedAt))
        }
    }

    private static func first(_ query: CompiledQuery, after: Position, _ records: [Record]) throws -> Position? {
        var matcher = QueryMatcher(query)
        for index in records.indices.dropFirst(Int(clamping: after.value)) {
            let matches = try self.withEvent(records[index]) { try matcher.matches($0) }
            if matches { return Position(UInt64(index + 1)) }
        }
        return nil
    }

    private static func withEvent<R>(_ record: Record, _ body: (borrowing StoredEvent) throws -> R) throws -> R {
        try record.block.withUnsafeBytes {
            try body(try StoredEvent(UnsafeRawBufferPointer(rebasing: $0[record.range])))
        }
    }

    package func read(
        _ query: EventQuery, after: Position, through: Position, limit: Int,
        _ body: (borrowing StoredEvent) throws -> Void
    ) throws {
        let records = self.state.withLock { $0.records }
        var matcher = QueryMatcher(try CompiledQuery(query))
        var left = limit
        for record in records.prefix(Int(clamping: through.value)).dropFirst(Int(clamping: after.value)) {
            guard left > 0 else { return }
            try Self.withEvent(record) { event in
                guard try matcher.matches(event) else { return }
                left -= 1
                try body(event)
            }
        }
    }

    package func count(of type: EventType) throws -> Int {
        if type.name.isEmpty { return 0 }
        var count = 0
        try self.read(EventQuery(types: [type])) { _ in count += 1 }
        return count
    }

    package func contains(_ tag: EventTag) throws -> Bool {
        var isThere = false
        try self.read(EventQuery(tags: [tag]), limit: 1) { _ in isThere = true }
        return isThere
    }

    package func greatestID(ofKind kind: String) throws -> UInt128 {
        var greatest: UInt128 = 0
        try self.read { event in
            for tag in try event.tags() where tag.kind == kind { greatest = max(greatest, tag.id ?? 0) }
        }
        return greatest
    }

    package func position(at instant: Instant) -> Position {
        self.state.withLock { state in
            var low = 0
            var high = state.records.count
            while low < high {
                let middle = (low + high) / 2
                if state.records[middle].recordedAt <= instant { low = middle + 1 } else { high = middle }
            }
            return Position(UInt64(low))
        }
    }

    package func receipt(for key: String) -> (receipt: AppendReceipt, fingerprint: [UInt8])? {
        self.state.withLock { $0.receipts[key] }
    }

    package func treeHead() -> TreeHead { self.state.withLock { $0.frontier }.head }
}
