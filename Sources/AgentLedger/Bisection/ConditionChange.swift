import LedgerEvents
import LedgerRelations
import LedgerTables

/// The event at which a condition over the tables came to have another answer.
package struct ConditionChange {
    package var envelope: Envelope
    package var tags: [EventTag]
    /// The answer from this event on.
    package var isTrue: Bool
    /// The rows of what the event touched, where they changed.
    package var rows: [RowChange]
}

/// One thing's row before and after an event.
package struct RowChange {
    package var kind: String
    package var id: UInt128
    package var table: TableDeclaration
    /// Nil: there was none yet.
    package var before: [SQLValue]?
    /// Nil: there is none any more.
    package var after: [SQLValue]?

    /// The columns whose cells differ, by their places.
    package var columns: [Int] {
        self.table.columns.indices.filter { self.before?[$0] ?? .null != self.after?[$0] ?? .null }
    }
}

extension RowChange {
    /// What became of the things that the tags name, in their order.
    static func changes(of tags: [EventTag], from before: [TableRow?], to after: [TableRow?]) -> [RowChange] {
        zip(tags, zip(before, after)).compactMap { tag, rows in
            guard let id = tag.id, let table = (rows.1 ?? rows.0)?.table, rows.0?.cells != rows.1?.cells else {
                return nil
            }
            return RowChange(
                kind: tag.kind, id: id, table: table, before: rows.0?.cells, after: rows.1?.cells)
        }
    }
}

extension LedgerSnapshot {
    /// The rows of the things that the tags name.
    func rows(of tags: [EventTag]) throws -> [TableRow?] {
        try tags.map { tag in
            guard let id = tag.id, Self.kinds.contains(tag.kind) else { return nil }
            return try self.row(of: tag.kind, id: id)
        }
    }
}
