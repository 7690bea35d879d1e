import AgentLedger
import Foundation
import Seeded
import Testing

/// The tables are a function of the set of spans: of real files, cut and shuffled.
@Suite("However telemetry arrives")
struct ArrivalTests {
    /// Small files of every shape: nested second spans, second spans in traces of their own, two services, missing
    /// parents, conversations, messages between agents.
    static let setups = [
        "pydantic-ai-anthropic", "langgraph-anthropic-openinference", "anthropic-native", "web-two-apps",
        "pydantic-ai-remote-parent", "pydantic-ai-live", "autogen-agentchat", "litellm-anthropic", "ag2-openai",
        "logfire-openai", "mcp-openinference", "langfuse-anthropic", "openai-v2-http", "crewai-openllmetry",
    ]

    @Test(
        "all tables come out equal: reversed, span by span in any order, in many imports, and again", arguments: setups)
    func arrangements(_ name: String) async throws {
        let lines = try Setups.lines(name)
        let whole = try TelemetryLedger()
        try await whole.take(lines, assembling: true)
        let tables = try whole.tables()
        let seed = ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init) ?? .random(in: 0...999_999)
        var random = SplitMix64(seed: seed)
        func expect(_ other: TelemetryLedger, _ how: String) throws {
            let found = try other.tables()
            #expect(found == tables, "\(name), \(how), seed \(seed):\n\(difference(tables, found))")
        }

        let reversed = try TelemetryLedger()
        try await reversed.take(lines.reversed(), assembling: true)
        try expect(reversed, "reversed")

        let apart = try TelemetryLedger()
        for line in lines { try await apart.take([line]) }
        let again = try await apart.take(lines, assembling: true)
        #expect(again.accepted == 0)
        try expect(apart, "line by line, and again")

        let spans = try Setups.pieces(of: lines).shuffled(using: &random)
        try expect(try await self.inHaste(spans, parts: 5), "shuffled, in parts that are assembled at once")
    }

    @Test(
        "so do those of every set-up, in parts cut at random, of which some come twice",
        arguments: Setups.names + ["tau2-airline", "tau2-airline-qwen", "tau2-retail"])
    func everySetup(_ name: String) async throws {
        let seed = ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init) ?? .random(in: 0...999_999)
        var random = SplitMix64(seed: seed)
        var spans = try Setups.pieces(of: try Setups.lines(name, most: 60))
        let whole = try TelemetryLedger()
        try await whole.take(spans, assembling: true)
        spans += spans.shuffled(using: &random).prefix(spans.count / 10)
        spans.shuffle(using: &random)
        let cut = try await self.inHaste(spans, parts: .random(in: 2...4, using: &random))
        let (tables, found) = (try whole.tables(), try cut.tables())
        #expect(found == tables, "\(name), seed \(seed):\n\(difference(tables, found))")
        try cut.expectSound("\(name), seed \(seed)")
    }

    /// Each part is assembled at once, from whatever is known by then: later parts correct it.
    private func inHaste(_ spans: [String], parts: Int) async throws -> TelemetryLedger {
        let ledger = try TelemetryLedger()
        let size = max(1, (spans.count + parts - 1) / parts)
        for start in stride(from: 0, to: spans.count, by: size) {
            try await ledger.take(Array(spans[start..<min(start + size, spans.count)]), assembling: true)
        }
        return ledger
    }

    @Test("nothing is billed twice, whatever was corrected")
    func billing() async throws {
        let lines = try Setups.lines("langgraph-anthropic-openinference")
        let whole = try TelemetryLedger()
        try await whole.take(lines, assembling: true)
        let usage = "SELECT usage_type, SUM(quantity) FROM usage_records WHERE voided_at IS NULL GROUP BY 1 ORDER BY 1"
        let expected = try whole.rows(usage)
        // The SDK's own spans first: each is a run and a call until the framework's spans say what they are part of.
        let spans = try Setups.pieces(of: lines)
        let own = spans.filter { $0.contains("com.anthropic.sdk.python") }
        let others = spans.filter { !$0.contains("com.anthropic.sdk.python") }
        #expect(!own.isEmpty && !others.isEmpty)
        let ledger = try TelemetryLedger()
        try await ledger.take(own, assembling: true)
        let early = try ledger.rows("SELECT COUNT(*) FROM workflow_executions")
        try await ledger.take(others, assembling: true)
        #expect(try ledger.rows(usage) == expected)
        #expect(try ledger.tables() == whole.tables())
        #expect(early != [["8"]])
        // The past keeps showing what was known then.
        #expect(try ledger.rows("SELECT COUNT(*) FROM usage_records WHERE voided_at IS NOT NULL") != [["0"]])
    }
}
