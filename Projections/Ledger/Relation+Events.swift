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
        @Sendable func read(
            _ snapshot: LedgerSnapshot, _ tags: [Tag], _ after: Position, _ body: ([SQLValue]) throws -> Void
        ) throws {
            let lookups = Lookups(in: snapshot)
            var cells: [SQLValue] = []
            let query = Query(types: [P.type], tags: tags)
            try snapshot.log.read(query, after: after, through: snapshot.at, limit: .max) { stored in
                let row = try row(stored.payload(as: P.self), stored.envelope(), lookups)
                table.fill(&cells, from: row, only: snapshot.columns)
                try body(cells)
            }
        }
        var relation = Relation(declaration: table.declaration) { try read($0, [], $1, $2) }
        relation.tagged = { try read($0, [$1], .start, $2) }
        relation.changedBy = .event(P.type)
        return relation.counted { try $0.log.count(of: P.type) }
    }
}
