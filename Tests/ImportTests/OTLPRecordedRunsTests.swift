import EventSourcing
import Foundation
import Import
import Testing

/// Agent runs as they were recorded, against totals that were counted from the source by other means.
@Suite("Recorded agent runs")
struct OTLPRecordedRunsTests {
    struct Totals: Codable, Equatable {
        var agent_executions = 0
        var completed = 0
        var end_reasons: [String: Int] = [:]
        var evaluations = 0
        var failed = 0
        var input_tokens = 0
        var model_calls = 0
        var output_tokens = 0
        var reported_cost_usd = ""
        var reward_sum = ""
        var runs = 0
        var spans = 0
        var tool_calls = 0
        var tool_errors = 0
    }

    @Test("the airline runs count up to their totals")
    func airline() throws {
        let house = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let expected = try JSONDecoder().decode(
            Totals.self, from: Data(contentsOf: house.appending(path: "Tests/Fixtures/tau2-airline.expected.json")))
        var totals = Totals()
        var cost = Exact.zero
        var reward = Exact.zero
        var reader = OTLPReader()
        try LineReader(path: house.appending(path: "tools/demo/tau2-airline.otlp.jsonl").path).forEachLine {
            _, line, _ in
            try reader.read(line: line) { span in
                totals.add(span)
                let genAI = GenAISpan(span)
                if let text = genAI.cost?.string { cost += try exact(text) }
                for event in span.events {
                    guard let evaluation = GenAIEvaluation(event, of: span) else { continue }
                    totals.evaluations += 1
                    reward += try exact(evaluation.score?.string ?? "")
                }
                #expect(span.resourceAttribute("service.namespace")?.string?.string == "sierra-research")
            }
        }
        #expect(try reward == exact(expected.reward_sum))
        #expect(try abs(cost - exact(expected.reported_cost_usd)) < 1e-9)
        totals.reward_sum = expected.reward_sum
        totals.reported_cost_usd = expected.reported_cost_usd
        #expect(totals == expected)
    }
}

private typealias Exact = Foundation.Decimal

private func exact(_ text: String) throws -> Exact {
    let value = Exact(string: text)
    return try #require(value)
}

extension OTLPRecordedRunsTests.Totals {
    mutating func add(_ span: borrowing OTLPSpan) {
        let genAI = GenAISpan(span)
        self.spans += 1
        switch genAI.operation {
        case .invokeWorkflow:
            self.runs += 1
            if span.statusCode == .error { self.failed += 1 } else { self.completed += 1 }
            let reason = span.attribute("tau2.termination_reason")?.string?.string ?? "none"
            self.end_reasons[reason, default: 0] += 1
        case .invokeAgent: self.agent_executions += 1
        case .executeTool:
            self.tool_calls += 1
            if span.statusCode == .error { self.tool_errors += 1 }
        case .chat:
            self.model_calls += 1
            self.input_tokens += genAI.usage?.input ?? 0
            self.output_tokens += genAI.usage?.output ?? 0
        case .textCompletion, .generateContent, .embeddings, .other, nil:
            Issue.record("the runs have no such span: \(span.name.string)")
        }
    }
}
