import AgentLedger
import LedgerRelations
import Testing

@testable import LedgerTables

@Suite("What the audit trail says of a change")
struct AuditChangesTests {
    @Test("is the same whether all events are read, or those of one thing, one kind, or behind a position")
    func everyWay() async throws {
        let ledger = try await SimulatedLedger(seed: 30, executions: 40)
        let snapshot = try LedgerReader(at: ledger.path).snapshot()
        let table = try #require(snapshot.schema.table("audit_logs"))
        func place(_ name: String) throws -> Int { try #require(table.columns.firstIndex { $0.name == name }) }
        let position = try place("position")
        var whole: [SQLValue: [SQLValue]] = [:]
        try snapshot.rows(of: table, changedAfter: nil) { whole[$0[position]] = $0 }
        let (before, after, name) = (try place("before"), try place("after"), try place("actor_name"))
        #expect(whole.values.contains { $0[before] != .null } && whole.values.contains { $0[after] != .null })
        #expect(whole.values.allSatisfy { $0[name] != .null })

        var compared = 0
        func expectSame(_ row: [SQLValue], _ way: String) {
            #expect(whole[row[position]] == row, "\(row[position]), by \(way), seed 30")
            compared += 1
        }
        for (path, columns) in snapshot.paths(to: table).lookups.enumerated() {
            let places = try columns.map(place)
            let known = Set(whole.values.map { row in places.map { row[$0] } })
            for values in known.prefix(60) where !values.contains(.null) {
                try snapshot.rows(of: table, .lookup(path, values), columns: .all) { expectSame($0, "\(columns)") }
            }
        }
        let middle = snapshot.position / 2
        try snapshot.rows(of: table, changedAfter: middle) { expectSame($0, "position") }
        #expect(compared > whole.count)
    }
}
