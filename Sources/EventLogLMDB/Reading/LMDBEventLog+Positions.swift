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
        try self.positions(Array(type.name.utf8), self.segment.databases.types, after, through, body)
    }

    /// The same for a tag.
    public func tagPositions(
        _ tag: Tag, after: Position = .start, through: Position = .end, _ body: (Position) throws -> Bool
    ) throws {
        try self.positions(try WireEncoder.encode(tag), self.segment.databases.tags, after, through, body)
    }

    /// How many events are of this type.
    public func count(of type: EventType) throws -> Int {
        try self.count(Array(type.name.utf8), self.segment.databases.types)
    }

    /// How many events carry this tag.
    public func count(of tag: Tag) throws -> Int {
        try self.count(try WireEncoder.encode(tag), self.segment.databases.tags)
    }

    private func count(_ key: [UInt8], _ index: Database) throws -> Int {
        if key.isEmpty { return 0 }
        return try self.reading { txn in
            try txn.withCursor(index) { try $0.seekExact(key) ? $0.duplicateCount() : 0 }
        }
    }

    private func positions(
        _ key: [UInt8], _ index: Database, _ after: Position, _ through: Position, _ body: (Position) throws -> Bool
    ) throws {
        guard !key.isEmpty, after < through else { return }
        try self.reading { txn in
            try txn.withCursor(index) { cursor in
                guard try cursor.seekDuplicate(key, after.value + 1) else { return }
                var goesOn = try cursor.getMultiple { try Self.deliver($0, through, body) }
                while goesOn { goesOn = try cursor.nextMultiple { try Self.deliver($0, through, body) } ?? false }
            }
        }
    }

    private static func deliver(
        _ positions: Span<UInt64>, _ through: Position, _ body: (Position) throws -> Bool
    ) throws -> Bool {
        for index in positions.indices {
            let position = Position(positions[index])
            guard position <= through, try body(position) else { return false }
        }
        return true
    }
}
