import LedgerDomain
import LedgerEvents
import LedgerTelemetry
import Testing

@Suite("One request is one call")
struct RequestTests {
    @Test("two spans that name one response, wherever they are")
    func response() {
        var spans = Spans()
        spans.add(1, "agent", 0...900, Spans.agent)
        spans.add(2, in: 1, scope: "framework", "chat", 100...500, Spans.chat(id: "r1"))
        spans.add(3, trace: 2, scope: "sdk", "create", 110...490, Spans.chat(id: "r1"))
        let rows = spans.rows()
        #expect(rows.modelCalls.count == 1)
        #expect(rows.runs.count == 1)
        #expect(rows.modelCalls.first?.fact.agentExecution == rows.agentExecutions.first?.id)
        #expect(rows.modelCalls.first?.fact.otherSpans.count == 1)
        #expect(rows.modelCalls.first?.fact.inputTokens == 100)
    }

    @Test("parallel calls that look alike stay apart if each has its own response")
    func parallelAlike() {
        var spans = Spans()
        spans.add(1, "agent", 0...900, Spans.agent)
        spans.add(2, in: 1, scope: "a", "chat", 100...500, Spans.chat(id: "r1"))
        spans.add(3, in: 1, scope: "b", "chat", 110...490, Spans.chat(id: "r2"))
        spans.add(4, in: 1, scope: "a", "chat", 120...480, Spans.chat(id: "r3"))
        #expect(spans.rows().modelCalls.count == 3)
    }

    @Test("calls of one scope stay apart, however alike")
    func oneScope() {
        var spans = Spans()
        spans.add(1, "agent", 0...900, Spans.agent)
        spans.add(2, in: 1, scope: "a", "chat", 100...500, Spans.chat())
        spans.add(3, in: 1, scope: "a", "chat", 110...490, Spans.chat())
        #expect(spans.rows().modelCalls.count == 2)
    }

    @Test("calls of two scopes side by side: only with the same tokens, model, outcome and time")
    func sideBySide() {
        func count(
            _ second: String, _ time: ClosedRange<Int> = 110...490, process: Int = 0, status: Spans.Status = .unset
        ) -> Int {
            var spans = Spans()
            spans.add(1, "agent", 0...900, Spans.agent)
            spans.add(2, in: 1, scope: "a", "chat", 100...500, Spans.chat())
            spans.add(3, in: 1, scope: "b", process: process, "chat", time, status: status, second)
            return spans.rows().modelCalls.count
        }
        #expect(count(Spans.chat()) == 1)
        #expect(count(Spans.chat(id: "r1")) == 1)
        #expect(count(Spans.chat(101)) == 2)
        #expect(count(Spans.chat(100, 11)) == 2)
        #expect(count(Spans.chat(model: "other")) == 2)
        #expect(count(Spans.chat(model: "openai/M-2024-07-18")) == 1)
        #expect(count(Spans.chat(), 450...700) == 2)
        #expect(count(Spans.chat(), process: 1) == 2)
        #expect(count(Spans.chat(nil, nil), status: .error) == 2)
        #expect(count(Spans.chat(nil, nil)) == 1)
    }

    @Test("parallel requests of two scopes are paired one with one")
    func pairs() {
        var spans = Spans()
        spans.add(1, "agent", 0...900, Spans.agent)
        for index in 0..<UInt64(5) {
            let start = 100 + Int(index)
            spans.add(10 + index, in: 1, scope: "a", "chat", start...500, Spans.chat())
            spans.add(20 + index, in: 1, scope: "b", "create", (start + 20)...490, Spans.chat(id: "r\(index)"))
        }
        let rows = spans.rows()
        #expect(rows.modelCalls.count == 5)
        #expect(rows.modelCalls.allSatisfy { $0.fact.otherSpans.count == 1 })
    }

    @Test("nested calls are one, but not with a tool or an agent in between")
    func nested() {
        func count(_ between: String) -> Int {
            var spans = Spans()
            spans.add(1, scope: "a", "chat", 0...900, Spans.chat())
            spans.add(2, in: 1, scope: "b", "between", 100...800, between)
            spans.add(3, in: 2, scope: "c", "chat", 200...700, Spans.chat(50, 5))
            return spans.rows().modelCalls.count
        }
        #expect(count("") == 1)
        #expect(count(Spans.tool("t")) == 2)
        #expect(count(Spans.agent) == 2)
    }

