import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

extension Relation {
    /// How rows are found that are parts of one thing's state.
    struct PartLookup: Sendable {
        /// The kind of the thing.
        var kind: String
        /// The place of the column with the thing's id.
        var ownerPlace: Int
        /// The places of the columns that tell one part from another: the primary key without the thing's id.
        var keyPlaces: [Int]
        /// The rows of one thing, in their order.
        var rows: @Sendable (_ states: any StateLookup, _ id: UInt128) throws -> [FoundRow]
        /// Hands over the ids of the things that changed behind a position, in their order.
        var owners:
            @Sendable (_ snapshot: LedgerSnapshot, _ changedAfter: Position, _ body: (UInt128) throws -> Void) throws
                -> Void
    }

    /// Whether a row is that of a part; an empty `part` is any.
    func isRow(_ cells: [SQLValue], of part: [SQLValue]) -> Bool {
        guard let places = self.parts?.keyPlaces, !part.isEmpty else { return true }
        return places.map { cells[$0] } == part
    }

    /// How the past rows of one thing are found, and which things changed.
    struct PastLookup: Sendable {
        /// The cells after each event that may have changed them, oldest first; nil where there was no row.
        var rows:
            @Sendable (_ snapshot: LedgerSnapshot, _ id: UInt128) throws -> [(position: Position, cells: [SQLValue]?)]
        /// Calls `body` with the ids of the things that changed after a position, in their order.
        var changed:
            @Sendable (_ snapshot: LedgerSnapshot, _ changedAfter: Position, _ body: (UInt128) throws -> Void) throws
                -> Void
    }

    /// A row for each part of each state of a kind.
    /// - Parameters:
    ///   - kind: the parts' own.
    ///   - column: where the state's id stands.
    static func parts<E: Stored, Row>(
        _ kind: String, of _: E.Type, by column: String, _ table: Table<Row>,
        _ rows: @escaping @Sendable (ID<E>, E) -> [Row]
    ) -> Relation {
        var relation = Relation(declaration: table.declaration) { snapshot, changedAfter, body in
            var cells: [SQLValue] = []
            try snapshot.forEach(E.self, changedAfter: changedAfter) { id, loaded in
                guard loaded.changedAt > changedAfter else { return }
                for row in rows(id, loaded.state) {
                    table.fill(&cells, from: row)
                    try body(cells, loaded.changedAt)
                }
            }
        }
        guard let ownerPlace = table.declaration.columns.firstIndex(where: { $0.name == column }) else {
            preconditionFailure("\(table.declaration.name) has no column \(column)")
        }
        relation.kind = kind
        relation.parts = PartLookup(
            kind: E.kind, ownerPlace: ownerPlace,
            keyPlaces: table.declaration.primaryKeyIndexes.filter { $0 != ownerPlace }
        ) { states, bits in
            let id = ID<E>(bits: bits)
            guard let loaded = try states.look(id) else { return [] }
            return rows(id, loaded.state).map { (table.cells(of: $0), loaded.changedAt) }
        } owners: { snapshot, changedAfter, body in
            try snapshot.forEach(E.self, changedAfter: changedAfter) { id, loaded in
                if loaded.changedAt > changedAfter { try body(id.bits) }
            }
        }
        return relation.changed(by: E.self).counted { try $0.views.count(of: E.self) * 2 }
            .found(by: [column]) { snapshot, values, body in
                guard case .uuid(let bits) = values[0], let loaded = try snapshot.views.look(ID<E>(bits: bits)) else {
                    return
                }
                for row in rows(ID(bits: bits), loaded.state) { try body(table.cells(of: row), loaded.changedAt) }
            }
    }
}
