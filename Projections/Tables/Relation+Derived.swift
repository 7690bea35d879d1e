import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

extension Relation {
    /// Rows made from each state of a kind and from other states that are looked up beside it.
    ///
    /// A row counts as changed when its state, or any other that `rows` looked up for it, changed.
    /// - Parameters:
    ///   - others: every kind that `rows` looks up and that events about the state itself (by their tags) do not
    ///     always touch too. A change of one of them makes an update look at all states.
    ///   - key: the leading cells of the primary keys of all rows that are made from a state; they never change. Needed
    ///     to find rows that are gone, if a state may come to have fewer rows or the key is not its id.
    ///   - rows: hands over a state's rows, in the order of their keys.
    package static func derived<E: Stored, Row>(
        from kind: E.Type, lookingAt others: [any Stored.Type] = [], _ table: Table<Row>,
        goneBy key: (@Sendable (E) -> [SQLValue])? = nil,
        rows: @escaping @Sendable (_ state: E, _ others: Lookups, _ body: (Row) throws -> Void) throws -> Void
    ) -> Relation {
        /// Hands over each state that changed, with its rows.
        @Sendable func forEachChanged(
            _ snapshot: LedgerSnapshot, _ changedAfter: Position, _ body: (E, [Row], Position) throws -> Void
        ) throws {
            let lookups = Lookups(in: snapshot)
            var pending: [Row] = []
            try snapshot.forEach(kind, changedAfter: changedAfter, lookingAt: others) { _, loaded in
                lookups.latest = loaded.changedAt
                pending.removeAll(keepingCapacity: true)
                try rows(loaded.state, lookups) { pending.append($0) }
                if lookups.latest > changedAfter { try body(loaded.state, pending, lookups.latest) }
            }
        }
        let removedKeys: KeyReading? = key.map { key in
            { @Sendable snapshot, after, body in
                try forEachChanged(snapshot, after) { state, _, _ in try body(key(state)) }
            }
        }
        let withdrawnKeys = Self.withdrawnKeys(of: kind, by: key)
        var relation = Relation(declaration: table.declaration, removedKeys: Self.both(removedKeys, withdrawnKeys)) {
            snapshot, changedAfter, body in
            var cells: [SQLValue] = []
            try forEachChanged(snapshot, changedAfter) { _, rows, changedAt in
                for row in rows {
                    table.fill(&cells, from: row, only: snapshot.columns)
                    try body(cells, changedAt)
                }
            }
        }
        relation.stateRows = { snapshot, id, body in
            let lookups = Lookups(in: snapshot)
            guard let state = try lookups.find(ID<E>(bits: id)) else { return }
            var found: [Row] = []
            try rows(state, lookups) { found.append($0) }
            for row in found { try body(table.cells(of: row), lookups.latest) }
        }
        return relation.counted { try $0.views.count(of: E.self) }
    }

    /// One row made from each state of a kind, for as long as there is one.
    package static func derived<E: Stored, Row>(
        from kind: E.Type, lookingAt others: [any Stored.Type] = [], _ table: Table<Row>,
        row: @escaping @Sendable (_ state: E, _ others: Lookups) throws -> Row
    ) -> Relation {
        self.derived(from: kind, lookingAt: others, table) { state, lookups, body in try body(row(state, lookups)) }
    }
}
