import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerViews

/// A table of the schema with where its rows come from.
package struct Relation: Sendable {
    /// Takes the cells of a row, and the position of the last event that changed the row or anything it is made of.
    package typealias RowBody = (_ cells: [SQLValue], _ changedAt: Position) throws -> Void
    package typealias Reading =
        @Sendable (_ snapshot: LedgerSnapshot, _ changedAfter: Position, _ body: RowBody) throws -> Void
    package typealias KeyReading =
        @Sendable (_ snapshot: LedgerSnapshot, _ after: Position, _ body: ([SQLValue]) throws -> Void) throws -> Void
    /// A row with the position of the last event that changed it.
    package typealias FoundRow = (cells: [SQLValue], changedAt: Position)

    package let declaration: TableDeclaration
    /// Hands over the cells of every row whose last change is behind `changedAfter`.
    var rows: Reading
    /// Hands over the keys of rows that may be gone since; see `RelationSource.removedKeys`. Nil: rows never go.
    var removedKeys: KeyReading?
    /// The kind of thing that a row is about, where it is about one, and how its row is found by the thing's id.
    var kind: String?
    var row: RowLookup?
    /// How rows are found by what stands in some of their columns. See `Relation+Paths.swift`.
    var paths: [RowPath] = []
    /// Hands over the cells of the rows that events with a tag make, if there is a way to them.
    var tagged: TaggedRows?
    /// Hands over the cells of the rows that one state stands for, where rows are derived from states of one kind.
    var stateRows: StateRows?
    /// The column by whose ascending, distinct values rows come.
    var order: String?
    /// Whether `order` holds the position of the event that a row tells, and that alone changes it.
    var isOrderedByPosition = false
    /// Hands over the rows behind a position with the event that each tells, where each tells one that alone changes it.
    var eventRows: EventRows?
    /// What may change its rows.
    var changedBy = RowChanges.anything
    /// Roughly how many rows there are.
    var count: @Sendable (LedgerSnapshot) throws -> Int = { _ in 100 }
    /// The cells of a row about which nothing was said yet.
    var blank: [SQLValue]?
    /// How the columns come from the record that a row is about, where that is known.
    var columns: RecordColumns?
    /// Whether the row of a thing was corrected since it was recorded.
    var isRevised: @Sendable (_ snapshot: LedgerSnapshot, _ id: UInt128) throws -> Bool = { _, _ in false }
    /// Where the rows are parts of a state.
    var parts: PartLookup?
    /// Where rows are made of the states and the log together: what they held before.
    var past: PastLookup?
    /// Whether the position of the last change is known for each row: the rows of the table end with it.
    var hasChangedPosition = true
    /// Whether the versions of its rows are told. Not where any event may change any row: ask as of a moment instead.
    var hasHistory = true

    package init(declaration: TableDeclaration, removedKeys: KeyReading? = nil, rows: @escaping Reading) {
        self.declaration = declaration
        self.rows = rows
        self.removedKeys = removedKeys
    }

    enum RowLookup: Sendable {
        /// From states; `isToldByTag` says whether those that the events with the thing's tag tell are enough.
        case states(
            isToldByTag: Bool, _ find: @Sendable (_ states: any StateLookup, _ id: UInt128) throws -> FoundRow?)
        /// From the states and the log together.
        case snapshot(_ find: @Sendable (_ snapshot: LedgerSnapshot, _ id: UInt128) throws -> FoundRow?)
        /// A row for each event, named by the event's position.
        case event
        /// From the log itself: calls `body` with the cells after each event of the thing up to a position, or nil where
        /// the event took the row away.
        case log(
            _ versions:
                @Sendable (
                    _ log: any EventLog, _ through: Position, _ id: UInt128,
                    _ body: ([SQLValue]?, Envelope) throws -> Void
                ) throws -> Void)
    }

    /// A row for each state of a kind, in the order of the ids.
    package static func states<E: Stored>(_: E.Type, _ table: Table<E>) -> Relation {
        let columns = RecordColumns(table, E.self)
        var relation = Relation(declaration: table.declaration) { snapshot, changedAfter, body in
            if try snapshot.tellsFields(of: E.self, columns, changedAfter, body) { return }
            var cells: [SQLValue] = []
            try snapshot.forEach(E.self, changedAfter: changedAfter, only: columns.fields(of: snapshot.columns)) {
                _, loaded in
                guard loaded.changedAt > changedAfter else { return }
                table.fill(&cells, from: loaded.state, only: snapshot.columns)
                try body(cells, loaded.changedAt)
            }
        }
        relation.columns = columns
        relation.removedKeys = Self.withdrawnKeys(of: E.self)
        relation.blank = table.cells(of: E())
        relation.keyed(
            by: E.self,
            .states(isToldByTag: E.isToldByItsTag) { states, id in
                try states.look(ID<E>(bits: id)).map { (table.cells(of: $0.state), $0.changedAt) }
            })
        return relation
    }

    /// A row for each state of a kind, beside the sums that belong to it.
    package static func states<E: Stored, Sums: Stored>(_: E.Type, with: Sums.Type, _ table: Table<Summed<E, Sums>>)
        -> Relation
    {
        let columns = RecordColumns(table, E.self, beside: Sums.self)
        var relation = Relation(declaration: table.declaration) { snapshot, changedAfter, body in
            // The sums change the row too, and a record does not tell them.
            let asksForChange = snapshot.columns.contains(table.declaration.columns.count)
            if try !asksForChange && snapshot.tellsFields(of: E.self, columns, changedAfter, body) { return }
            var cells: [SQLValue] = []
            let sums = SumsLookup<Sums>(in: snapshot.views)
            try snapshot.forEach(E.self, changedAfter: changedAfter, only: columns.fields(of: snapshot.columns)) {
                id, loaded in
                sums.id = ID(bits: id.bits)
                let changedAt = max(loaded.changedAt, try sums.changedAt())
                guard changedAt > changedAfter else { return }
                table.fill(&cells, from: Summed(state: loaded.state, lookup: sums), only: snapshot.columns)
                try sums.throwIfFailed()
                try body(cells, changedAt)
            }
        }
        relation.columns = columns
        relation.removedKeys = Self.withdrawnKeys(of: E.self)
        relation.blank = table.cells(of: Summed(state: E(), lookup: SumsLookup<Sums>()))
        relation.keyed(
            by: E.self,
            .states(isToldByTag: E.isToldByItsTag) { states, id in
                guard let loaded = try states.look(ID<E>(bits: id)) else { return nil }
                let sums = SumsLookup<Sums>(in: states)
                sums.id = ID(bits: id)
                let cells = table.cells(of: Summed(state: loaded.state, lookup: sums))
                try sums.throwIfFailed()
                return (cells, max(loaded.changedAt, try sums.changedAt()))
            })
        relation.changedBy = .states([ObjectIdentifier(E.self), ObjectIdentifier(Sums.self)])
        return relation
    }

}

