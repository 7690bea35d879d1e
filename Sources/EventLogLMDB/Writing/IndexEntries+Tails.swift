import EventLog
import EventSourcing
import LMDB

extension IndexEntries {
    /// Adds the positions to the tags' tails, and moves tails that are full to `tags`. Every position is behind those
    /// that its tag has.
    func writeTails(_ segment: Segment, _ txn: inout WriteTransaction) throws {
        var full: [(key: UnsafeRawBufferPointer, positions: ContiguousArray<UInt64>)] = []
        try txn.withWriteCursor(segment.databases.tagTails) { cursor in
            var row: ContiguousArray<UInt8> = []
            try self.forEachKey { key, positions in
                row.removeAll(keepingCapacity: true)
                var summary = TagTail.Summary(closed: 0, count: 0, last: 0)
                let isThere = try cursor.seekExact(key.bytes)
                if isThere {
                    cursor.withValue { span in span.withUnsafeBytes { row.append(contentsOf: $0) } }
                    guard let found = row.withUnsafeBytes({ TagTail.summary(of: $0) }) else {
                        throw EventLogError.corrupted(
                            Position(positions[0]), segment.path, "a row of tag_tails is malformed")
                    }
                    summary = found
                } else {
                    row.append(0)
                }
                // A distance takes one or two bytes, mostly.
                let bytes = row.count + 2 * positions.count
                if !TagTail.isFull(summary.count + positions.count, bytes, added: positions.count) {
                    TagTail.extend(&row, summary, by: positions)
                    try cursor.put(key.bytes, row.span, isThere ? .current : [])
                } else {
                    var tail = TagTail()
                    _ = row.withUnsafeBytes { tail.decode($0) }
                    tail.positions.append(contentsOf: positions)
                    full.append((key, tail.positions))
                    tail.closed += UInt64(tail.positions.count)
                    tail.positions.removeAll()
                    tail.encode(into: &row)
                    // LMDB joins pages that have become empty when something is deleted, not when it gets shorter.
                    if isThere { try cursor.delete() }
                    try cursor.put(key.bytes, row.span)
                }
            }
        }
        if full.isEmpty { return }
        try txn.withWriteCursor(segment.databases.tags) { cursor in
            for (key, positions) in full { try cursor.appendPositions(key, positions) }
        }
    }
}

extension WriteCursor {
    /// Adds positions behind those that the key has.
    mutating func appendPositions(_ key: UnsafeRawBufferPointer, _ positions: ContiguousArray<UInt64>) throws {
        if positions.count == 1 {
            try self.put(key.bytes, positions[0], .appendDuplicate)
        } else {
            try self.appendMultiple(key.bytes, positions.span)
        }
    }
}
