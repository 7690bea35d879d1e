import Foundation
import Seeded
import Testing

@Suite("Telemetry whose imports are killed")
struct KilledTelemetryTests {
    private static let tables = [
        "workflows", "agents", "workflow_executions", "agent_executions", "model_calls", "tool_calls",
        "execution_logs", "evaluation_results", "trace_spans",
    ]

    /// The rows as they are told, but for the position in the log.
    private func rows(_ tool: Tool, _ ledger: String) throws -> [String] {
        var rows: [String] = []
        for table in Self.tables + ["usage_records WHERE voided_at IS NULL"] {
            let told = try tool("query", "-l", ledger, "--format", "jsonl", "SELECT * FROM \(table)")
            #expect(told.status == 0, "\(told)")
            rows += told.out.replacing(/"(changed_)?position":"?\d+"?,?/, with: "").split(separator: "\n").map {
                "\(table) \($0)"
            }
        }
        return rows.sorted()
    }

    @Test("lines in any order, in files that are imported in haste and killed, come to the same rows")
    func killed() throws {
        let seed = ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init) ?? .random(in: 0...999_999)
        var random = SplitMix64(seed: seed)
        let tool = try Tool()
        let fixtures = Tool.repository.appendingPathComponent("Tests/Fixtures/otel").path
        let all = try tool.shell("gzip -dc $(ls \(fixtures)/*.otlp.jsonl.gz | grep -v /tau2)").out
        var lines = all.split(separator: "\n")
        #expect(lines.count > 40)
        let whole = lines.joined(separator: "\n")
        try whole.write(to: tool.folder.appendingPathComponent("whole.jsonl"), atomically: false, encoding: .utf8)
        try tool("init", "calm")
        let started = ContinuousClock.now
        #expect(try tool("import", "-l", "calm", "--assemble", "whole.jsonl").status == 0)
        let undisturbed = (ContinuousClock.now - started) / .seconds(1)
        let calm = try self.rows(tool, "calm")

        lines.shuffle(using: &random)
        try tool("init", "killed")
        var kills = 0
        let size = lines.count / 4 + 1
        for start in stride(from: 0, to: lines.count, by: size) {
            let part = lines[start..<min(start + size, lines.count)].joined(separator: "\n")
            try part.write(to: tool.folder.appendingPathComponent("part.jsonl"), atomically: false, encoding: .utf8)
            for _ in 0..<3 {
                let delay = undisturbed * Double(random.next() % 600 + 20) / 1000
                let line = "timeout -s KILL \(delay) \"$agentledger\" import -l killed --assemble part.jsonl"
                if try tool.shell(line).status != 0 { kills += 1 }
            }
            // Not every part comes to its end before the next one.
            if random.next() % 2 == 0 { try tool("import", "-l", "killed", "--assemble", "part.jsonl") }
        }
        let last = try tool("import", "-l", "killed", "--assemble", "whole.jsonl")
        #expect(last.status == 0, "\(last) (seed \(seed))")
        #expect(kills > 0, "no import was killed in time (seed \(seed))")
        let found = try self.rows(tool, "killed")
        let (missing, extra) = (Set(calm).subtracting(found), Set(found).subtracting(calm))
        #expect(missing.isEmpty && extra.isEmpty, "seed \(seed): \(missing.prefix(2)) became \(extra.prefix(2))")
        #expect(try tool("verify", "-l", "killed").status == 0, "seed \(seed)")
    }
}
