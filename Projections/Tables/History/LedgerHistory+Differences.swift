import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerViews

extension LedgerHistory {
    /// What became of one thing since `start`; nil when its row is as it was.
    /// - Parameter kind: one of `LedgerSnapshot.kinds`.
    package func difference(of kind: String, id: RowID, since start: Position) throws -> RowDifference? {
        let relation = LedgerSnapshot.relation(of: kind)
        var differences = RowDifferences(of: relation, id, after: start)
        try self.changes(of: relation, id) { differences.take($0) }
        return differences.difference()
    }

    /// Hands over what became of each thing since `start`: table by table, those that are told in the order of their
    /// ids, facts in the order of the log. Holds one thing at a time, and looks at those alone that changed.
    /// - Parameter kind: one of `LedgerSnapshot.kinds`; nil for all.
    package func differences(
        of kind: String? = nil, since start: Position, _ body: (RowDifference) throws -> Void
    ) throws {
        if start >= self.position { return }
        let snapshot = try self.makeSnapshot(self.position)
        var sums: ChangeStore?
        for relation in LedgerSchema.relations where relation.kind != nil {
            if let kind, relation.kind != kind { continue }
            if let index = Self.summing.firstIndex(where: { $0.kind == relation.kind }) {
                let store = try sums ?? self.storeSums(after: start)
                sums = store
                try self.summedDifferences(of: relation, index, in: store, since: start, body)
            } else {
                try self.differences(of: relation, in: snapshot, since: start, body)
            }
        }
    }

    private func summedDifferences(
        of relation: Relation, _ index: Int, in store: ChangeStore, since start: Position,
        _ body: (RowDifference) throws -> Void
    ) throws {
        var open: (id: UInt128, differences: RowDifferences)?
        func close() throws {
            if let difference = open?.differences.difference() { try body(difference) }
        }
        try store.forEach(of: index, self.envelope) { change in
            if open?.id != change.id {
                try close()
                open = (change.id, RowDifferences(of: relation, RowID(change.id), after: start))
            }
            open?.differences.take(change)
        }
        try close()
    }

    private func differences(
        of relation: Relation, in snapshot: LedgerSnapshot, since start: Position,
        _ body: (RowDifference) throws -> Void
    ) throws {
        if let parts = relation.parts {
            return try parts.owners(snapshot, start) { try self.partDifferences(of: relation, parts, $0, start, body) }
        }
        guard let row = relation.row, let place = relation.declaration.primaryKeyIndexes.first else { return }
        func difference(_ cells: [SQLValue], _ change: (UInt128, inout RowDifferences) throws -> Void) throws {
            guard case .uuid(let id) = cells[place] else { return }
            var differences = RowDifferences(of: relation, RowID(id), after: start)
            try change(id, &differences)
            if let difference = differences.difference() { try body(difference) }
        }
        switch row {
        case .states:
            try relation.rows(snapshot, start) { cells, _ in
                try difference(cells) { id, found in try self.changes(of: relation, id) { found.take($0) } }
            }
            try relation.removedKeys?(snapshot, start) { key in
                try difference(key) { id, found in try self.changes(of: relation, id) { found.take($0) } }
            }
        case .event:
            try relation.forEachEventRow(of: snapshot, after: start) { cells, envelope in
                let id = UInt128(envelope.position.value)
                var differences = RowDifferences(of: relation, RowID(id), after: start)
                differences.take(RowChange(id: id, before: nil, after: cells, envelope: envelope))
                if let difference = differences.difference() { try body(difference) }
            }
        case .log:
            try relation.forEachEventRow(of: snapshot, after: start) { cells, envelope in
                try difference(cells) { id, found in
                    if try relation.isRevised(snapshot, id) {
                        return try self.changes(of: relation, id) { found.take($0) }
                    }
                    found.take(RowChange(id: id, before: nil, after: cells, envelope: envelope))
                }
            }
            try relation.removedKeys?(snapshot, start) { key in
                try difference(key) { id, found in try self.changes(of: relation, id) { found.take($0) } }
            }
        case .snapshot:
            if let past = relation.past {
                return try past.changed(snapshot, start) { id in
                    var differences = RowDifferences(of: relation, RowID(id), after: start)
                    try self.changes(id, try past.rows(snapshot, id)) { differences.take($0) }
                    if let difference = differences.difference() { try body(difference) }
                }
            }
            var past = UsageRecordTable.Past(snapshot)
            try relation.rows(snapshot, start) { cells, _ in
                try difference(cells) { id, found in
                    guard let usage = try snapshot.views.find(UsageRecordID(bits: id)) else { return }
                    try self.changes(id, try past.rows(of: usage)) { found.take($0) }
                }
            }
        }
    }

    /// What became of the parts of one thing, in the order in which they first changed.
    private func partDifferences(
        of relation: Relation, _ parts: Relation.PartLookup, _ owner: UInt128, _ start: Position,
        _ body: (RowDifference) throws -> Void
    ) throws {
        var order: [[SQLValue]] = []
        var found: [[SQLValue]: RowDifferences] = [:]
        try self.changes(of: relation, owner) { change in
            let cells = change.after ?? change.before ?? []
            let part = parts.keyPlaces.map { cells[$0] }
            if found[part] == nil { order.append(part) }
            found[part, default: RowDifferences(of: relation, RowID(owner, part: part), after: start)].take(change)
        }
        for part in order {
            if let difference = found[part]?.difference() { try body(difference) }
        }
    }
}
