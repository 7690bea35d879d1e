import LedgerEvents
import LedgerRelations

/// A row with the event that set each of its fields.
package struct RowBlame: Sendable {
    package struct Field: Sendable {
        package var column: ColumnDeclaration
        package var value: SQLValue
        /// The last event by which the value came to be another than before; nil for a field that was never set.
        package var setBy: Envelope?
        /// Whether the field still holds what it holds when nothing is said of it: no event ever set it, or the one that
        /// made the row left it so.
        package var isDefault: Bool
    }

    package var table: TableDeclaration
    package var fields: [Field]
}

extension LedgerHistory {
    /// The row of one thing, with the event that set each field last; nil when there is no such thing.
    ///
    /// Before its first event a row has no values: the event that made it set all those that it has from then on.
    /// - Parameter kind: one of `LedgerSnapshot.kinds`.
    package func blame(_ kind: String, id: RowID) throws -> RowBlame? {
        let relation = LedgerSnapshot.relation(of: kind)
        var cells: [SQLValue]?
        var setBy: [Envelope?] = Array(repeating: nil, count: relation.declaration.columns.count)
        var hasChanged = setBy.map { _ in false }
        try self.changes(of: relation, id) { change in
            for index in setBy.indices {
                let (before, after) = (change.before?[index] ?? .null, change.after?[index] ?? .null)
                guard before != after else { continue }
                setBy[index] = change.envelope
                hasChanged[index] = hasChanged[index] || change.before != nil
            }
            cells = change.after
        }
        return cells.map { cells in
            let fields = relation.declaration.columns.indices.map { index in
                RowBlame.Field(
                    column: relation.declaration.columns[index], value: cells[index], setBy: setBy[index],
                    isDefault: !hasChanged[index] && cells[index] == relation.blank?[index] ?? .null)
            }
            return RowBlame(table: relation.declaration, fields: fields)
        }
    }
}
