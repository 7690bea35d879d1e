import AgentLedger
import LedgerEvents
import LedgerPlatforms
import LedgerRelations
import LedgerTables
import Seeded
import Testing

@Suite("An update of tables with traces that came in pieces")
struct TelemetryUpdateTests {
    private static let setups = [
        "killed-job", "langgraph-openllmetry", "crewai-openinference", "anthropic-native", "web-two-apps",
        "pydantic-ai-remote-parent", "mcp-openinference", "ag2-openai",
    ]

    @Test("gives the rows that the tables have at the end, whatever was corrected since", arguments: setups)
    func update(name: String) async throws {
        let seed: UInt64 = 27
        var random = SplitMix64(seed: seed)
        let pieces = try Setups.pieces(of: Setups.lines(name, most: 30)).shuffled(using: &random)
        let ledger = try TelemetryLedger()
        var positions: [Position] = []
        for part in 0..<6 {
            let range = (pieces.count * part / 6)..<(pieces.count * (part + 1) / 6)
            try await ledger.take(Array(pieces[range]), assembling: true)
            positions.append(try LedgerReader(at: ledger.path).log.head())
        }
        let reader = try LedgerReader(at: ledger.path)
        let end = try reader.snapshot()
        for projection in Projections.all {
            try Self.expectReferences(in: end.projected(as: projection), name)
        }
        for position in positions.dropLast() {
            let start = try reader.snapshot(at: .position(position))
            for projection in Projections.all {
                let (start, end) = (start.projected(as: projection), end.projected(as: projection))
                for table in projection.schema.tables {
                    let wanted = try HeldRows(of: table, in: end).rows
                    var held = try HeldRows(of: table, in: start)
                    try held.update(of: table, with: end)
                    let place = "\(projection.schema.name).\(table.name) of \(name), from \(position), seed \(seed)"
                    for key in held.rows.keys where wanted[key] == nil { Issue.record("\(place): \(key) is left over") }
                    for (key, cells) in wanted {
                        guard let found = held.rows[key] else {
                            Issue.record("\(place): \(key) is missing")
                            continue
                        }
                        for (column, (there, here)) in zip(table.columns, zip(found, cells)) where there != here {
                            Issue.record("\(place): \(key).\(column.name) is \(there), not \(here)")
                        }
                    }
                }
            }
        }
    }
}

extension TelemetryUpdateTests {
    /// That every reference leads to a row.
    private static func expectReferences(in snapshot: LedgerSnapshot, _ name: String) throws {
        for table in snapshot.schema.tables {
            for key in table.foreignKeys {
                let parent = try #require(snapshot.schema.table(key.table))
                let there = Set(try Self.values(of: key.referencedColumns, of: parent, in: snapshot))
                let here = Set(try Self.values(of: key.columns, of: table, in: snapshot))
                let lost = here.subtracting(there).filter { !$0.contains(.null) }
                let place = "\(name): \(snapshot.schema.name).\(table.name)"
                #expect(lost.isEmpty, "\(place) refers to \(lost) of \(key.table)")
            }
        }
    }

    private static func values(
        of columns: [String], of table: TableDeclaration, in snapshot: LedgerSnapshot
    ) throws -> [[SQLValue]] {
        let places = columns.compactMap { name in table.columns.firstIndex { $0.name == name } }
        // A generated column is made by the target.
        guard places.count == columns.count else { return [] }
        var found: [[SQLValue]] = []
        try snapshot.rows(of: table, changedAfter: nil) { cells in found.append(places.map { cells[$0] }) }
        return found
    }
}

/// What a target holds that was filled at one position and is then updated.
private struct HeldRows {
    private(set) var rows: [[SQLValue]: [SQLValue]] = [:]
    private let position: UInt64

    init(of table: TableDeclaration, in snapshot: LedgerSnapshot) throws {
        self.position = snapshot.position
        let key = table.primaryKeyIndexes
        try snapshot.rows(of: table, changedAfter: nil) { cells in self.rows[key.map { cells[$0] }] = cells }
    }

    mutating func update(of table: TableDeclaration, with end: LedgerSnapshot) throws {
        let key = table.primaryKeyIndexes
        try end.removedKeys(of: table, after: self.position) { prefix in
            self.rows = self.rows.filter { !$0.key.starts(with: prefix) }
        }
        try end.rows(of: table, changedAfter: self.position) { cells in self.rows[key.map { cells[$0] }] = cells }
    }
}
