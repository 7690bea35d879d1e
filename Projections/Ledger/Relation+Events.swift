import EventLog
import EventSourcing
import Relations

extension Relation {
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
}
