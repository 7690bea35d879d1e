import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerViews

extension LedgerSnapshot {
    /// The kinds of things that have a row of their own: `workflow_execution`, `invoice_line`, …
    package static var kinds: [String] { LedgerSchema.relations.compactMap(\.kind) }

    /// The kind that a word means: itself, or that of the rows of the table with this name; nil when it means none.
    package static func kind(named word: String) -> String? {
        LedgerSchema.relations.first { $0.kind != nil && ($0.kind == word || $0.declaration.name == word) }?.kind
    }

    /// The name of the table in which things of this kind stand.
    package static func table(of kind: String) -> String { Self.relation(of: kind).declaration.name }

    /// The row of one thing, with the table it stands in; nil when there is no such thing (yet).
    /// - Parameter part: which part of the thing, for a kind whose rows are parts; see `RowID`.
    package func row(of kind: String, id: UInt128, part: [SQLValue] = []) throws -> TableRow? {
        let id = RowID(id, part: part)
        let relation = Self.relation(of: kind)
        let found: Relation.FoundRow? =
            if let parts = relation.parts {
                try parts.rows(self.views, id.thing).first { relation.isRow($0.cells, of: id.part) }
            } else if case .event? = relation.row {
                try self.row(ofEvent: id.thing, relation)
            } else {
                try relation.row.flatMap { try self.find($0, id.thing) }
            }
        return found.map { TableRow(relation, $0) }
    }

    private func row(ofEvent position: UInt128, _ relation: Relation) throws -> Relation.FoundRow? {
        guard position > 0, position <= UInt128(self.at.value) else { return nil }
        var past = self
        past.at = Position(UInt64(position))
        var found: Relation.FoundRow?
        try relation.forEachEventRow(of: past, after: Position(UInt64(position) - 1)) { cells, envelope in
            found = (cells, envelope.position)
        }
        return found
    }

    func find(_ row: Relation.RowLookup, _ id: UInt128) throws -> Relation.FoundRow? {
        switch row {
        case .states(_, let find): try find(self.views, id)
        case .snapshot(let find): try find(self, id)
        case .event: preconditionFailure("rows of events are found by the table's own reading")
        case .log(let versions): try Self.last(of: versions, self.log, self.at, id)
        }
    }

    /// Whether the row of such a thing can be told from the events with its tag, without any view.
    package static func isToldByTag(_ kind: String) -> Bool {
        let relation = self.relation(of: kind)
        if relation.parts != nil { return true }
        return switch relation.row {
        case .states(let isToldByTag, _): isToldByTag
        case .snapshot, .event, nil: false
        case .log: true
        }
    }

    /// The row of one thing as of a position, told from the events with its tag.
    package static func row(
        of kind: String, id: UInt128, part: [SQLValue] = [], toldBy log: any EventLog, at position: Position
    ) throws -> TableRow? {
        let id = RowID(id, part: part)
        let relation = self.relation(of: kind)
        func states(_ kind: String) throws -> TaggedStates {
            try TaggedStates(EventTag(kind: kind, id: id.thing), in: log, through: position)
        }
        var found: Relation.FoundRow?
        if let parts = relation.parts {
            found = try parts.rows(states(parts.kind), id.thing).first { relation.isRow($0.cells, of: id.part) }
        } else if case .states(true, let find) = relation.row {
            found = try find(states(kind), id.thing)
        } else if case .log(let versions) = relation.row {
            found = try self.last(of: versions, log, position, id.thing)
        } else {
            preconditionFailure("the events with its tag do not tell all of \(kind)")
        }
        return found.map { TableRow(relation, $0) }
    }

    private static func last(
        of versions: (any EventLog, Position, UInt128, ([SQLValue]?, Envelope) throws -> Void) throws -> Void,
        _ log: any EventLog, _ position: Position, _ id: UInt128
    ) throws -> Relation.FoundRow? {
        var last: Relation.FoundRow?
        try versions(log, position, id) { cells, envelope in last = cells.map { ($0, envelope.position) } }
        return last
    }

    static func relation(of kind: String) -> Relation {
        guard let relation = LedgerSchema.relations.first(where: { $0.kind == kind }) else {
            preconditionFailure("there are no rows of the kind \(kind)")
        }
        return relation
    }
}

/// A row with the table that it stands in.
package struct TableRow {
    package var table: TableDeclaration
    package var cells: [SQLValue]

    init(_ relation: Relation, _ found: Relation.FoundRow) {
        self.table = relation.table
        self.cells = relation.hasChangedPosition ? found.cells + [found.changedAt.sqlValue] : found.cells
    }
}
