import LedgerEvents
import LedgerLMDB
import LedgerLog

extension LMDBEventLog {
    /// A binary search: among the segments by when each ended, then over the records of one.
    package func position(at instant: Instant) throws -> Position {
        let ended = self.chain.current.sealed.last { $0.state.recordedAt <= instant }
        var found = Position.start
        try self.forEachSegment(after: ended?.last ?? .start) { segment, state, txn in
            if state.recordedAt <= instant {
                found = state.head
                return true
            }
            found = try segment.position(at: instant, txn, through: state.head)
            return false
        }
        return found
    }

    /// Hands over the positions of the events of one type behind `after` up to and with `through`, ascending, from the
    /// index alone; until `body` returns false. One snapshot: keep it short.
    package func typePositions(
        _ type: EventType, after: Position = .start, through: Position = .end, _ body: (Position) throws -> Bool
    ) throws {
        try self.positions(EventQuery(types: [type]), after, through, body)
    }

    /// The same for a tag.
    package func tagPositions(
        _ tag: EventTag, after: Position = .start, through: Position = .end, _ body: (Position) throws -> Bool
    ) throws {
        try self.positions(EventQuery(tags: [tag]), after, through, body)
    }

    private func positions(
        _ query: EventQuery, _ after: Position, _ through: Position, _ body: (Position) throws -> Bool
    ) throws {
        let compiled = try CompiledQuery(query)
        try self.forEachSegment(after: after, through: through) { segment, state, txn in
            var list = PostingList(key: 0, compiled.items[0].tags.isEmpty ? .types : .tags)
            var next = max(after, Position(segment.first.value - 1))
            while next < through, let found = try list.seek(next.value + 1, compiled, segment, txn) {
                next = Position(found)
                guard next <= through, try body(next) else { return false }
            }
            return true
        }
    }

    /// How many events are of this type.
    package func count(of type: EventType) throws -> Int {
        if type.name.isEmpty { return 0 }
        var count = 0
        let key = Array(type.name.utf8)
        try self.forEachSegment { segment, _, txn in
            count += try txn.duplicateCount(key, in: segment.databases.types)
            count += try key.withUnsafeBytes { try segment.tail(.types, $0, txn).positions.count }
            return true
        }
        return count
    }

    /// How many events carry this tag.
    package func count(of tag: EventTag) throws -> Int {
        var count = 0
        try self.forEachCount(of: tag) {
            count += $0
            return true
        }
        return count
    }

    package func contains(_ tag: EventTag) throws -> Bool {
        var isThere = false
        try self.forEachCount(of: tag) {
            isThere = $0 > 0
            return !isThere
        }
        return isThere
    }

    package func lastPosition(of tag: EventTag) throws -> Position? {
        let key = try WireEncoder.encode(tag)
        var last: Position?
        try self.forEachSegment { segment, _, txn in
            last = try key.withUnsafeBytes { try segment.lastPosition(of: $0, txn) } ?? last
            return true
        }
        return last
    }

    package func greatestID(ofKind kind: String) throws -> UInt128 {
        let end = try WireEncoder.encode(EventTag(kind: kind, id: .max))
        var greatest: UInt128 = 0
        try self.forEachSegment { segment, _, txn in
            greatest = max(greatest, try segment.lastID(through: end, txn))
            return true
        }
        return greatest
    }

    /// Hands over how many events of each segment carry the tag, until `body` returns false.
    private func forEachCount(of tag: EventTag, _ body: (Int) -> Bool) throws {
        let key = try WireEncoder.encode(tag)
        try self.forEachSegment { segment, _, txn in
            body(try key.withUnsafeBytes { try segment.tail(.tags, $0, txn).count })
        }
    }

    /// Runs `body` on each segment that holds something in the range, oldest first, until it returns false.
    func forEachSegment(
        after: Position = .start, through: Position = .end,
        _ body: (Segment, LogState, borrowing ReadTransaction) throws -> Bool
    ) throws {
        try translatingErrors { try self.chain.forEachSegment(after: after, through: through, body) }
    }
}

extension Segment {
    /// Of the last event that carries the tag whose key this is; nil where there is none.
    fileprivate func lastPosition(
        of key: UnsafeRawBufferPointer, _ txn: borrowing ReadTransaction
    ) throws -> Position? {
        let tail = try self.tail(.tags, key, txn)
        if let last = tail.positions.last { return Position(last) }
        if tail.closed == 0 { return nil }
        return try txn.withCursor(IndexKind.tags.lots(in: self.databases)) { cursor in
            guard try cursor.seekExact(key.bytes), try cursor.lastDuplicate() else { return nil }
            return Position(try cursor.integerValue)
        }
    }

    /// The id of the last tag up to `end`, a tag's key, that is of its kind and names an id; 0 where there is none.
    fileprivate func lastID(through end: [UInt8], _ txn: borrowing ReadTransaction) throws -> UInt128 {
        try txn.withCursor(self.databases.tails) { cursor in
            let isThere = try cursor.seek(end) && cursor.keyBytes == end || cursor.previous()
            guard isThere else { return 0 }
            let key = cursor.keyBytes
            guard key.count == end.count, key.starts(with: end.dropLast(16)) else { return 0 }
            return try key.withUnsafeBytes { try WireDecoder.decode(EventTag.self, $0).id ?? 0 }
        }
    }

    /// The last position recorded at or before `instant`; the one before the first when all are later.
    fileprivate func position(
        at instant: Instant, _ txn: borrowing ReadTransaction, through head: Position
    ) throws -> Position {
        var low = self.first.value - 1
        var high = head.value
        while low < high {
            let middle = low + (high - low) / 2
            let recordedAt = try self.withEvent(txn, at: middle + 1) { $0.recordedAt }
            if recordedAt <= instant { low = middle + 1 } else { high = middle }
        }
        return Position(low)
    }
}
