import LedgerEvents
import LedgerRelations

/// What became of one thing's row between two positions.
package struct RowDifference: Sendable {
    package enum Kind: String, Sendable {
        case added, removed, changed
    }

    /// A field that holds something else than before.
    package struct Field: Sendable {
        package var column: ColumnDeclaration
        package var old: SQLValue
        package var new: SQLValue
        /// The event that changed it last.
        package var event: Envelope
    }

    /// The thing's kind, one of `LedgerSnapshot.kinds`.
    package var thing: String
    package var id: UInt128
    /// Which part of the thing; see `RowID`.
    package var part: [SQLValue]
    /// `removed` for a row that is gone, and for one that says since then when its thing was deleted or removed.
    package var kind: Kind
    package var table: TableDeclaration
    /// The row at the first of the two positions; nil when there was none.
    package var old: [SQLValue]?
    /// The row at the second.
    package var new: [SQLValue]?
    /// The event that added or removed it, or that changed it last.
    package var event: Envelope
    /// What changed; nothing for a row that was added.
    package var fields: [Field]
}

/// Sums up changes of one row, in their order.
struct RowDifferences {
    private let relation: Relation
    private let id: RowID
    private let start: Position
    private var old: [SQLValue]?
    private var new: [SQLValue]?
    private var added: Envelope?
    private var last: Envelope?
    private var setBy: [Envelope?]

    init(of relation: Relation, _ id: RowID, after start: Position) {
        self.relation = relation
        self.id = id
        self.start = start
        self.setBy = Array(repeating: nil, count: relation.declaration.columns.count)
    }

    mutating func take(_ change: RowChange) {
        if change.envelope.position <= self.start {
            self.old = change.after
            return
        }
        if self.last == nil { self.old = change.before }
        if change.before == nil { self.added = change.envelope }
        for index in self.setBy.indices where change.before?[index] != change.after?[index] {
            self.setBy[index] = change.envelope
        }
        self.new = change.after
        self.last = change.envelope
    }

    /// Nil where all is as it was.
    func difference() -> RowDifference? {
        guard let last, self.old != self.new else { return nil }
        let columns = self.relation.declaration.columns
        var fields: [RowDifference.Field] = []
        for index in columns.indices where self.old != nil && self.new != nil {
            let (old, new) = (self.old?[index] ?? .null, self.new?[index] ?? .null)
            guard old != new, let event = self.setBy[index] else { continue }
            fields.append(.init(column: columns[index], old: old, new: new, event: event))
        }
        let end = fields.first { ["deleted_at", "removed_at"].contains($0.column.name) && $0.old == .null }
        let kind: RowDifference.Kind =
            self.old == nil ? .added : self.new == nil || end != nil ? .removed : .changed
        return RowDifference(
            thing: self.relation.kind ?? "", id: self.id.thing, part: self.id.part, kind: kind,
            table: self.relation.declaration, old: self.old,
            new: self.new, event: (kind == .added ? self.added : end?.event) ?? last, fields: fields)
    }
}
