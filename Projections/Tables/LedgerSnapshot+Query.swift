import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

extension LedgerSnapshot {
    /// Hands over the rows of all states, made from their bytes; false, and nothing done, where that is not enough.
    func tellsFields<E: Stored>(
        of kind: E.Type, _ columns: RecordColumns, _ changedAfter: Position, _ body: Relation.RowBody
    ) throws -> Bool {
        guard changedAfter == .start, let fields = columns.cells(of: self.columns) else { return false }
        var cells: [SQLValue] = []
        try self.views.forEachRecord(of: kind) { _, changedAt, record in
            try fields.fill(&cells, from: record)
            try body(cells, changedAt)
        }
        return true
    }
}

extension ViewsStep {
    /// Whether the event may change what rows these tables of a schema have, by their names.
    package func mayChange(_ tables: Set<String>, of projection: Projection) -> Bool {
        tables.contains { name in
            guard let relation = projection.relations[name] else { return false }
            return switch relation.changedBy {
            case .anything: true
            case .states(let types): !types.isDisjoint(with: self.changed)
            case .events(let types): types.contains(self.envelope.type)
            }
        }
    }
}

/// Questions are asked of the views and the log in place.
extension LedgerSnapshot: QuerySource {
    package func paths(to table: TableDeclaration) -> AccessPaths {
        let relation = self.relation(of: table)
        return AccessPaths(
            lookups: relation.paths.map(\.columns), order: relation.order, isBounded: relation.isOrderedByPosition)
    }

    package func estimatedRows(of table: TableDeclaration) throws -> Int { try self.relation(of: table).count(self) }

    package func rows(
        of table: TableDeclaration, _ selection: RowSelection, columns: ColumnSet, _ body: ([SQLValue]) throws -> Void
    ) throws {
        let relation = self.relation(of: table)
        var asked = self
        asked.columns = columns
        var row: [SQLValue] = []
        func take(_ cells: [SQLValue], _ changedAt: Position) throws {
            try relation.emit(cells, changedAt, columns, &row, body)
        }
        switch selection {
        case .all: try relation.rows(asked, .start, take)
        case .lookup(let path, let values): try relation.paths[path].rows(asked, values, take)
        case .between(let range):
            precondition(relation.isOrderedByPosition, "\(table.name) is not ordered by position")
            guard range.upperBound > 0 else { return }
            asked.isStretch = true
            asked.at = min(asked.at, Position(UInt64(range.upperBound)))
            let after = Position(UInt64(max(1, range.lowerBound) - 1))
            if after < asked.at { try relation.rows(asked, after, take) }
        }
    }
}
