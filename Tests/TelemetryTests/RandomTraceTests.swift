import LedgerDomain
import LedgerEvents
import LedgerTelemetry
import Seeded
import Testing

@Suite("Random traces")
struct RandomTraceTests {
    private static let contents = [
        Spans.agent("a"), Spans.agent("b"), Spans.tool("t"), Spans.tool("t", call: "c1"), Spans.chat(),
        Spans.chat(nil, nil),
        Spans.chat(id: "r1"), Spans.chat(id: "r2"), Spans.chat(50, 5, model: "n"), "", "\"session.id\":\"s\"",
        #""gen_ai.operation.name":"invoke_workflow","gen_ai.workflow.name":"w""#,
        #""gen_ai.operation.name":"create_agent","gen_ai.agent.name":"a""#, Spans.chat() + #","session.id":"s""#,
        #""openinference.span.kind":"CHAIN""#, #""openinference.span.kind":"LLM""#,
    ]
    private static let scopes = [
        "t", "com.anthropic.sdk.python", "openinference.instrumentation.langchain", "logfire.openai",
        "autogen SingleThreadedAgentRuntime", "opentelemetry.instrumentation.langchain",
    ]

    private func spans(_ seed: UInt64) -> Spans {
        var random = SplitMix64(seed: seed)
        var spans = Spans()
        for trace in UInt128(1)...4 {
            let count = UInt64.random(in: 1...12, using: &random)
            for id in 1...count {
                let parent = Bool.random(using: &random) || id > 1 ? UInt64.random(in: 0...count, using: &random) : 0
                let start = Int.random(in: 0...2000, using: &random)
                spans.add(
                    id, in: parent == 0 ? nil : parent, trace: trace,
                    scope: Self.scopes.randomElement(using: &random) ?? "t",
                    process: Int.random(in: 0...1, using: &random),
                    "span \(id)", start...(start + Int.random(in: 0...2000, using: &random)),
                    kind: Int.random(in: 0...5, using: &random),
                    status: Spans.Status(rawValue: Int.random(in: 0...2, using: &random)) ?? .unset,
                    flags: [0, 256, 768].randomElement(using: &random) ?? 0,
                    Self.contents.randomElement(using: &random) ?? "")
            }
        }
        return spans
    }

    @Test("give the same rows in any order, and rows that refer only to each other", arguments: UInt64(1)...300)
    func order(seed: UInt64) {
        let spans = self.spans(seed)
        var random = SplitMix64(seed: seed &+ 1_000_000)
        let waiting: Set<UInt128> = Bool.random(using: &random) ? [2] : []
        let rows = spans.rows(waiting: waiting)
        ConformanceTests.check(rows, "seed \(seed)")
        for _ in 0..<3 {
            var inputs = spans.inputs(waiting: waiting).shuffled(using: &random)
            for index in inputs.indices { inputs[index].spans.shuffle(using: &random) }
            #expect(Assembly.rows(of: inputs) == rows, "seed \(seed)")
        }
    }

    @Test("give the same rows together as in the parts that joins connect", arguments: UInt64(1)...300)
    func apart(seed: UInt64) {
        let inputs = self.spans(seed).inputs()
        let together = Assembly.rows(of: inputs)
        let apart = Components(inputs).parts.map { Assembly.rows(of: $0) }
        func same<T: Equatable>(_ rows: (AssembledRows) -> [T], _ text: (T) -> String) -> Bool {
            rows(together).map(text).sorted() == apart.flatMap(rows).map(text).sorted()
        }
        #expect(same({ $0.runs }, { "\($0)" }), "seed \(seed)")
        #expect(same({ $0.agentExecutions }, { "\($0)" }), "seed \(seed)")
        #expect(same({ $0.modelCalls }, { "\($0)" }), "seed \(seed)")
        #expect(same({ $0.toolCalls }, { "\($0)" }), "seed \(seed)")
        #expect(same({ $0.logLines }, { "\($0)" }), "seed \(seed)")
    }

    @Test("name, as the cause of each row, a span that is there", arguments: UInt64(1)...50)
    func causes(seed: UInt64) {
        let spans = self.spans(seed)
        let known = Set(spans.spans.map { EventID(bits: $0.id.bits) })
        let rows = spans.rows()
        #expect(rows.runs.allSatisfy { known.contains($0.cause) })
        #expect(rows.agentExecutions.allSatisfy { known.contains($0.cause) })
        #expect(rows.modelCalls.allSatisfy { known.contains($0.cause) })
        #expect(rows.toolCalls.allSatisfy { known.contains($0.cause) })
        #expect(rows.logLines.allSatisfy { known.contains($0.cause) })
    }
}
