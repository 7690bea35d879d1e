import EventLog
import EventSourcing
import LMDB

extension LMDBEventLog {
    /// A binary search over the records.
    public func position(at instant: Instant) throws -> Position {
        try self.reading { txn in
            let state = try self.segment.state(txn)
            var low: UInt64 = 0
            var high = state.head.value
            if state.recordedAt <= instant { return state.head }
            while low < high {
                let middle = low + (high - low) / 2
                let recordedAt = try self.segment.withEvent(txn, at: middle + 1) { $0.recordedAt }
                if recordedAt <= instant { low = middle + 1 } else { high = middle }
            }
            return Position(low)
        }
    }

    /// Hands over the positions of the events of one type behind `after` up to and with `through`, ascending, from the
    /// index alone; until `body` returns false. One snapshot: keep it short.
    public func typePositions(
        _ type: EventType, after: Position = .start, through: Position = .end, _ body: (Position) throws -> Bool
    ) throws {
        try self.positions(Query(types: [type]), after, through, body)
    }

    /// The same for a tag.
    public func tagPositions(
        _ tag: Tag, after: Position = .start, through: Position = .end, _ body: (Position) throws -> Bool
    ) throws {
        try self.positions(Query(tags: [tag]), after, through, body)
    }

    private func positions(
        _ query: Query, _ after: Position, _ through: Position, _ body: (Position) throws -> Bool
    ) throws {
        let compiled = try CompiledQuery(query)
        var list = PostingList(key: 0, isTag: !compiled.items[0].tags.isEmpty)
        try self.reading { txn in
            var next = after
            while next < through, let found = try list.seek(next.value + 1, compiled, self.segment, txn) {
                next = Position(found)
                guard next <= through, try body(next) else { return }
            }
        }
    }

    /// How many events are of this type.
    public func count(of type: EventType) throws -> Int {
        if type.name.isEmpty { return 0 }
        return try self.reading { txn in
            try txn.withCursor(self.segment.databases.types) { cursor in
                try cursor.seekExact(Array(type.name.utf8)) ? cursor.duplicateCount() : 0
            }
        }
    }

    /// How many events carry this tag.
    public func count(of tag: Tag) throws -> Int {
        let key = try WireEncoder.encode(tag)
        return try self.reading { txn in try key.withUnsafeBytes { try self.segment.tail($0, txn).count } }
    }

    public func contains(_ tag: Tag) throws -> Bool { try self.count(of: tag) > 0 }
}
