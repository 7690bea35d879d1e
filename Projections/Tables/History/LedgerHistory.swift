import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerViews

/// The rows of a ledger over time, up to a position: every version of a row, the event that set each field, and what
/// changed between two positions.
package struct LedgerHistory {
    let log: any EventLog
    package let position: Position
    /// Gives views that hold what is true at a position, and are thrown away.
    let makeViews: (Position) throws -> KeptViews
    let makeSnapshot: (Position) throws -> LedgerSnapshot
    let makeRecords: () throws -> ScratchRecords

    /// - Parameters:
    ///   - position: how far the history goes; no further than the log.
    ///   - makeViews: folds all states up to a position, on disk, for the caller alone.
    ///   - makeSnapshot: gives the tables as of a position.
    ///   - makeRecords: gives room on disk, for the caller alone.
    package init(
        of log: any EventLog, through position: Position, makeViews: @escaping (Position) throws -> KeptViews,
        makeSnapshot: @escaping (Position) throws -> LedgerSnapshot,
        makeRecords: @escaping () throws -> ScratchRecords
    ) {
        self.log = log
        self.position = position
        self.makeViews = makeViews
        self.makeSnapshot = makeSnapshot
        self.makeRecords = makeRecords
    }

    /// Hands over every version of the row of one thing, oldest first; none when there is no such thing.
    ///
    /// Each begins with an event that changed the row and ends with the next one. The cost is that of the thing's own
    /// events; that of its organization's events for organizations and workflows, which sum up what others did.
    /// - Parameter kind: one of `LedgerSnapshot.kinds`.
    package func versions(of kind: String, id: RowID, _ body: (RowVersion) throws -> Void) throws {
        let relation = LedgerSnapshot.relation(of: kind)
        var versions = RowVersions(of: relation.declaration)
        try self.changes(of: relation, id) { try versions.take($0, body) }
        try versions.finish(body)
    }

    /// Calls `body` with what each event did to one row.
    func changes(of relation: Relation, _ id: RowID, _ body: (RowChange) throws -> Void) throws {
        try self.changes(of: relation, id.thing) { change in
            if relation.isRow(change.after ?? change.before ?? [], of: id.part) { try body(change) }
        }
    }

    /// Hands over what each event did to the row of one thing, or to those of its parts.
    func changes(of relation: Relation, _ id: UInt128, _ body: (RowChange) throws -> Void) throws {
        if let parts = relation.parts { return try self.walk(relation, id, [parts.kind], body) }
        guard let kind = relation.kind, let row = relation.row else { return }
        switch row {
        case .states(true, _): try self.walk(relation, id, [kind], body)
        case .states(false, _): try self.walkOrganization(relation, kind, id, body)
        case .snapshot:
            let snapshot = try self.makeSnapshot(self.position)
            if let past = relation.past { return try self.changes(id, try past.rows(snapshot, id), body) }
            precondition(kind == UsageRecord.kind, "nothing finds the past rows of \(kind)")
            guard let usage = try snapshot.views.find(UsageRecordID(bits: id)), usage.position <= self.position else {
                return
            }
            var past = UsageRecordTable.Past(snapshot)
            try self.changes(id, try past.rows(of: usage), body)
        case .event:
            guard id > 0, id <= UInt128(self.position.value) else { return }
            var snapshot = try self.makeSnapshot(self.position)
            snapshot.at = Position(UInt64(id))
            try relation.forEachEventRow(of: snapshot, after: Position(UInt64(id) - 1)) { cells, envelope in
                try body(RowChange(id: id, before: nil, after: cells, envelope: envelope))
            }
        case .log(let versions):
            var before: [SQLValue]?
            try versions(self.log, self.position, id) { cells, envelope in
                if cells == before { return }
                try body(RowChange(id: id, before: before, after: cells, envelope: envelope))
                before = cells
            }
        }
    }

    /// Folds the events that carry the thing's tag: they tell all of it.
    private func walk(
        _ relation: Relation, _ id: UInt128, _ kinds: [String], _ body: (RowChange) throws -> Void
    ) throws {
        let walk = RowWalk(of: [relation], only: id) { try self.makeViews(.start) }
        let query = EventQuery(kinds.map { EventQuery.Item(tags: [EventTag(kind: $0, id: id)]) })
        try walk.run(query, in: self.log, through: self.position) { try body($1) }
    }

    /// Folds the events of the organization that the thing belongs to: it sums up what others did there.
    private func walkOrganization(
        _ relation: Relation, _ kind: String, _ id: UInt128, _ body: (RowChange) throws -> Void
    ) throws {
        var query = EventQuery.all
        let own = EventQuery(tags: [EventTag(kind: kind, id: id)])
        try self.log.read(own, after: .start, through: self.position, limit: 1) { stored in
            if let organization = stored.organization { query = EventQuery(tags: [organization.tag]) }
        }
        let walk = RowWalk(of: [relation], only: id) { try self.makeViews(.start) }
        try walk.run(query, in: self.log, through: self.position) { try body($1) }
    }

    /// Rows that are known with the positions at which they came to be so.
    func changes(
        _ id: UInt128, _ rows: [(position: Position, cells: [SQLValue]?)], _ body: (RowChange) throws -> Void
    ) throws {
        var before: [SQLValue]?
        for (position, cells) in rows where cells != before {
            let envelope = try self.envelope(at: position)
            try body(RowChange(id: id, before: before, after: cells, envelope: envelope))
            before = cells
        }
    }

    func envelope(at position: Position) throws -> Envelope {
        var envelope = Envelope()
        try self.log.read(.all, after: Position(position.value - 1), through: position, limit: 1) {
            envelope = try $0.envelope()
        }
        return envelope
    }
}
