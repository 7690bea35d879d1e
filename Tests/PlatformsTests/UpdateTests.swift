import AgentLedger
import LedgerEvents
import LedgerPlatforms
import LedgerRelations
import LedgerTables
import Seeded
import Testing

@Suite("An update")
struct UpdateTests {
    /// Rows by primary key.
    private typealias Rows = [[SQLValue]: [SQLValue]]

    @Test(
        "of a table that stands at any position gives the rows that it has at the end",
        arguments: Projections.all.map(\.schema.name))
    func equalsLoad(name: String) async throws {
        let projection = try #require(Projections.named(name))
        let seed = SimulatedLedger.seed
        let ledger = try await SimulatedLedger.shared.value
        let end = try ledger.snapshot(projection)
        var random = SplitMix64(seed: seed)
        // From far away every state is looked at, from nearby only what the events name.
        let distances = [1, 20, 500].map { $0 + UInt64.random(in: 0..<$0, using: &random) } + [end.position / 2]
        for position in distances.map({ end.position - $0 }) {
            let start = try ledger.snapshot(projection, at: .position(Position(position)))
            for table in projection.schema.tables {
                var rows = try Self.rows(of: table, in: start)
                try Self.update(&rows, of: table, from: start.position, with: end)
                let wanted = try Self.rows(of: table, in: end)
                let place = "\(projection.schema.name).\(table.name), from \(position), seed \(seed)"
                #expect(Set(rows.keys).symmetricDifference(wanted.keys).isEmpty, "\(place): rows")
                let differing = wanted.filter { rows[$0.key] != $0.value }
                #expect(
                    differing.isEmpty, "\(place): \(differing.first.map { "\(rows[$0.key] ?? []) \($0.value)" } ?? "")")
            }
        }
    }

    private static func rows(of table: TableDeclaration, in snapshot: LedgerSnapshot) throws -> Rows {
        var rows: Rows = [:]
        try snapshot.rows(of: table, changedAfter: nil) { cells in
            let key = table.primaryKeyIndexes.map { cells[$0] }
            #expect(rows.updateValue(cells, forKey: key) == nil, "\(table.name) has two rows \(key)")
        }
        return rows
    }

    private static func update(
        _ rows: inout Rows, of table: TableDeclaration, from position: UInt64, with end: LedgerSnapshot
    ) throws {
        try end.removedKeys(of: table, after: position) { prefix in
            rows = rows.filter { !$0.key.starts(with: prefix) }
        }
        try end.rows(of: table, changedAfter: position) { cells in
            rows[table.primaryKeyIndexes.map { cells[$0] }] = cells
        }
    }
}
