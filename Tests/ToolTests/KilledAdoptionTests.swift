import Foundation
import Servers
import Testing

@Suite("Adoptions that are killed")
struct KilledAdoptionTests {
    /// The rows of all tables, but for what differs from import to import: positions, and the ids and times of records.
    private func rows(_ tool: Tool, _ ledger: String) throws -> [String] {
        #expect(try tool("export", "-l", ledger, "--to", "\(ledger)-rows", "--format", "jsonl").status == 0)
        let folder = tool.folder.appendingPathComponent("\(ledger)-rows")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(files.contains("adopted_rows.jsonl") && files.contains("audit_logs.jsonl"))
        var rows: [String] = []
        for file in files where file.hasSuffix(".jsonl") && file != "audit_logs.jsonl" {
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            rows += text.split(separator: "\n").map { line in
                var line = String(line).replacing(/"[a-z_]*position":("?\d+"?|null),?/, with: "")
                if file == "adopted_rows.jsonl" { line = line.replacing(/"(adopted|updated)_at":"[^"]*",?/, with: "") }
                return "\(file) \(line)"
            }
        }
        // Nothing happened twice.
        let time = "CASE WHEN action LIKE 'adopted%' THEN '' ELSE occurred_at END"
        let counts = "SELECT action, entity_id, \(time), count(*) FROM audit_logs GROUP BY 1, 2, 3"
        let events = try tool("query", "-l", ledger, "--format", "jsonl", counts)
        #expect(events.status == 0, "\(events)")
        return (rows + events.out.split(separator: "\n").map { "events \($0)" }).sorted()
    }

    private func count(_ tool: Tool, _ ledger: String) throws -> Int {
        let answer = try tool("query", "-l", ledger, "--format", "jsonl", "SELECT count(*) AS n FROM audit_logs").out
        return try #require(Int(answer.filter(\.isNumber)))
    }

    @Test(
        "and begun again come to the same rows as one that nobody disturbs, and nothing twice",
        arguments: [
            ("orchestrator_platform", 20), ("agent_infrastructure", 150), ("ops_studio", 15), ("agent_monitoring", 20),
            ("core_platform", 200),
        ])
    func killed(platform: String, executions: Int) throws {
        let tool = try Tool()
        let database = try TemporaryPostgres.shared.get().newDatabase()
        #expect(try tool("simulate", "-l", "company", "--seed", "11", "--executions", "\(executions)").status == 0)
        #expect(try tool("export", "-l", "company", "--schema", platform, "--to", database).status == 0)
        let address = "\(database)&schema=\(platform)"
        try tool("init", "-l", "calm")
        let calm = try tool("import", "-l", "calm", address)
        #expect(calm.status == 0, "\(calm)")
        let events = try self.count(tool, "calm")

        try tool("init", "-l", "killed")
        let crash = URL(fileURLWithPath: Tool.path).deletingLastPathComponent().appendingPathComponent("crash").path
        for part in 1...5 {
            let until = events * part / 6
            let line = "'\(crash)' adopt --ledger killed --from '\(address)' --until \(until)"
            #expect(try tool.shell(line).status != 0, "died at \(until) of \(events) events")
            let there = try self.count(tool, "killed")
            #expect(there >= until && there < events, "\(there) of \(events) events, where \(until) were asked for")
        }
        let last = try tool("import", "-l", "killed", address)
        #expect(last.status == 0, "\(last)")
        let (wanted, found) = (try self.rows(tool, "calm"), try self.rows(tool, "killed"))
        let (missing, extra) = (Set(wanted).subtracting(found).sorted(), Set(found).subtracting(wanted).sorted())
        #expect(missing.isEmpty && extra.isEmpty, "\(missing.prefix(3)) became \(extra.prefix(3))")
        #expect(wanted.count == found.count)
        let again = try tool("import", "-l", "killed", address)
        #expect(again.out.hasSuffix("0 refused: nothing new\n"), "\(again.out)")
        #expect(try tool("verify", "-l", "killed").status == 0)
    }
}
