import LedgerEvents
import LedgerLMDB
import LedgerLog

extension LMDBEventLog {
    package func read(
        _ query: EventQuery, after: Position, through: Position, limit: Int,
        _ body: (borrowing StoredEvent) throws -> Void
    ) throws {
        let compiled = try CompiledQuery(query)
        var round = ReadRound(after: after, through: through, limit: limit)
        while round.isOpen {
            try self.reading(round.after.next) { segment, state, txn in
                round.begin(state)
                if compiled.matchesEverything {
                    try segment.readAll(txn, &round, body)
                } else {
                    if compiled.items.contains(where: \.isOfTypesAlone) {
                        try segment.requireWholeTypeIndex(state, txn)
                    }
                    try segment.readMatching(compiled, txn, &round, body)
                }
                round.end()
            }
        }
    }

    /// The event at a position; false when the log has not reached it.
    @discardableResult
    package func event(at position: Position, _ body: (borrowing StoredEvent) throws -> Void) throws -> Bool {
        if position == .start { return false }
        return try self.reading(position) { segment, state, txn in
            if position > state.head { return false }
            try segment.withEvent(txn, at: position.value, body)
            return true
        }
    }

    /// Hands over the events at these positions, in the order given. Throws `.notFound` for one beyond the head.
    package func readEvents(at positions: [Position], _ body: (borrowing StoredEvent) throws -> Void) throws {
        var rest = positions[...]
        while let first = rest.first {
            try self.reading(first) { segment, state, txn in
                let held = rest.prefix(ReadRound.events).prefix { segment.first <= $0 && $0 <= state.head }
                if held.isEmpty {
                    throw EventLogError(
                        .notFound, "reading position \(first) of \(self.path): the log ends at \(state.head)")
                }
                try txn.withCursor(segment.databases.events) { cursor in
                    for position in held { try segment.withEvent(&cursor, at: position.value, body) }
                }
                rest = rest.dropFirst(held.count)
            }
        }
    }
}

extension Segment {
    fileprivate func readAll(
        _ txn: borrowing ReadTransaction, _ round: inout ReadRound, _ body: (borrowing StoredEvent) throws -> Void
    ) throws {
        try self.scan(txn, after: round.after, through: round.through) { event in
            try body(event)
            return round.took(event.position)
        }
    }

    fileprivate func readMatching(
        _ query: CompiledQuery, _ txn: borrowing ReadTransaction, _ round: inout ReadRound,
        _ body: (borrowing StoredEvent) throws -> Void
    ) throws {
        var scan = QueryScan(query)
        try txn.withCursor(self.databases.events) { cursor in
            while round.after < round.through {
                guard let position = try scan.next(round.after.value + 1, self, txn), position <= round.through.value
                else {
                    round.tookAll()
                    break
                }
                try self.withEvent(&cursor, at: position, body)
                guard round.took(Position(position)) else { break }
            }
        }
    }
}
