import AgentLedger
import Foundation
import LedgerEvents
import LedgerExporters
import LedgerRelations
import LedgerTables
import Servers
import Testing

@Suite("Real runs in PostgreSQL")
struct RealRunsTests {
    static let runs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../tools/demo/tau2-airline.otlp.jsonl").standardized.path

    let folder: URL

    init() throws {
        self.folder = FileManager.default.temporaryDirectory.appendingPathComponent("runs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: false)
    }

    func withLedger(_ body: (Ledger) async throws -> Void) async throws {
        let folder = self.folder
        defer { try? FileManager.default.removeItem(at: folder) }  // What stays in the temporary folder harms nobody.
        let ledger = try Ledger.create(at: folder.appendingPathComponent("ledger").path)
        _ = try await Importer(ledger).run([Self.runs]) { Issue.record("refused: \($0)") }
        try await body(ledger)
    }

    /// Every row of a table as PostgreSQL prints it, in one order.
    func dump(_ database: String, _ table: TableDeclaration) throws -> String {
        let order = table.primaryKey.map { "\"\($0)\"" }.joined(separator: ", ")
        return try TemporaryPostgres.ask(
            database, "COPY (SELECT * FROM ledger.\"\(table.name)\" ORDER BY \(order)) TO STDOUT")
    }

    func query(_ ledger: Ledger, _ sql: String) throws -> String {
        var answer: [String] = []
        try LedgerReader(at: ledger.path).query(sql, columns: { _ in }) {
            answer.append($0.map(\.text).joined(separator: "|"))
        }
        return answer.joined(separator: "\n")
    }

    @Test("a script and a direct export load the same rows, and they are those that a query shows")
    func sameRows() async throws {
        try await self.withLedger { ledger in
            let snapshot = try LedgerReader(at: ledger.path).snapshot()
            let server = try TemporaryPostgres.shared.get()
            let (direct, scripted) = (try server.newDatabase(), try server.newDatabase())
            let script = self.folder.appendingPathComponent("all.sql").path
            _ = try PostgresExporter(direct).export(snapshot)
            _ = try SQLTextExporter(path: script).export(snapshot)
            try TemporaryPostgres.load(scripted, script: script)
            for table in snapshot.schema.tables {
                let rows = try self.dump(direct, table)
                #expect(try rows == self.dump(scripted, table), "\(table.name)")
                let count = rows.isEmpty ? 0 : rows.split(separator: "\n").count
                #expect(try self.query(ledger, "SELECT COUNT(*) FROM \(table.name)") == String(count), "\(table.name)")
            }
            for sql in [
                "SELECT COUNT(*), SUM(input_tokens), SUM(output_tokens), MIN(latency_ms), MAX(latency_ms) FROM model_calls",
                "SELECT status, COUNT(*), SUM(duration_ms), SUM(total_tokens_used) FROM workflow_executions GROUP BY 1",
                "SELECT tool_name, outcome, COUNT(*) FROM tool_calls GROUP BY 1, 2 ORDER BY 1, 2",
                "SELECT action, COUNT(*) FROM audit_logs GROUP BY 1 ORDER BY 1",
            ] {
                let inPostgres = sql.replacing(" FROM ", with: " FROM ledger.")
                #expect(try TemporaryPostgres.ask(direct, inPostgres) == self.query(ledger, sql), "\(sql)")
            }
            // To the last digit, which only exact numbers give.
            let cost = try TemporaryPostgres.ask(direct, "SELECT SUM(reported_cost) FROM ledger.model_calls")
            #expect(cost == "1.011200000000")
        }
    }

    @Test("a rerun adds what is new, and nothing twice")
    func rerun() async throws {
        try await self.withLedger { ledger in
            let database = try TemporaryPostgres.shared.get().newDatabase()
            let first = try PostgresExporter(database).export(
                LedgerReader(at: ledger.path).snapshot(at: .position(Position(700))))
            let second = try PostgresExporter(database).export(LedgerReader(at: ledger.path).snapshot())
            let third = try PostgresExporter(database).export(LedgerReader(at: ledger.path).snapshot())
            #expect(first.rows > 0 && second.rows > 0 && third.rows == 0)
            let fresh = try TemporaryPostgres.shared.get().newDatabase()
            _ = try PostgresExporter(fresh).export(LedgerReader(at: ledger.path).snapshot())
            for table in LedgerSchema.projection.schema.tables {
                #expect(try self.dump(database, table) == self.dump(fresh, table), "\(table.name)")
            }
        }
    }
}