    @Test("a call around several requests is none of its own, and its sum is not counted")
    func wrapper() {
        var spans = Spans()
        spans.add(1, scope: "router", "completion", 0...900, Spans.chat(300, 30))
        spans.add(2, in: 1, scope: "sdk", "first try", 100...200, status: .error, Spans.chat(nil, nil))
        spans.add(3, in: 1, scope: "sdk", "second try", 300...400, Spans.chat(100, 10, id: "r2"))
        spans.add(4, in: 1, scope: "sdk", "follow-up", 500...600, Spans.chat(200, 20, id: "r3"))
        let rows = spans.rows()
        #expect(rows.modelCalls.count == 3)
        #expect(rows.modelCalls.map(\.fact.inputTokens).reduce(0, +) == 300)
    }

    @Test("an answer from a cache has the id of another request, but is a request of its own")
    func cachedAnswer() {
        var spans = Spans()
        spans.add(1, "agent", 0...90_000, Spans.agent)
        spans.add(2, in: 1, scope: "a", "chat", 100...500, Spans.chat(id: "r1"))
        spans.add(3, in: 1, scope: "b", "create", 110...490, Spans.chat(id: "r1"))
        spans.add(4, in: 1, scope: "a", "chat", 60_000...60_010, Spans.chat(id: "r1"))
        #expect(spans.rows().modelCalls.count == 2)
    }

    @Test("a failed request in two traces is one call with the better reason")
    func failedInTwoTraces() {
        var spans = Spans()
        spans.add(1, "agent", 0...900, status: .error, Spans.agent)
        spans.add(
            2, in: 1, scope: "framework", "chat", 100...500, status: .error, message: "RateLimitError: 429",
            Spans.chat(nil, nil))
        spans.add(
            3, trace: 2, scope: "com.anthropic.sdk.python", "create", 110...490, status: .error,
            Spans.chat(nil, nil) + #","error.type":"rate_limit_error""#)
        let rows = spans.rows()
        #expect(rows.modelCalls.count == 1)
        #expect(rows.runs.count == 1)
        #expect(rows.modelCalls.first?.fact.errorType == "rate_limit_error")
        #expect(rows.modelCalls.first?.fact.errorMessage == "RateLimitError: 429")
    }

    @Test("what only reports usage is no call")
    func usageReport() {
        var spans = Spans()
        spans.add(1, "agent", 0...900, Spans.agent)
        spans.add(2, in: 1, "chat m", 100...500, Spans.chat())
        spans.add(
            3, in: 1, "record_usage model_call", 501...502,
            #""ag2.usage.kind":"model_call","gen_ai.response.model":"m","gen_ai.usage.input_tokens":100"#)
        let rows = spans.rows()
        #expect(rows.modelCalls.count == 1)
        #expect(rows.logLines.count == 1)
    }

    @Test("second spans of a trace that still waits make no run, and no call yet")
    func waiting() {
        var spans = Spans()
        spans.add(2, in: 1, scope: "framework", "chat", 100...500, Spans.chat(id: "r1"))
        spans.add(9, in: 8, scope: "framework", "tool", 100...500, Spans.tool("t"))
        spans.add(3, trace: 2, scope: "sdk", "create", 110...490, Spans.chat(id: "r1"))
        let rows = spans.rows(waiting: [1])
        #expect(rows == AssembledRows())
    }

    @Test("usage on an agent's span counts only if no call below has any")
    func reportedByAgent() {
        var spans = Spans()
        let usage = #","gen_ai.request.model":"m","gen_ai.usage.input_tokens":150,"gen_ai.usage.output_tokens":15"#
        spans.add(1, "invoke_agent outer", 0...900, Spans.agent("outer") + usage)
        spans.add(2, in: 1, "invoke_agent inner", 100...500, Spans.agent("inner") + usage)
        let rows = spans.rows()
        #expect(rows.modelCalls.count == 1)
        #expect(rows.modelCalls.first?.fact.isReportedByAgent == true)
        #expect(rows.modelCalls.first?.fact.agentExecution == rows.agentExecutions.last?.id)
        spans.add(3, in: 2, "chat m", 200...300, Spans.chat())
        let later = spans.rows()
        #expect(later.modelCalls.map(\.fact.isReportedByAgent) == [false])
    }
}
