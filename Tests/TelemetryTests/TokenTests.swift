import LedgerDomain
import LedgerEvents
import LedgerTelemetry
import Testing

@Suite("Tokens and costs")
struct TokenTests {
    private func call(_ attributes: String, scope: String = "t", _ name: String = "chat m") -> ModelCall? {
        var spans = Spans()
        let kind = #""gen_ai.operation.name":"chat","gen_ai.request.model":"m","#
        spans.add(1, scope: scope, name, kind + attributes)
        return spans.rows().modelCalls.first?.fact
    }

    private func buckets(_ call: ModelCall?) -> [Int] {
        call.map { [$0.inputTokens, $0.cachedInputTokens, $0.cacheWriteTokens, $0.outputTokens, $0.reasoningTokens] }
            ?? []
    }

    private let cached = """
        "gen_ai.usage.input_tokens":1000,"gen_ai.usage.output_tokens":50,"gen_ai.usage.cache_read.input_tokens":300,\
        "gen_ai.usage.cache_creation.input_tokens":200
        """

    @Test("an unknown scope follows the conventions: the input includes what was cached")
    func convention() {
        let call = self.call(self.cached)
        #expect(self.buckets(call) == [500, 300, 200, 50, 0])
        #expect(call?.inputTokenRule == .includesCached)
        #expect(call?.inputTokenBasis == .convention)
    }

