import AgentLedger
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerExporters
import LedgerLog

/// SQL over a large ledger from the shell, start of the process included, beside the sqlite3 command over the same rows
/// in tables and indexes of its own.
enum Querying {
    static var entries: [Catalog.Entry] {
        [
            .init(lines: ["query.key", "query.aggregate"], run: self.questions),
            .init(lines: ["query.scan", "query.scan.states"], run: self.scans),
        ]
    }

    /// A question about every row, asked in this process, beside LMDB's part of it: the same records, found and read in
    /// the same way, and looked into no further.
    private static func scans(_ bench: Workbench) async throws {
        let reader = try LedgerReader(at: try bench.company.path())
        try await self.scan("query.scan", "model_calls", "SELECT sum(input_tokens) FROM model_calls", reader, bench) {
            var sum: UInt64 = 0
            try reader.log.read(EventQuery(types: ["model_call.recorded"])) { sum &+= UInt64($0.payload.count) }
            guard sum > 0 else { throw Program.Failure(description: "there are no model calls") }
        }
        try await self.scan(
            "query.scan.states", "agent_executions",
            "SELECT status, count(*) FROM agent_executions GROUP BY status", reader, bench
        ) {
            var sum: UInt128 = 0
            try reader.views().forEach(AgentExecution.self, only: .none) { id, _ in sum ^= id.bits }
            guard sum > 0 else { throw Program.Failure(description: "there are no agent executions") }
        }
    }

    private static func scan(
        _ name: String, _ table: String, _ sql: String, _ reader: LedgerReader, _ bench: Workbench,
        rival: @escaping () throws -> Void
    ) async throws {
        var rows = 0.0
        try reader.query("SELECT count(*) FROM \(table)", columns: { _ in }) { rows = Double($0[0].text) ?? 0 }
        let rates = try await alternate(bench.options.runs) {
            rows / (try await seconds { try reader.query(sql, columns: { _ in }) { _ in } })
        } rival: {
            rows / (try await seconds { try rival() })
        }
        Figure(
            name: name, unit: .rowsPerSecond, values: rates.ours, rival: ("LMDB's part of it", rates.rival)
        ).print()
    }

    private static func questions(_ bench: Workbench) async throws {
        let ledger = try bench.company.path()
        let file = bench.newPath("company.sqlite")
        let reader = try LedgerReader(at: ledger)
        _ = try SQLiteExporter(path: file).export(reader.snapshot())
        var run = ""
        try reader.query("SELECT id FROM workflow_executions LIMIT 1 OFFSET 1000", columns: { _ in }) {
            run = $0[0].text
        }
        try await self.ask("query.key", "SELECT * FROM workflow_executions WHERE id = '\(run)'", ledger, file, bench)
        try await self.ask(
            "query.aggregate",
            "SELECT model, count(*), sum(input_tokens), sum(output_tokens) FROM model_calls GROUP BY model", ledger,
            file,
            bench)
        try bench.remove(file)
    }

    private static func ask(
        _ name: String, _ sql: String, _ ledger: String, _ file: String, _ bench: Workbench
    ) async throws {
        let command = try Startup.command
        let times = try await alternate(2 * bench.options.runs) {
            try await seconds { try Program(command, ["query", "-l", ledger, "--format", "csv", sql]).run() } * 1000
        } rival: {
            try await seconds { try Program.named("sqlite3", ["-readonly", file, sql]).run() } * 1000
        }
        Figure(name: name, unit: .milliseconds, values: times.ours, rival: ("sqlite3 on a copy", times.rival)).print()
    }
}
