import LedgerEvents
import LedgerLog
import LedgerRelations

extension Relation {
    /// A row made from each event of a type and its envelope, in the order of the log. What `row` looks up for an event
    /// must not change once it is there: events are never visited again.
    package static func derived<P: EventPayload, Row>(
        fromEvents _: P.Type, _ table: Table<Row>,
        row: @escaping @Sendable (_ payload: P, _ envelope: Envelope, _ others: Lookups) throws -> Row
    ) -> Relation {
        self.logged(P.type, version: P.schemaVersion, table) { stored, _, others in
            try row(stored.payload(as: P.self), stored.envelope(), others)
        }
    }

    /// A row made from each event of a type, for as long as `row` makes one.
    ///
    /// - Parameter columns: how the columns come from the payload, if that is known; `row` is told which fields are
    ///   wanted.
    static func logged<Row>(
        _ type: EventType, version: UInt32, _ table: Table<Row>, columns: RecordColumns? = nil,
        row: @escaping @Sendable (_ stored: borrowing StoredEvent, _ wanted: FieldSet, _ others: Lookups) throws -> Row?
    ) -> Relation {
        @Sendable func read(
            _ snapshot: LedgerSnapshot, _ tags: [EventTag], _ after: Position,
            _ body: ([SQLValue], borrowing StoredEvent) throws -> Void
        ) throws {
            let lookups = Lookups(in: snapshot)
            let wanted = columns?.fields(of: snapshot.columns) ?? .all
            let fields = columns?.cells(of: snapshot.columns)
            var cells: [SQLValue] = []
            let query = EventQuery(types: [type], tags: tags)
            try snapshot.log.read(query, after: after, through: snapshot.at, limit: .max) { stored in
                if let fields, stored.schemaVersion == version {
                    try fields.fill(&cells, from: stored.payload)
                } else {
                    guard let row = try row(stored, wanted, lookups) else { return }
                    table.fill(&cells, from: row, only: snapshot.columns)
                }
                try body(cells, stored)
            }
        }
        var relation = Relation(declaration: table.declaration) { snapshot, changedAfter, body in
            try read(snapshot, [], changedAfter) { cells, stored in try body(cells, stored.position) }
        }
        relation.eventRows = { snapshot, after, body in
            try read(snapshot, [], after) { cells, stored in try body(cells, stored.envelope()) }
        }
        relation.tagged = { snapshot, tag, body in
            try read(snapshot, [tag], .start) { cells, stored in try body(cells, stored.position) }
        }
        relation.columns = columns
        relation.changedBy = .events([type])
        return relation.counted { try $0.log.count(of: type) }
    }
}