    @Test("a total, or more cached than input, says that an unknown scope excludes it")
    func contradicted() {
        let total = self.call(self.cached + #","gen_ai.usage.total_tokens":1550"#)
        #expect(self.buckets(total) == [1000, 300, 200, 50, 0])
        #expect(total?.inputTokenBasis == .total)
        let more = self.call(#""gen_ai.usage.input_tokens":100,"gen_ai.usage.cache_read.input_tokens":300"#)
        #expect(self.buckets(more) == [100, 300, 0, 0, 0])
        #expect(more?.inputTokenRule == .excludesCached)
        let own = self.call(self.cached + #","gen_ai.usage.details.input_tokens":1000"#)
        #expect(self.buckets(own) == [1000, 300, 200, 50, 0])
    }

    @Test("scope and provider together decide")
    func scopes() {
        let anthropic = #","gen_ai.provider.name":"anthropic""#
        #expect(self.call(self.cached, scope: "openlit.instrumentation.anthropic")?.inputTokens == 1000)
        #expect(self.call(self.cached, scope: "openlit.instrumentation.openai")?.inputTokens == 500)
        #expect(self.call(self.cached + anthropic, scope: "opentelemetry.instrumentation.ag2")?.inputTokens == 1000)
        #expect(self.call(self.cached, scope: "opentelemetry.instrumentation.ag2")?.inputTokens == 500)
        #expect(self.call(self.cached, scope: "pydantic-ai")?.inputTokenBasis == .scope)
    }

    @Test("nothing cached: the rule does not matter")
    func notCached() {
        let call = self.call(#""gen_ai.usage.input_tokens":10,"gen_ai.usage.output_tokens":5"#)
        #expect(call?.inputTokenRule == nil)
        #expect(call?.inputTokenBasis == nil)
    }

    @Test(
        "a count that is missing, no number, negative or a fraction is unknown, not 0",
        arguments: [#""many""#, "-1", "1.5", "null", #""""#, "1e30"])
    func unknown(value: String) {
        let call = self.call(#""gen_ai.usage.input_tokens":\#(value),"gen_ai.usage.output_tokens":5"#)
        #expect(call?.unknownTokens == ["input_tokens"])
        #expect(call?.inputTokens == 0)
        #expect(self.call("\"x\":1")?.unknownTokens == ["input_tokens", "output_tokens"])
        let detail = self.call(
            #""gen_ai.usage.input_tokens":10,"gen_ai.usage.output_tokens":5,"gen_ai.usage.cache_read.input_tokens":-1"#)
        #expect(detail?.unknownTokens == ["cached_input_tokens"])
    }

    @Test("a count may be a text, or a double without a fraction; a valid one goes before one that is not")
    func valid() {
        #expect(self.call(#""gen_ai.usage.input_tokens":"12","gen_ai.usage.output_tokens":5.0"#)?.inputTokens == 12)
        #expect(self.call(#""gen_ai.usage.input_tokens":"12","gen_ai.usage.output_tokens":5.0"#)?.outputTokens == 5)
        #expect(self.call(#""gen_ai.usage.input_tokens":-1,"gen_ai.usage.prompt_tokens":7"#)?.inputTokens == 7)
    }

    @Test("usage inside texts: OpenAI's, Anthropic's and Langfuse's shapes, JSON and Python")
    func texts() {
        let openAI =
            #""{\"prompt_tokens\":100,\"completion_tokens\":30,\"prompt_tokens_details\":{\"cached_tokens\":40},\"completion_tokens_details\":{\"reasoning_tokens\":10}}""#
        let python =
            #""{'prompt_tokens': 100, 'completion_tokens': 30, 'prompt_tokens_details': {'cached_tokens': 40, 'text_tokens': None}, 'completion_tokens_details': {'reasoning_tokens': 10}}""#
        let anthropic =
            #""{\"input_tokens\":60,\"output_tokens\":30,\"cache_read_input_tokens\":40,\"cache_creation_input_tokens\":0}""#
        let langfuse = #""{\"input\":60,\"output\":30,\"cache_read_input_tokens\":40}""#
        for key in ["langfuse.observation.usage_details", "metadata.usage_object", "langsmith.metadata.usage_metadata"]
        {
            #expect(self.buckets(self.call("\"\(key)\":\(openAI)", scope: "langfuse-sdk")) == [60, 40, 0, 20, 10])
            #expect(self.buckets(self.call("\"\(key)\":\(python)", scope: "langfuse-sdk")) == [60, 40, 0, 20, 10])
            #expect(self.buckets(self.call("\"\(key)\":\(anthropic)", scope: "langfuse-sdk")) == [60, 40, 0, 30, 0])
            #expect(self.buckets(self.call("\"\(key)\":\(langfuse)", scope: "langfuse-sdk")) == [60, 40, 0, 30, 0])
        }
        #expect(
            self.call("\"langfuse.observation.usage_details\":\(langfuse)", scope: "langfuse-sdk")?.inputTokenBasis
                == .names)
    }

    @Test("texts that are cut, empty or nonsense say nothing and end nothing")
    func nonsense() {
        let texts = [
            #""{'a': ""#, #""""#, #""}{][""#, #""{\"prompt_tokens\": 1""#, "[[[", "17", "null",
            #""{'prompt_tokens': {'x': [(1,2), 'y'""#,
        ]
        for text in texts where text != "[[[" {
            _ = self.call(
                "\"metadata.usage_object\":\(text),\"output.value\":\(text),\"langfuse.observation.cost_details\":\(text)"
            )
        }
        let deep = "\"" + String(repeating: "{'a':", count: 100_000) + "\""
        #expect(self.call("\"metadata.usage_object\":\(deep)")?.unknownTokens.isEmpty == false)
    }

    @Test(
        "reported cost, in every spelling, exactly",
        arguments: [
            (#""gen_ai.usage.cost":0.1234"#, "gen_ai.usage.cost"),
            (#""gen_ai.usage.cost":9,"gen_ai.usage.cost.amount":"0.1234""#, "gen_ai.usage.cost.amount"),
            (#""llm.cost.total":0.1234"#, "llm.cost.total"),
            (#""operation.cost":1.234e-1"#, "operation.cost"),
            (#""gen_ai.cost.total_cost":0.1234"#, "gen_ai.cost.total_cost"),
            (#""gen_ai.usage.input_cost":0.1,"gen_ai.usage.output_cost":0.0234"#, "gen_ai.usage.input_cost"),
            (
                #""langfuse.observation.cost_details":"{\"input\":0.1,\"total\":0.1234}""#,
                "langfuse.observation.cost_details"
            ),
            (
                #""langfuse.observation.cost_details":"{\"input\":0.1,\"output\":0.0234}""#,
                "langfuse.observation.cost_details"
            ),
        ])
    func cost(attributes: String, source: String) {
        let call = self.call(attributes)
        #expect(call?.reportedCost == ExactDecimal("0.1234").map { Money($0, .usd) })
        #expect(call?.reportedCostSource == source)
    }

    @Test(
        "a cost with the last digits of a double is the decimal that it stands for",
        arguments: [
            ("0.00016499999999999997", "0.000165"), ("0.30000000000000004", "0.3"),
            ("0.0047550000000000005", "0.004755"),
            ("1.5e-11", "0.000000000015"), ("123.45678901234", "123.45678901234"),
        ])
    func doubles(text: String, value: String) {
        #expect(self.call(#""gen_ai.usage.cost":\#(text)"#)?.reportedCost?.amount == ExactDecimal(value))
    }

    @Test(
        "a cost that is negative, too large or finer than what is stored is not taken over: its source alone says so",
        arguments: [
            (#""gen_ai.usage.cost":1.5e-12"#, "gen_ai.usage.cost"), (#""gen_ai.usage.cost":1e30"#, "gen_ai.usage.cost"),
            (#""gen_ai.usage.cost":-1.5"#, "gen_ai.usage.cost"), (#""gen_ai.usage.cost":1e300"#, "gen_ai.usage.cost"),
            (#""llm.cost.total":0.1234567890125"#, "llm.cost.total"),
            (#""operation.cost":5e-13"#, "operation.cost"),
            (#""gen_ai.usage.cost":"0.1234567890123""#, "gen_ai.usage.cost"),
            (#""gen_ai.usage.input_cost":1,"gen_ai.usage.output_cost":5e-13"#, "gen_ai.usage.input_cost"),
            (
                #""langfuse.observation.cost_details":"{\"input\":1.5e-12,\"output\":0.1}""#,
                "langfuse.observation.cost_details"
            ),
        ])
    func finerCost(attributes: String, source: String) {
        let call = self.call(attributes)
        #expect(call?.reportedCost == nil)
        #expect(call?.reportedCostSource == source)
    }

    @Test("a reported 0 says nothing; a currency is kept")
    func zeroCost() {
        #expect(self.call(#""gen_ai.usage.cost":0"#)?.reportedCost == nil)
        #expect(self.call(#""gen_ai.usage.cost":-1"#)?.reportedCost == nil)
        let euro = self.call(#""gen_ai.usage.cost.amount":2,"gen_ai.usage.cost.currency":"EUR""#)
        #expect(euro?.reportedCost?.currency == Currency("EUR"))
    }

    @Test("the model is named by any span of the call, and by parameters and names where nothing else says it")
    func models() {
        var spans = Spans()
        spans.add(1, scope: "a", "chat", #""openinference.span.kind":"LLM""#)
        spans.add(
            2, in: 1, scope: "b", "chat", #""gen_ai.operation.name":"chat","gen_ai.response.model":"m-2024-07-18""#)
        #expect(spans.rows().modelCalls.first?.fact.model == "m-2024-07-18")
        var parameters = Spans()
        parameters.add(1, "x", #""openinference.span.kind":"LLM","llm.invocation_parameters":"{\"model\": \"m\"}""#)
        #expect(parameters.rows().modelCalls.first?.fact.model == "m")
        var embedding = Spans()
        embedding.add(1, "x", #""openinference.span.kind":"EMBEDDING","embedding.model_name":"e""#)
        #expect(embedding.rows().modelCalls.first?.fact.model == "e")
        #expect(embedding.rows().modelCalls.first?.fact.operation == "embeddings")
        #expect(embedding.rows().modelCalls.first?.fact.unknownTokens == ["input_tokens"])
    }

    @Test("small attributes that are no field go with the call, large ones and texts of messages stay with the span")
    func extra() {
        let large = String(repeating: "x", count: 300)
        let call = self.call(
            #""my.key":"v","big":"\#(large)","gen_ai.input.messages":"[]","llm.input_messages.0.role":"user""#)
        #expect(call?.extra.text == #"{"my.key":"v"}"#)
    }

    @Test("a scrubbed placeholder is no session")
    func placeholder() {
        #expect(self.call(#""session.id":"[Scrubbed due to 'session']","user.id":"u""#)?.session == nil)
    }
}
