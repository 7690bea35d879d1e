import EventSourcing
import Import
import Testing

@Suite("Spans of generative AI")
struct GenAISpanTests {
    private func genAI<R>(
        _ attributes: KeyValuePairs<String, String>, root: Bool = true, _ read: (GenAISpan) throws -> R
    ) throws -> R {
        let parent = root ? "" : #","parentSpanId":"1c497e3e5f3f764c""#
        return try OTLPLines.one(OTLPLines.line(OTLPLines.attributes(attributes) + parent)) { span in
            try read(GenAISpan(span))
        }
    }

    @Test("a chat says its models, provider, tokens, cost and why it stopped")
    func chat() throws {
        try self.genAI([
            "gen_ai.operation.name": #"{"stringValue":"chat"}"#, "gen_ai.provider.name": #"{"stringValue":"openai"}"#,
            "gen_ai.request.model": #"{"stringValue":"gpt-4.1"}"#,
            "gen_ai.response.model": #"{"stringValue":"gpt-4.1-2025"}"#,
            "gen_ai.usage.input_tokens": #"{"intValue":"1000"}"#, "gen_ai.usage.output_tokens": #"{"intValue":100}"#,
            "gen_ai.usage.cache_read.input_tokens": #"{"intValue":"600"}"#,
            "gen_ai.usage.cache_creation.input_tokens": #"{"intValue":"150"}"#,
            "gen_ai.usage.reasoning.output_tokens": #"{"intValue":"40"}"#,
            "gen_ai.usage.cost": #"{"doubleValue":0.0021119999999999997}"#,
            "gen_ai.response.finish_reasons":
                #"{"arrayValue":{"values":[{"stringValue":"stop"},{"stringValue":"length"}]}}"#,
            "gen_ai.conversation.id": #"{"stringValue":"c1"}"#, "error.type": #"{"stringValue":"timeout"}"#,
            "gen_ai.agent.name": #"{"stringValue":""}"#,
        ]) { span in
            #expect(span.operation == .chat)
            #expect(span.provider?.string == "openai")
            #expect(span.requestModel?.string == "gpt-4.1")
            #expect(span.responseModel?.string == "gpt-4.1-2025")
            #expect(
                span.usage.map { [$0.input, $0.cacheRead, $0.cacheWrite, $0.output, $0.reasoning] } == [
                    250, 600, 150, 60, 40,
                ])
            #expect(span.cost?.string == "0.0021119999999999997")
            #expect(span.finishReasons == ["stop", "length"])
            #expect(span.conversationID?.string == "c1")
            #expect(span.errorType?.string == "timeout")
            #expect(span.agentName == nil)
        }
    }

    @Test("a tool call says its tool")
    func tool() throws {
        try self.genAI([
            "gen_ai.operation.name": #"{"stringValue":"execute_tool"}"#,
            "gen_ai.tool.name": #"{"stringValue":"search"}"#,
            "gen_ai.tool.call.id": #"{"stringValue":"call_1"}"#,
        ]) { span in
            #expect(span.operation == .executeTool)
            #expect(span.toolName?.string == "search")
            #expect(span.toolCallID?.string == "call_1")
            #expect(span.usage == nil)
        }
    }

    @Test("older names are understood, and newer ones win in any order")
    func olderNames() throws {
        try self.genAI([
            "gen_ai.system": #"{"stringValue":"old"}"#, "gen_ai.usage.prompt_tokens": #"{"intValue":"9"}"#,
            "gen_ai.usage.completion_tokens": #"{"stringValue":"4"}"#, "gen_ai.usage.cost": #"{"stringValue":"0.5"}"#,
        ]) { span in
            #expect(span.provider?.string == "old")
            #expect(span.usage == GenAIUsage(input: 9, cacheRead: 0, cacheWrite: 0, output: 4, reasoning: 0))
            #expect(span.cost?.string == "0.5")
            #expect(span.operation == nil)
        }
        try self.genAI([
            "gen_ai.usage.input_tokens": #"{"intValue":"10"}"#, "gen_ai.usage.prompt_tokens": #"{"intValue":"9"}"#,
            "gen_ai.system": #"{"stringValue":"old"}"#, "gen_ai.provider.name": #"{"stringValue":"new"}"#,
        ]) { span in
            #expect(span.usage?.input == 10)
            #expect(span.provider?.string == "new")
        }
    }

    @Test("OpenInference spans are understood")
    func openInference() throws {
        try self.genAI([
            "openinference.span.kind": #"{"stringValue":"LLM"}"#, "llm.model_name": #"{"stringValue":"claude"}"#,
            "llm.provider": #"{"stringValue":"anthropic"}"#, "llm.token_count.prompt": #"{"intValue":"20"}"#,
            "llm.token_count.completion": #"{"intValue":"5"}"#,
            "llm.token_count.prompt_details.cache_read": #"{"intValue":"8"}"#,
        ]) { span in
            #expect(span.operation == .chat)
            #expect(span.requestModel?.string == "claude")
            #expect(span.provider?.string == "anthropic")
            #expect(span.usage == GenAIUsage(input: 20, cacheRead: 8, cacheWrite: 0, output: 5, reasoning: 0))
        }
        try self.genAI(["openinference.span.kind": #"{"stringValue":"TOOL"}"#, "tool.name": #"{"stringValue":"t"}"#]) {
            #expect($0.operation == .executeTool)
            #expect($0.toolName?.string == "t")
        }
        let chain: KeyValuePairs = ["openinference.span.kind": #"{"stringValue":"CHAIN"}"#]
        #expect(try self.genAI(chain) { $0.operation } == .invokeWorkflow)
        #expect(try self.genAI(chain, root: false) { $0.operation } == .other)
        let agent: KeyValuePairs = ["openinference.span.kind": #"{"stringValue":"AGENT"}"#]
        #expect(try self.genAI(agent) { $0.operation } == .invokeAgent)
    }

    @Test(
        "every operation has its name",
        arguments: [
            ("invoke_workflow", GenAIOperation.invokeWorkflow), ("invoke_agent", .invokeAgent), ("chat", .chat),
            ("text_completion", .textCompletion), ("generate_content", .generateContent), ("embeddings", .embeddings),
            ("execute_tool", .executeTool), ("create_agent", .other),
        ])
    func operations(name: String, operation: GenAIOperation) throws {
        #expect(try self.genAI(["gen_ai.operation.name": #"{"stringValue":"\#(name)"}"#]) { $0.operation } == operation)
    }

    @Test(
        "token buckets do not overlap and are never negative",
        arguments: [
            // input, cache read, cache write, output, reasoning as reported; the five buckets.
            ([100, 60, 0, 10, 0], [40, 60, 0, 10, 0]),
            ([100, 60, 40, 10, 10], [0, 60, 40, 0, 10]),
            ([100, 60, 41, 10, 11], [100, 60, 41, 10, 11]),
            ([0, 60, 0, 0, 5], [0, 60, 0, 0, 5]),
            ([-5, -1, 3, -2, -3], [0, 0, 3, 0, 0]),
            ([.max, .max, .max, 1, .max], Array(repeating: GenAIUsage.limit, count: 3) + [1, GenAIUsage.limit]),
        ] as [([Int64], [Int])])
    func buckets(reported: [Int64], expected: [Int]) {
        let usage = GenAIUsage(
            input: reported[0], cacheRead: reported[1], cacheWrite: reported[2], output: reported[3],
            reasoning: reported[4])
        #expect([usage.input, usage.cacheRead, usage.cacheWrite, usage.output, usage.reasoning] == expected)
    }

    @Test("an evaluation is read from its event, other events are not")
    func evaluations() throws {
        let line = OTLPLines.line(
            #"""
            "events":[{"name":"exception"},{"timeUnixNano":"5000","name":"gen_ai.evaluation.result","attributes":[
            {"key":"gen_ai.evaluation.name","value":{"stringValue":"reward"}},
            {"key":"gen_ai.evaluation.score.value","value":{"doubleValue":0.75}},
            {"key":"gen_ai.evaluation.score.label","value":{"stringValue":"pass"}},
            {"key":"gen_ai.evaluation.explanation","value":{"stringValue":"well done"}}]}]
            """#)
        try OTLPLines.one(line) { span in
            #expect(GenAIEvaluation(span.events[0], of: span) == nil)
            let found = GenAIEvaluation(span.events[1], of: span)
            let evaluation = try #require(found)
            #expect(evaluation.name?.string == "reward")
            #expect(evaluation.score?.string == "0.75")
            #expect(evaluation.label?.string == "pass")
            #expect(evaluation.explanation?.string == "well done")
            #expect(evaluation.timeMicroseconds == 5)
        }
    }
}
