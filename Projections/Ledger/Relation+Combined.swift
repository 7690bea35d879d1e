import EventLog
import EventSourcing
import Relations

extension Relation {
    /// One table's rows from several places, one after the other. No two of them have rows with the same key.
    package static func union(_ parts: Relation...) -> Relation {
        guard let declaration = parts.first?.declaration, parts.allSatisfy({ $0.declaration == declaration }) else {
            preconditionFailure("a union is of relations that fill the same table")
        }
        let removals = parts.compactMap(\.removedKeys)
        let removedKeys: Reading? =
            removals.isEmpty
            ? nil
            : { @Sendable snapshot, after, body in for removal in removals { try removal(snapshot, after, body) } }
        return Relation(declaration: declaration, removedKeys: removedKeys) { snapshot, changedAfter, body in
            for part in parts { try part.rows(snapshot, changedAfter, body) }
        }
    }

    /// A row made from each event of a type and its envelope, in the order of the log. What `row` looks up for an event
    /// must not change once it is there: events are never visited again.
    package static func derived<P: EventPayload, Row>(
        fromEvents _: P.Type, _ table: Table<Row>,
        row: @escaping @Sendable (_ payload: P, _ envelope: Envelope, _ others: Lookups) throws -> Row
    ) -> Relation {
        Relation(declaration: table.declaration) { snapshot, changedAfter, body in
            let lookups = Lookups(in: snapshot)
            var cells: [SQLValue] = []
            let query = Query(types: [P.type])
            try snapshot.log.read(query, after: changedAfter, through: snapshot.at, limit: .max) { stored in
                table.fill(&cells, from: try row(stored.payload(as: P.self), stored.envelope(), lookups))
                try body(cells)
            }
        }
    }

    /// The same rows, all of them handed over again when something else happened that changes many at once.
    package func whole(
        when happened: @escaping @Sendable (_ snapshot: LedgerSnapshot, _ after: Position) throws -> Bool
    ) -> Relation {
        Relation(declaration: self.declaration, removedKeys: self.removedKeys) { snapshot, changedAfter, body in
            let isWhole = try changedAfter > .start && happened(snapshot, changedAfter)
            try self.rows(snapshot, isWhole ? .start : changedAfter, body)
        }
    }
}
