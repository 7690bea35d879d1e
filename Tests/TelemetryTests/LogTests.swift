import LedgerDomain
import LedgerEvents
import LedgerTelemetry
import Testing

@Suite("Log records of coding agents")
struct LogTests {
    private static let request = """
        "session.id":"s1","user.id":"u1","event.name":"api_request","model":"claude-sonnet-4-5","cost_usd":0.25,\
        "duration_ms":"1500","input_tokens":100,"output_tokens":20,"cache_read_tokens":400,"cache_creation_tokens":50
        """

    @Test("Claude Code's requests and tools become calls of one run for each session")
    func claudeCode() {
        var logs = Spans(service: "claude-code")
        logs.log("", at: 1000, body: #""claude_code.user_prompt""#, #""session.id":"s1","event.name":"user_prompt""#)
        logs.log("", at: 3000, body: #""claude_code.api_request""#, Self.request)
        logs.log(
            "", at: 3500, body: #""claude_code.tool_result""#,
            #""session.id":"s1","event.name":"tool_result","tool_name":"Bash","success":"false","duration_ms":400,"error":"no""#
        )
        logs.log(
            "claude_code.api_error", at: 4000, scope: "x",
            #""session.id":"s1","model":"claude-sonnet-4-5","error":"overloaded","status_code":"529""#)
        logs.log("claude_code.api_request", at: 9000, scope: "x", Self.request.replacing("s1", with: "s2"))
        let rows = logs.rows()
        #expect(rows.runs.count == 2)
        #expect(rows.runs.first?.workflow == "claude-code")
        #expect(rows.runs.first?.session == "s1")
        #expect(rows.runs.first?.hasFailed == false)
        #expect(rows.modelCalls.count == 3)
        let call = rows.modelCalls.first?.fact
        #expect(call?.model == "claude-sonnet-4-5")
        // Input excludes what was cached.
        #expect(call?.inputTokens == 100)
        #expect(call?.cachedInputTokens == 400)
        #expect(call?.cacheWriteTokens == 50)
        #expect(call?.outputTokens == 20)
        #expect(call?.latencyMilliseconds == 1500)
        #expect(call?.endUser == "u1")
        #expect(call?.reportedCost?.amount == ExactDecimal("0.25"))
        #expect(rows.modelCalls.first?.cause == EventID(bits: logs.logs[1].recordID.bits))
        let failed = rows.modelCalls.first { $0.fact.errorType != nil }?.fact
        #expect(failed?.errorType == "529")
        #expect(failed?.errorMessage == "overloaded")
        #expect(rows.toolCalls.map(\.fact.name) == ["Bash"])
        #expect(rows.toolCalls.first?.fact.outcome == .error)
        #expect(rows.logLines.count == 1)
    }

    @Test("a call that arrives as span and as log counts once")
    func spanAndLog() {
        var both = Spans(service: "claude-code")
        both.add(
            1, trace: 7, scope: "com.anthropic.claude_code.tracing", "claude_code.interaction", 0...5000,
            #""span.type":"interaction","session.id":"s1""#)
        both.add(
            2, in: 1, trace: 7, scope: "com.anthropic.claude_code.tracing", "claude_code.llm_request", 1500...3000,
            #""span.type":"llm_request","gen_ai.request.model":"claude-sonnet-4-5","input_tokens":100,"output_tokens":20,"cache_read_tokens":400,"request_id":"req_1""#
        )
        both.log("claude_code.api_request", at: 3001, Self.request + #","request_id":"req_1""#)
        let rows = both.rows()
        #expect(rows.modelCalls.count == 1)
        #expect(rows.modelCalls.first?.fact.spanID == SpanID(2).description)
        // The log knows more of the tokens.
        #expect(rows.modelCalls.first?.fact.cacheWriteTokens == 50)
        #expect(rows.modelCalls.first?.fact.reportedCost?.amount == ExactDecimal("0.25"))
        #expect(rows.runs.count == 1)
        #expect(Set(both.logs[0].joins).intersection(both.spans[1].lookups { _ in true }).isEmpty == false)
    }

    @Test("Codex's completed responses and tools become calls")
    func codex() {
        var logs = Spans(service: "codex_cli_rs")
        let conversation = #""conversation.id":"c1","user.account_id":"a1","model":"gpt-5""#
        logs.log(
            "", at: 1000, scope: "codex",
            conversation + #","event.name":"codex.sse_event","event.kind":"response.created""#)
        logs.log(
            "", at: 2000, scope: "codex",
            conversation
                + #","event.name":"codex.sse_event","event.kind":"response.completed","input_token_count":1000,"cached_token_count":600,"output_token_count":80,"reasoning_token_count":30"#
        )
        logs.log(
            "", at: 2500, scope: "codex",
            conversation + #","event.name":"codex.tool_result","tool_name":"shell","call_id":"call_1","success":"true""#
        )
        let rows = logs.rows()
        #expect(rows.runs.count == 1)
        #expect(rows.runs.first?.conversation == "c1")
        let call = rows.modelCalls.first?.fact
        #expect(rows.modelCalls.count == 1)
        #expect(call?.inputTokens == 400)
        #expect(call?.cachedInputTokens == 600)
        #expect(call?.outputTokens == 50)
        #expect(call?.reasoningTokens == 30)
        #expect(call?.model == "gpt-5")
        #expect(call?.provider == "openai")
        #expect(call?.endUser == "a1")
        #expect(rows.toolCalls.map(\.fact.name) == ["shell"])
        #expect(rows.toolCalls.first?.fact.externalCall == "call_1")
        #expect(rows.logLines.count == 1)
    }

    @Test("other log records are lines of the run that their span is in, and no run where they have none")
    func plain() {
        var spans = Spans()
        spans.add(1, "invoke_agent helper", Spans.agent)
        spans.log("", at: 500, scope: "app", trace: 1, body: #""hello""#, "\"k\":1")
        spans.log("", at: 600, scope: "app", body: #""elsewhere""#)
        let rows = spans.rows()
        #expect(rows.runs.count == 1)
        #expect(rows.logLines.map(\.fact.message) == ["hello"])
        #expect(rows.logLines.first?.fact.context.text == #"{"k":1}"#)
    }
}
