import EventLog
import EventSourcing
import LMDB

extension LMDBEventLog {
    public func read(
        _ query: Query, after: Position, through: Position, limit: Int, _ body: (borrowing StoredEvent) throws -> Void
    ) throws {
        let compiled = try CompiledQuery(query)
        var round = ReadRound(after: after, through: through, limit: limit)
        while round.isOpen {
            try self.reading { txn in
                round.begin(head: try self.segment.head(txn))
                if compiled.matchesEverything {
                    try self.readAll(txn, &round, body)
                } else {
                    try self.readMatching(compiled, txn, &round, body)
                }
            }
        }
    }

    private func readAll(
        _ txn: borrowing ReadTransaction, _ round: inout ReadRound, _ body: (borrowing StoredEvent) throws -> Void
    ) throws {
        try self.segment.scan(txn, after: round.after, through: round.through) { event in
            try body(event)
            return round.took(event.position)
        }
        round.end()
    }

    private func readMatching(
        _ query: CompiledQuery, _ txn: borrowing ReadTransaction, _ round: inout ReadRound,
        _ body: (borrowing StoredEvent) throws -> Void
    ) throws {
        var scan = QueryScan(query)
        while round.after < round.through {
            guard let position = try scan.next(round.after.value + 1, self.segment, txn),
                position <= round.through.value
            else {
                round.tookAll()
                break
            }
            try self.segment.withEvent(txn, at: position, body)
            guard round.took(Position(position)) else { break }
        }
        round.end()
    }

    /// The event at a position; false when the log has not reached it.
    @discardableResult
    public func event(at position: Position, _ body: (borrowing StoredEvent) throws -> Void) throws -> Bool {
        try self.reading { txn in
            let head = try self.segment.head(txn)
            guard position > .start, position <= head else { return false }
            try self.segment.withEvent(txn, at: position.value, body)
            return true
        }
    }

    /// Hands over the events at these positions, in the order given. Throws `.notFound` for one beyond the head.
    public func readEvents(at positions: [Position], _ body: (borrowing StoredEvent) throws -> Void) throws {
        var rest = positions[...]
        while !rest.isEmpty {
            let part = rest.prefix(ReadRound.events)
            rest = rest.dropFirst(part.count)
            try self.reading { txn in
                let head = try self.segment.head(txn)
                for position in part {
                    guard position > .start, position <= head else {
                        throw EventLogError(
                            .notFound, "reading position \(position) of \(self.path): the log ends at \(head)")
                    }
                    try self.segment.withEvent(txn, at: position.value, body)
                }
            }
        }
    }
}
