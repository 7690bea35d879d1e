import AgentLedger
import Foundation
import LedgerEvents
import LedgerExporters
import LedgerRelations
import LedgerTables
import Servers
import Testing

@Suite("Versions of rows in databases")
struct VersionExportTests {
    private func withLedger(_ body: (LedgerReader, String) throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("versions-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }  // What stays in the temporary folder harms nobody.
        let ledger = try Ledger.create(at: folder.appendingPathComponent("ledger").path)
        _ = try await Importer(ledger).run([RealRunsTests.runs]) { Issue.record("refused: \($0)") }
        try body(try LedgerReader(at: ledger.path), folder.path)
    }

    /// Gaps, overlaps and versions that end before they begin, over all rows of a table.
    private static func faults(_ table: TableDeclaration, _ name: String) -> String {
        let key = table.primaryKey.dropLast().map { "\"\($0)\"" }.joined(separator: ", ")
        let (from, to) =
            table.name == "exports"
            ? ("version_from_position", "version_to_position") : ("from_position", "to_position")
        // A trace waits no more once it is assembled, and may wait again: its row is gone in between.
        let gap =
            table.name == "pending_traces"
            ? "t IS NULL AND next IS NOT NULL OR t > next OR vt > next_valid"
            : "t IS DISTINCT FROM next OR vt IS DISTINCT FROM next_valid"
        return """
            SELECT count(*) FROM (SELECT \(from) AS f, \(to) AS t, dbt_valid_from AS vf, dbt_valid_to AS vt,
                lead(\(from)) OVER w AS next, lead(dbt_valid_from) OVER w AS next_valid
              FROM \(name) WINDOW w AS (PARTITION BY \(key) ORDER BY \(from))) AS v
            WHERE \(gap) OR t <= f OR vt < vf
            """
    }

    @Test("brought up to date or exported at once, they are the same in PostgreSQL, without a gap or an overlap")
    func postgres() async throws {
        try await self.withLedger { reader, _ in
            let server = try TemporaryPostgres.shared.get()
            let (once, twice) = (try server.newDatabase(), try server.newDatabase())
            let whole = try PostgresExporter(once).export(try reader.versions())
            let half = Position(whole.toPosition / 2)
            _ = try PostgresExporter(twice).export(try reader.versions(at: .position(half)))
            let rest = try PostgresExporter(twice).export(try reader.versions())
            #expect(rest.fromPosition == half.value && rest.rows < whole.rows)
            #expect(try PostgresExporter(twice).export(try reader.versions()).rows == 0)
            for table in VersionSource.schema.tables {
                let order = table.primaryKey.map { "\"\($0)\"" }.joined(separator: ", ")
                let name = "ledger_history.\"\(table.name)\""
                let rows = "COPY (SELECT * FROM \(name) ORDER BY \(order)) TO STDOUT"
                #expect(
                    try TemporaryPostgres.ask(once, rows) == TemporaryPostgres.ask(twice, rows), "\(table.name)")
                #expect(try TemporaryPostgres.ask(once, Self.faults(table, name)) == "0", "\(table.name)")
            }
            #expect(
                try TemporaryPostgres.ask(
                    once,
                    """
                    SELECT count(*), count(DISTINCT dbt_scd_id), count(*) FILTER (WHERE dbt_valid_to IS NULL)
                    FROM ledger_history.workflow_executions
                    """) == "\(whole.tables.first { $0.name == "workflow_executions" }?.rows ?? 0)|"
                    + "\(whole.tables.first { $0.name == "workflow_executions" }?.rows ?? 0)|20")
        }
    }

    @Test("in SQLite, too", .serialized, arguments: [1, 2])
    func sqlite(times: UInt64) async throws {
        try await self.withLedger { reader, folder in
            let file = "\(folder)/versions.db"
            for part in 1...times {
                let moment = Position(try reader.log.head().value * part / times)
                _ = try SQLiteExporter(path: file).export(try reader.versions(at: .position(moment)))
            }
            for table in VersionSource.schema.tables {
                let process = Process()
                let out = Pipe()
                process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
                process.arguments = ["sqlite3", file, Self.faults(table, "\"\(table.name)\"")]
                process.standardOutput = out
                try process.run()
                let answer = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                process.waitUntilExit()
                #expect(answer == "0\n", "\(table.name)")
            }
        }
    }
}
