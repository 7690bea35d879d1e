import Conformance
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerTelemetry
import Testing

@Suite("Files whose figures are known")
struct SourceFilesTests {
    @Test("tau2-bench runs stay exact", arguments: ["tau2-airline", "tau2-retail", "tau2-airline-qwen"])
    func tau2(name: String) throws {
        let folder = ConformanceTests.folder
        let fixture = try TelemetryFixture("\(folder)/\(name).otlp.jsonl.gz")
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).expected.json"))
        let file = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        func count(_ key: String) -> Int { file[key] as? Int ?? -1 }
        let rows = Assembly.rows(of: fixture.inputs)
        #expect(fixture.spans.count == count("spans"))
        #expect(rows.runs.count == count("runs"))
        #expect(rows.runs.count(where: \.hasFailed) == count("failed"))
        #expect(rows.runs.count { !$0.hasFailed && $0.completedAt != nil } == count("completed"))
        #expect(rows.agentExecutions.count == count("agent_executions"))
        #expect(rows.modelCalls.count == count("model_calls"))
        #expect(rows.toolCalls.count == count("tool_calls"))
        #expect(rows.toolCalls.count { $0.fact.outcome == .error } == count("tool_errors"))
        #expect(rows.evaluations.count == count("evaluations"))
        let calls = rows.modelCalls.map(\.fact)
        #expect(calls.reduce(0) { $0 + $1.totalInputTokens } == count("input_tokens"))
        #expect(calls.reduce(0) { $0 + $1.totalOutputTokens } == count("output_tokens"))
        let cost = calls.reduce(ExactDecimal.zero) { $0 + ($1.reportedCost?.amount ?? .zero) }
        #expect(cost == ExactDecimal(file["reported_cost_usd"] as? String ?? ""))
        let reward = rows.evaluations.reduce(ExactDecimal.zero) {
            $0 + (ExactDecimal($1.fact.reportedScore ?? "") ?? .zero)
        }
        #expect(reward == ExactDecimal(file["reward_sum"] as? String ?? ""))
    }

    private func rows(_ lines: String) throws -> AssembledRows {
        Assembly.rows(of: try TelemetryFixture(lines: Data(lines.utf8)).inputs)
    }

    @Test("an agent's and a retrieval's usage, model and cost are not thrown away (case 03)")
    func case03() throws {
        let agent = try self.rows(Cases.reportedByAgent)
        #expect(agent.modelCalls.map(\.fact.isReportedByAgent) == [true])
        #expect(agent.modelCalls.first?.fact.reportedCost?.amount == ExactDecimal("0.1234"))
        #expect(agent.modelCalls.first?.fact.model == "claude-sonnet-4")
        let mixed = try self.rows(Cases.agentWithRetrieval)
        #expect(Set(mixed.modelCalls.map(\.fact.operation)) == ["chat", "retrieval"])
        #expect(mixed.modelCalls.map(\.fact.inputTokens).sorted() == [111, 4444])
        #expect(mixed.runs.first?.metadata.text == #"{"my.custom":"keepme"}"#)
        #expect(mixed.agentExecutions.first?.errorType == "E1")
        #expect(mixed.toolCalls.map(\.fact.name) == ["t"])
    }
}

/// The inputs of the cases, shortened to what they are about.
enum Cases {
    private static func request(_ spans: [String]) -> String {
        #"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"acme"}}]},"scopeSpans":[{"scope":{"name":"t"},"spans":["#
            + spans.joined(separator: ",") + "]}]}]}\n"
    }

    private static func span(
        _ id: String, parent: String? = nil, _ name: String, _ attributes: KeyValuePairs<String, String>
    ) -> String {
        let members = attributes.map { #"{"key":"\#($0.key)","value":{\#($0.value)}}"# }.joined(separator: ",")
        return #"{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"\#(id)","#
            + (parent.map { #""parentSpanId":"\#($0)","# } ?? "")
            + #""name":"\#(name)","startTimeUnixNano":"1754038800000000000","endTimeUnixNano":"1754038810000000000","attributes":[\#(members)]}"#
    }

    static let reportedByAgent = request([
        span(
            "00f067aa0ba902b7", "ClaudeAgent.query",
            [
                "openinference.span.kind": #""stringValue":"AGENT""#,
                "llm.model_name": #""stringValue":"claude-sonnet-4""#,
                "llm.token_count.prompt": #""intValue":"1200""#, "llm.token_count.completion": #""intValue":"3000""#,
                "llm.cost.total": #""doubleValue":0.1234"#,
            ])
    ])

    static let agentWithRetrieval = request([
        span(
            "00f067aa0ba902b7", "invoke_agent helper",
            [
                "gen_ai.operation.name": #""stringValue":"invoke_agent""#,
                "gen_ai.agent.name": #""stringValue":"helper""#,
                "gen_ai.request.model": #""stringValue":"gpt-4.1""#, "gen_ai.usage.input_tokens": #""intValue":"111""#,
                "gen_ai.usage.output_tokens": #""intValue":"22""#, "gen_ai.usage.cost": #""doubleValue":0.5125"#,
                "error.type": #""stringValue":"E1""#, "my.custom": #""stringValue":"keepme""#,
            ]),
        span(
            "00f067aa0ba902c1", parent: "00f067aa0ba902b7", "execute_tool t",
            [
                "gen_ai.operation.name": #""stringValue":"execute_tool""#, "gen_ai.tool.name": #""stringValue":"t""#,
                "gen_ai.usage.input_tokens": #""intValue":"333""#,
            ]),
        span(
            "00f067aa0ba902c2", parent: "00f067aa0ba902b7", "rerank docs",
            [
                "gen_ai.operation.name": #""stringValue":"retrieval""#,
                "gen_ai.request.model": #""stringValue":"rerank-3""#,
                "gen_ai.usage.input_tokens": #""intValue":"4444""#, "gen_ai.usage.cost": #""doubleValue":0.9125"#,
            ]),
    ])
}
