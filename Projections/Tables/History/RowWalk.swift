import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerViews

/// Folds events, and tells after each of them which rows it changed, and what they held before.
///
/// Works in memory until that becomes much, and on disk from then on.
final class RowWalk {
    private let relations: [Relation]
    private let only: UInt128?
    /// The rows of the one thing that is looked at, by the place of the relation, once they are known.
    private var known: [Int: [[SQLValue]]] = [:]
    private let states: StateCache
    /// What the states stand over; nil while that is nothing.
    private var base: Views?
    /// Gives views that hold nothing and are thrown away, to put states into that take too much memory; nil: all stays
    /// in memory.
    private let makeScratch: (() throws -> KeptViews)?
    private var scratch: KeptViews?
    private var touched: [Touch] = []
    private var failure: (any Error)?

    private static let memoryBytes = 64 << 20

    private struct Touch {
        var relation: Int
        var id: UInt128
        var rows: [[SQLValue]]
    }

    /// Begins with nothing.
    /// - Parameters:
    ///   - only: the one thing that is looked at; nil looks at all.
    ///   - makeScratch: gives views that hold nothing and are thrown away, for what takes too much memory.
    init(of relations: [Relation], only: UInt128? = nil, makeScratch: @escaping () throws -> KeptViews) {
        self.relations = relations
        self.only = only
        self.makeScratch = makeScratch
        self.states = StateCache(over: NoStates(), at: .start)
        self.watch()
    }

    /// Goes on from states that are looked at, in memory alone: for a stretch of the log that is not long.
    init(of relations: [Relation], from base: Views) {
        self.relations = relations
        self.only = nil
        self.makeScratch = nil
        self.base = base
        self.states = StateCache(over: base, at: base.position)
        self.watch()
    }

    /// Goes on from views that are its own, and are thrown away afterwards.
    init(of relations: [Relation], in scratch: KeptViews) {
        self.relations = relations
        self.only = nil
        self.makeScratch = { scratch }
        self.base = scratch
        self.scratch = scratch
        self.states = StateCache(over: scratch, at: scratch.position)
        self.watch()
    }

    private func watch() { self.states.willChange = { [unowned self] type, id in self.note(type, id) } }

    /// Hands over what the events do that match, from behind the base up to and with `position`.
    func run(
        _ query: EventQuery, in log: any EventLog, through position: Position,
        _ body: (_ relation: Int, _ change: RowChange) throws -> Void
    ) throws {
        var reader = EventReader()
        var count = 0
        try log.read(query, after: self.states.position, through: position, limit: .max) { stored in
            let (event, envelope) = try reader.read(stored)
            self.touched.removeAll(keepingCapacity: true)
            Views.apply(event, envelope, to: self.states)
            if let failure = self.failure { throw failure }
            try self.base?.throwIfFailed()
            for touch in self.touched { try self.compare(touch, envelope, body) }
            count += 1
            if count % 1024 == 0, self.states.bytes > Self.memoryBytes { try self.spill() }
        }
    }

    /// Remembers the rows as they are, the first time that an event touches them.
    private func note(_ type: ObjectIdentifier, _ id: UInt128) {
        if let only, only != id { return }
        for (index, relation) in self.relations.enumerated() where relation.isMade(of: type) {
            if self.touched.contains(where: { $0.relation == index && $0.id == id }) { continue }
            do {
                let rows = try self.known[index] ?? self.rows(relation, id)
                self.touched.append(Touch(relation: index, id: id, rows: rows))
            } catch {
                self.failure = self.failure ?? error
            }
        }
    }

    private func rows(_ relation: Relation, _ id: UInt128) throws -> [[SQLValue]] {
        if let parts = relation.parts { return try parts.rows(self.states, id).map(\.cells) }
        guard case .states(_, let find)? = relation.row else {
            preconditionFailure("the rows of \(relation.declaration.name) are not made of states")
        }
        return try find(self.states, id).map { [$0.cells] } ?? []
    }

    private func compare(
        _ touch: Touch, _ envelope: Envelope, _ body: (_ relation: Int, _ change: RowChange) throws -> Void
    ) throws {
        let relation = self.relations[touch.relation]
        let after = try self.rows(relation, touch.id)
        if self.only != nil { self.known[touch.relation] = after }
        if after == touch.rows { return }
        if relation.parts == nil {
            let change = RowChange(id: touch.id, before: touch.rows.first, after: after.first, envelope: envelope)
            return try body(touch.relation, change)
        }
        let keys = relation.declaration.primaryKeyIndexes
        func key(_ cells: [SQLValue]) -> [SQLValue] { keys.map { cells[$0] } }
        for row in after {
            let before = touch.rows.first { key($0) == key(row) }
            if before == row { continue }
            try body(touch.relation, RowChange(id: touch.id, before: before, after: row, envelope: envelope))
        }
        for row in touch.rows where !after.contains(where: { key($0) == key(row) }) {
            try body(touch.relation, RowChange(id: touch.id, before: row, after: nil, envelope: envelope))
        }
    }

    private func spill() throws {
        guard let scratch = try self.scratch ?? self.makeScratch?() else { return }
        try scratch.take(self.states)
        if self.scratch == nil { self.states.rebase(on: scratch) }
        self.scratch = scratch
        self.base = scratch
    }
}

extension StateCache: StateLookup {}
