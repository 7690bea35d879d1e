import AgentLedger
import LedgerEvents
import LedgerLog
import LedgerPlatforms
import LedgerRelations
import Testing

@testable import LedgerTables

@Suite("The position of a row's last change")
struct ChangedPositionTests {
    @Test("rises with every change of the row, so that loads by it miss nothing")
    func loads() async throws {
        let ledger = try await SimulatedLedger(seed: 27, executions: 300)
        let reader = try LedgerReader(at: ledger.path)
        let end = try reader.snapshot().position
        var held: [String: Rows] = [:]
        var changed = 0
        for step in 1...6 {
            let snapshot = try reader.snapshot(at: .position(Position(end * UInt64(step) / 6)))
            for projection in Projections.all {
                let source = snapshot.projected(as: projection)
                for table in source.schema.tables where table.columns.last?.name == "changed_position" {
                    let name = "\(projection.schema.name).\(table.name)"
                    let (before, now) = (held[name], try Rows(of: table, in: source))
                    changed += now.expectRises(since: before, name)
                    held[name] = now
                }
            }
        }
        #expect(changed > 5000, "seed 27")
    }

    @Test("ends the rows of every table that tells when it was updated")
    func everyTable() {
        for projection in Projections.all {
            for table in projection.schema.tables where table.column("updated_at") != nil {
                #expect(table.columns.last?.name == "changed_position", "\(projection.schema.name).\(table.name)")
            }
        }
    }

    @Test("is the same by whatever way a row is found")
    func paths() async throws {
        let ledger = try await SimulatedLedger(seed: 28, executions: 40)
        let snapshot = try LedgerReader(at: ledger.path).snapshot()
        var compared = 0
        for projection in Projections.all {
            let source = snapshot.projected(as: projection)
            for table in source.schema.tables where table.columns.last?.name == "changed_position" {
                let rows = try Rows(of: table, in: source)
                for (path, columns) in source.paths(to: table).lookups.enumerated() {
                    let places = columns.compactMap { name in table.columns.firstIndex { $0.name == name } }
                    guard let values = rows.any.map({ cells in places.map { cells[$0] } }), !values.contains(.null)
                    else { continue }
                    try source.rows(of: table, .lookup(path, values), columns: .all) { cells in
                        guard places.map({ cells[$0] }) == values else { return }
                        let known = rows.positions[table.primaryKeyIndexes.map { cells[$0] }]
                        #expect(cells.last == known, "\(projection.schema.name).\(table.name) by \(columns)")
                        compared += 1
                    }
                }
            }
        }
        #expect(compared > 100)
    }
}

/// The rows of a table by their keys, at one moment.
private struct Rows {
    private var cells: [[SQLValue]: [SQLValue]] = [:]
    var positions: [[SQLValue]: SQLValue] = [:]
    var any: [SQLValue]?
    private var end: Int64

    init(of table: TableDeclaration, in source: LedgerSnapshot) throws {
        let key = table.primaryKeyIndexes
        self.end = Int64(source.position)
        try source.rows(of: table, changedAfter: nil) { row in
            let id = key.map { row[$0] }
            self.any = self.any ?? row
            self.cells[id] = Array(row.dropLast())
            self.positions[id] = row.last
        }
    }

    /// - Returns: how many rows are not as they were.
    func expectRises(since before: Rows?, _ name: String) -> Int {
        var changed = 0
        for (key, row) in self.cells {
            guard let position = self.positions[key]?.int64 else {
                Issue.record("\(name) has a row without a position")
                continue
            }
            #expect(position > 0 && position <= self.end, "\(name): \(position)")
            let earlier = before?.positions[key]?.int64 ?? 0
            #expect(position >= earlier, "\(name) fell from \(earlier) to \(position)")
            if before?.cells[key] == row { continue }
            changed += 1
            let loaded = before?.end ?? 0
            #expect(position > loaded, "\(name) changed at \(position), and rows were loaded through \(loaded)")
        }
        return changed
    }
}

extension SQLValue {
    fileprivate var int64: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }
}
