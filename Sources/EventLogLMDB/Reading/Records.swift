import LedgerEvents
import LedgerLMDB
import LedgerLog

extension Segment {
    /// The record in a value of `events`, if it is the one that was written at this position.
    @inline(__always)
    func record(_ value: UnsafeRawBufferPointer, _ position: UInt64) throws -> StoredEvent {
        guard let bytes = Checksum.checked(value) else {
            throw EventLogError.corrupted(Position(position), self.path, "the record's checksum does not match")
        }
        let event: StoredEvent
        do {
            event = try StoredEvent(bytes)
        } catch {
            throw EventLogError.corrupted(Position(position), self.path, "the record is malformed (\(error))")
        }
        guard event.position.value == position else {
            throw EventLogError.corrupted(
                Position(position), self.path, "the record that stands there is that of position \(event.position)")
        }
        return event
    }

    /// Hands over the events behind `after` up to and with `through`, until `body` returns false.
    @inline(__always)
    func scan<Access>(
        _ txn: borrowing Transaction<Access>, after: Position, through: Position,
        _ body: (borrowing StoredEvent) throws -> Bool
    ) throws {
        guard after < through else { return }
        try txn.withCursor(self.databases.events) { cursor in
            var expected = after.value + 1
            var isThere = try cursor.seek(expected)
            while true {
                guard isThere else { throw self.missing(expected) }
                let position = try cursor.integerKey
                guard position == expected else { throw self.missing(expected, found: position) }
                let isWanted = try cursor.withValue { span in
                    try span.withUnsafeBytes { try body(try self.record($0, position)) }
                }
                if !isWanted || expected == through.value { return }
                expected += 1
                isThere = try cursor.next()
            }
        }
    }

    func missing(_ position: UInt64, found: UInt64? = nil) -> EventLogError {
        EventLogError.corrupted(
            Position(position), self.path,
            "the record is missing" + (found.map { ", the next one is that of position \($0)" } ?? ""))
    }

    /// Hands over the event at a position that the log has reached.
    @inline(__always)
    func withEvent<Access, R>(
        _ txn: borrowing Transaction<Access>, at position: UInt64, _ body: (borrowing StoredEvent) throws -> R
    ) throws -> R {
        try txn.withCursor(self.databases.events) { try self.withEvent(&$0, at: position, body) }
    }

    /// The same, for one event after the other: those of one run lie near each other, and a cursor on the right page need
    /// not come from the root again.
    @inline(__always)
    func withEvent<Access, R>(
        _ cursor: inout Cursor<Access>, at position: UInt64, _ body: (borrowing StoredEvent) throws -> R
    ) throws -> R {
        guard try cursor.seekExact(position) else { throw self.missing(position) }
        return try cursor.withValue { span in
            try span.withUnsafeBytes { try body(try self.record($0, position)) }
        }
    }
}
