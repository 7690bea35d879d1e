import AgentDomain
import EventLog
import EventSourcing
import Relations
import Views

/// A table of the schema with where its rows come from.
package struct Relation: Sendable {
    package typealias Reading =
        @Sendable (_ snapshot: LedgerSnapshot, _ changedAfter: Position, _ body: ([SQLValue]) throws -> Void) throws
        -> Void

    package let declaration: TableDeclaration
    /// Hands over the cells of every row whose last change is behind `changedAfter`.
    let rows: Reading
    /// Hands over the keys of rows that may be gone since; see `RelationSource.removedKeys`. Nil: rows never go.
    let removedKeys: Reading?
    /// The kind of thing that a row is about, where it is about one, and how its row is found by the thing's id.
    var kind: String?
    var row: RowLookup?
    /// The types of the states that a row is made of, by whose change it changes.
    var stateTypes: [ObjectIdentifier] = []
    /// The cells of a row about which nothing was said yet.
    var blank: [SQLValue]?
    /// Where the rows are parts of a state.
    var parts: PartLookup?

    package init(declaration: TableDeclaration, removedKeys: Reading? = nil, rows: @escaping Reading) {
        self.declaration = declaration
        self.rows = rows
        self.removedKeys = removedKeys
    }

    enum RowLookup: Sendable {
        /// From states; `isToldByTag` says whether those that the events with the thing's tag tell are enough.
        case states(
            isToldByTag: Bool, _ find: @Sendable (_ states: any StateLookup, _ id: UInt128) throws -> [SQLValue]?)
        /// From the states and the log together.
        case snapshot(_ find: @Sendable (_ snapshot: LedgerSnapshot, _ id: UInt128) throws -> [SQLValue]?)
        /// From the log itself, as far as a position.
        case log(
            _ find: @Sendable (_ log: any EventLog, _ through: Position, _ id: UInt128) throws -> [SQLValue]?)
    }

    /// A row for each state of a kind, in the order of the ids.
    package static func states<E: Stored>(_: E.Type, _ table: Table<E>) -> Relation {
        var relation = Relation(declaration: table.declaration) { snapshot, changedAfter, body in
            var cells: [SQLValue] = []
            try snapshot.forEach(E.self, changedAfter: changedAfter) { _, loaded in
                guard loaded.changedAt > changedAfter else { return }
                table.fill(&cells, from: loaded.state)
                try body(cells)
            }
        }
        relation.kind = E.kind
        relation.stateTypes = [ObjectIdentifier(E.self)]
        relation.blank = table.cells(of: E())
        relation.row = .states(isToldByTag: E.isToldByItsTag) { states, id in
            try states.find(ID<E>(bits: id)).map { table.cells(of: $0) }
        }
        return relation
    }

    /// A row for each state of a kind, beside the sums that belong to it.
    package static func states<E: Stored, Sums: Stored>(_: E.Type, with: Sums.Type, _ table: Table<Summed<E, Sums>>)
        -> Relation
    {
        var relation = Relation(declaration: table.declaration) { snapshot, changedAfter, body in
            var cells: [SQLValue] = []
            try snapshot.forEach(E.self, changedAfter: changedAfter) { id, loaded in
                let sums = try snapshot.views.look(ID<Sums>(bits: id.bits))
                guard max(loaded.changedAt, sums?.changedAt ?? .start) > changedAfter else { return }
                table.fill(&cells, from: Summed(state: loaded.state, sums: sums?.state ?? Sums()))
                try body(cells)
            }
        }
        relation.kind = E.kind
        relation.stateTypes = [ObjectIdentifier(E.self), ObjectIdentifier(Sums.self)]
        relation.blank = table.cells(of: Summed(state: E(), sums: Sums()))
        relation.row = .states(isToldByTag: E.isToldByItsTag) { states, id in
            guard let state = try states.find(ID<E>(bits: id)) else { return nil }
            let sums = try states.find(ID<Sums>(bits: id)) ?? Sums()
            return table.cells(of: Summed(state: state, sums: sums))
        }
        return relation
    }

    /// A row for each fact of a type, in the order of the log, decoded from its event.
    package static func facts<F: Fact>(_: F.Type, _ table: Table<FactRow<F>>) -> Relation {
        var relation = Relation(declaration: table.declaration) { snapshot, changedAfter, body in
            var cells: [SQLValue] = []
            let query = Query(types: [F.type])
            try snapshot.log.read(query, after: changedAfter, through: snapshot.at, limit: .max) { stored in
                let fact = try stored.payload(as: F.self)
                let row = FactRow(fact: fact, occurredAt: stored.occurredAt, position: stored.position)
                table.fill(&cells, from: row)
                try body(cells)
            }
        }
        relation.kind = F.kind
        relation.row = .log { log, position, id in
            var cells: [SQLValue]?
            let query = Query(types: [F.type], tags: [Tag(kind: F.kind, id: id)])
            try log.read(query, after: .start, through: position, limit: 1) { stored in
                let fact = try stored.payload(as: F.self)
                cells = table.cells(of: FactRow(fact: fact, occurredAt: stored.occurredAt, position: stored.position))
            }
            return cells
        }
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

/// A state beside the sums that belong to it.
package struct Summed<State: Stored, Sums: Stored> {
    package var state: State
    package var sums: Sums
}

/// A fact with what its envelope says.
package struct FactRow<F: Fact> {
    package var fact: F
    package var occurredAt: Instant
    package var position: Position
}