extension Table {
    package func cells(of row: Row) -> [SQLValue] {
        var cells: [SQLValue] = []
        self.fill(&cells, from: row)
        return cells
    }
}

/// A state beside the sums that belong to it, which are looked up when a column asks for them.
package struct Summed<State: Stored, Sums: Stored> {
    package let state: State
    let lookup: SumsLookup<Sums>

    package var sums: Sums { self.lookup.sums }
}

/// The sums of one thing after the other.
final class SumsLookup<Sums: Stored> {
    private let find: (ID<Sums>) throws -> LoadedState<Sums>?
    private var found: LoadedState<Sums>?
    private var isLookedUp = false
    private var failure: (any Error)?

    /// Nothing was summed up.
    init() { self.find = { _ in nil } }

    init(in states: any StateLookup) {
        self.find = { try states.look($0) }
    }

    var id = ID<Sums>.zero {
        didSet { self.isLookedUp = false }
    }

    private func look() throws {
        if self.isLookedUp { return }
        self.found = try self.find(self.id)
        self.isLookedUp = true
    }

    func changedAt() throws -> Position {
        try self.look()
        return self.found?.changedAt ?? .start
    }

    /// For a column, which cannot throw: see `throwIfFailed`.
    var sums: Sums {
        do {
            try self.look()
            return self.found?.state ?? Sums()
        } catch {
            self.failure = error
            return Sums()
        }
    }

    func throwIfFailed() throws {
        if let failure = self.failure { throw failure }
    }
}
