import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerViews

/// What the `ledger` schema's rows held over time, for exporters: the schema `ledger_history`, in which each table has a
/// row for each version (`TableDeclaration.versions`), save for those without a history of their own.
///
/// One thing is held in memory at a time; tables that sum up what others did are folded once, onto disk.
package final class VersionSource: RelationSource {
    private let history: LedgerHistory
    private let snapshot: LedgerSnapshot
    private var sums: ChangeStore?

    package static let schema = Schema(
        "ledger_history", version: LedgerSchema.projection.schema.version,
        description: "What the rows of the schema `ledger` held over time: one row for each version.",
        tables: LedgerSchema.relations.filter(\.hasHistory).map { $0.declaration.versions() })

    package init(_ history: LedgerHistory) throws {
        self.history = history
        self.snapshot = try history.makeSnapshot(history.position)
    }

    package var schema: Schema { Self.schema }
    package var position: UInt64 { self.history.position.value }
    package var ledgerID: String { self.snapshot.ledgerID }

    package func rows(of table: TableDeclaration, changedAfter: UInt64?, _ body: ([SQLValue]) throws -> Void) throws {
        guard let relation = LedgerSchema.relations.first(where: { $0.declaration.name == table.name }) else {
            preconditionFailure("the ledger schema has no table \(table.name)")
        }
        let start = Position(changedAfter ?? 0)
        try self.versions(of: relation, changedAfter: start) { version in
            if max(version.from.position, version.to?.position ?? .start) > start { try body(version.versionCells) }
        }
    }

    private func versions(
        of relation: Relation, changedAfter start: Position, _ body: (RowVersion) throws -> Void
    ) throws {
        if let parts = relation.parts {
            return try parts.owners(self.snapshot, start) { try self.versions(of: relation, $0, body) }
        }
        switch relation.row {
        case .states(true, _):
            guard let place = relation.declaration.primaryKeyIndexes.first else { return }
            try relation.rows(self.snapshot, start) { cells, _ in
                if case .uuid(let id) = cells[place] { try self.versions(of: relation, id, body) }
            }
        case .states(false, _): try self.summedVersions(of: relation, body)
        case .snapshot:
            if let past = relation.past {
                return try past.changed(self.snapshot, start) { try self.versions(of: relation, $0, body) }
            }
            var past = UsageRecordTable.Past(self.snapshot)
            try UsageRecordTable.forEachRecord(in: self.snapshot) { usage in
                var versions = RowVersions(of: relation.declaration)
                try self.history.changes(usage.id.bits, try past.rows(of: usage)) { try versions.take($0, body) }
                try versions.finish(body)
            }
        case .event, .log, nil:
            try relation.forEachEventRow(of: self.snapshot, after: start) { cells, envelope in
                guard let id = try self.revisedThing(cells, of: relation) else {
                    return try body(RowVersion(table: relation.declaration, cells: cells, from: envelope))
                }
                try self.versions(of: relation, id, body)
            }
            try relation.removedKeys?(self.snapshot, start) { key in
                if relation.row != nil, case .uuid(let id)? = key.first { try self.versions(of: relation, id, body) }
            }
        }
    }

    /// The thing that a row is about, where it was corrected since it was recorded.
    private func revisedThing(_ cells: [SQLValue], of relation: Relation) throws -> UInt128? {
        guard let place = relation.declaration.primaryKeyIndexes.first, case .uuid(let id) = cells[place] else {
            return nil
        }
        return try relation.isRevised(self.snapshot, id) ? id : nil
    }

    private func versions(of relation: Relation, _ id: UInt128, _ body: (RowVersion) throws -> Void) throws {
        var versions = RowVersions(of: relation.declaration)
        try self.history.changes(of: relation, id) { try versions.take($0, body) }
        try versions.finish(body)
    }

    private func summedVersions(of relation: Relation, _ body: (RowVersion) throws -> Void) throws {
        guard let index = LedgerHistory.summing.firstIndex(where: { $0.kind == relation.kind }) else { return }
        let store = try self.sums ?? self.history.storeSums(after: .start)
        self.sums = store
        var open: (id: UInt128, versions: RowVersions)?
        try store.forEach(of: index, self.history.envelope) { change in
            if open?.id != change.id {
                try open?.versions.finish(body)
                open = (change.id, RowVersions(of: relation.declaration))
            }
            try open?.versions.take(change, body)
        }
        try open?.versions.finish(body)
    }
}
