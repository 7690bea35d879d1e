import AgentLedger
import Export
import Foundation

/// SQL over a large ledger from the shell, start of the process included, beside the sqlite3 command over the same rows
/// in tables and indexes of its own.
enum Querying {
    static var entries: [Catalog.Entry] {
        [.init(lines: ["query.key", "query.aggregate"], run: self.questions)]
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
