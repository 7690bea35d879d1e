import LedgerEvents
import LedgerLMDB
import LedgerLog

extension IndexEntries {
    /// Adds the positions to the keys' tails, and moves tails that are full to the lots. Every position is behind those
    /// that its key has.
    func writeTails(_ kind: IndexKind, _ segment: Segment, _ txn: inout WriteTransaction) throws {
        if kind == .types { try self.giveTails(segment, &txn) }
        var full: [(key: UnsafeRawBufferPointer, positions: ContiguousArray<UInt64>)] = []
        try txn.withWriteCursor(segment.databases.tails) { cursor in
            var row: ContiguousArray<UInt8> = []
            try self.forEachKey { key, positions in
                let closed = try kind.withTailKey(key) { tailKey in
                    try cursor.extendTail(tailKey, by: positions, &row, segment)
                }
                if let closed { full.append((key, closed)) }
            }
        }
        if full.isEmpty { return }
        try txn.withWriteCursor(kind.lots(in: segment.databases)) { cursor in
            for (key, positions) in full { try cursor.appendPositions(key, positions) }
        }
    }

    /// Gives a tail to types that were indexed before types had any.
    private func giveTails(_ segment: Segment, _ txn: inout WriteTransaction) throws {
        try self.forEachKey { key, _ in
            try IndexKind.types.withTailKey(key) { tailKey in
                if try txn.contains(tailKey.bytes, in: segment.databases.tails) { return }
                let count = try txn.duplicateCount(key.bytes, in: segment.databases.types)
                if count == 0 { return }
                var row: ContiguousArray<UInt8> = []
                IndexTail(closed: UInt64(count)).encode(into: &row)
                try txn.put(tailKey.bytes, row.span, in: segment.databases.tails)
            }
        }
    }
}

extension WriteCursor {
    /// Adds positions to the tail with this key; what then goes to the lots, if it is full. `row` is room to work in.
    fileprivate mutating func extendTail(
        _ key: UnsafeRawBufferPointer, by positions: ContiguousArray<UInt64>, _ row: inout ContiguousArray<UInt8>,
        _ segment: Segment
    ) throws -> ContiguousArray<UInt64>? {
        row.removeAll(keepingCapacity: true)
        var summary = IndexTail.Summary(closed: 0, count: 0, last: 0)
        let isThere = try self.seekExact(key.bytes)
        if isThere {
            self.withValue { span in span.withUnsafeBytes { row.append(contentsOf: $0) } }
            guard let found = row.withUnsafeBytes({ IndexTail.summary(of: $0) }) else {
                throw EventLogError.corrupted(
                    Position(positions[0]), segment.path, "a row of tag_tails is malformed")
            }
            summary = found
        } else {
            row.append(0)
        }
        // A distance takes one or two bytes, mostly.
        let bytes = row.count + 2 * positions.count
        if !IndexTail.isFull(summary.count + positions.count, bytes, added: positions.count) {
            IndexTail.extend(&row, summary, by: positions)
            try self.put(key.bytes, row.span, isThere ? .current : [])
            return nil
        }
        var tail = IndexTail()
        _ = row.withUnsafeBytes { tail.decode($0) }
        let closed = tail.positions + positions
        IndexTail(closed: tail.closed + UInt64(closed.count)).encode(into: &row)
        // LMDB joins pages that have become empty when something is deleted, not when it gets shorter.
        if isThere { try self.delete() }
        try self.put(key.bytes, row.span)
        return closed
    }

    /// Adds positions behind those that the key has.
    mutating func appendPositions(_ key: UnsafeRawBufferPointer, _ positions: ContiguousArray<UInt64>) throws {
        if positions.count == 1 {
            try self.put(key.bytes, positions[0], .appendDuplicate)
        } else {
            try self.appendMultiple(key.bytes, positions.span)
        }
    }
}
