/// What a set-up's spans cannot show, with the value that comes out instead.
package struct KnownLoss: Sendable {
    package var setup: String
    /// The totals that differ from the truth, as `ConformanceTotals.differences` writes them.
    package var values: [String: String]
    /// Why: a sentence of the set-up's `source_notes`, where `isNoted`; else what the file itself shows.
    package var reason: String
    package var isNoted: Bool

    init(_ setup: String, _ values: [String: String], noted reason: String) {
        (self.setup, self.values, self.reason, self.isNoted) = (setup, values, reason, true)
    }

    init(_ setup: String, _ values: [String: String], shown reason: String) {
        (self.setup, self.values, self.reason, self.isNoted) = (setup, values, reason, false)
    }

    private static let untracedTools = "The application runs its tools itself: the file has no span of them."

    package static let all: [KnownLoss] = [
        KnownLoss(
            "agno-openinference", ["reasoning": "0"],
            noted: "reasoning not emitted"),
        KnownLoss(
            "anthropic-native", ["tool_calls": "3", "failed_tool_calls": "1"],
            noted: "Tools run by the application itself have no spans (10 of 13 calls)"),
        KnownLoss(
            "anthropic-openllmetry-0.40",
            [
                "model_calls": "16", "input_uncached": "8640", "cache_read": "7168", "cache_write": "5376",
                "output_all": "820",
            ],
            noted: "Raw streams (2): no tokens. messages.stream (3, one of them failed): no span."),
        KnownLoss(
            "anthropic-openllmetry-0.40", ["failed_model_calls": "0"],
            noted: "Failed calls (3): status OK and 0 tokens."),
        KnownLoss(
            "anthropic-openllmetry-0.40", ["tool_calls": "0", "failed_tool_calls": "0"],
            shown: Self.untracedTools),
        KnownLoss(
            "anthropic-openllmetry-only", ["model_calls": "18", "failed_model_calls": "3"],
            noted: "18 of 19 calls: the failed streamed call has none"),
        KnownLoss(
            "anthropic-openllmetry-only", ["output_all": "1134"],
            noted: "output 1134 for 1130"),
        KnownLoss(
            "anthropic-openllmetry-only", ["tool_calls": "0", "failed_tool_calls": "0"],
            shown: Self.untracedTools),
        KnownLoss(
            "autogen-agentchat",
            [
                "model_calls": "0", "failed_model_calls": "0", "input_uncached": "0", "cache_read": "0",
                "output_all": "0", "reasoning": "0",
            ],
            noted: "AutoGen's own spans: no model calls."),
        KnownLoss(
            "crewai-openllmetry", ["tool_calls": "0", "failed_tool_calls": "0"],
            noted: "no spans for tool calls"),
        KnownLoss(
            "crewai-openllmetry-longtask", ["tool_calls": "0"],
            shown: "The instrumentation writes no spans of tool calls."),
        KnownLoss(
            "dspy-openinference", ["input_uncached": "0", "cache_read": "0", "output_all": "0", "reasoning": "0"],
            noted: "LLM spans without any tokens"),
        KnownLoss(
            "dspy-openinference-anthropic", ["input_uncached": "0", "cache_write": "0", "output_all": "0"],
            noted: "LLM spans without any tokens"),
        KnownLoss(
            "google-genai-openinference",
            [
                "model_calls": "14", "input_uncached": "8700", "cache_read": "2700", "output_all": "845",
                "reasoning": "325",
            ],
            noted:
                "automatic function calling: three requests, one span with the last one's tokens (16 requests, 14 spans)"
        ),
        KnownLoss(
            "google-genai-openinference", ["tool_calls": "0", "failed_tool_calls": "0"],
            shown: Self.untracedTools),
        KnownLoss(
            "google-genai-otel",
            [
                "model_calls": "14", "input_uncached": "8700", "cache_read": "2700", "output_all": "845",
                "reasoning": "325",
            ],
            noted: "automatic function calling: three requests, one span (16 requests, 14 spans)"),
        KnownLoss(
            "google-genai-otel", ["tool_calls": "2", "failed_tool_calls": "0"],
            shown: "Only the tools of automatic function calling have spans; the application runs the others itself."),
        KnownLoss(
            "haystack-openinference", ["runs": "7", "agent_runs": "7"],
            noted: "the first run has no span at all"),
        KnownLoss(
            "haystack-openinference",
            [
                "model_calls": "0", "failed_model_calls": "0", "input_uncached": "0", "cache_read": "0",
                "output_all": "0", "reasoning": "0", "tool_calls": "0", "failed_tool_calls": "0",
            ],
            noted: "agent and pipeline as CHAIN only"),
        KnownLoss(
            "killed-job",
            [
                "model_calls": "31", "tool_calls": "23", "input_uncached": "11000", "cache_read": "23552",
                "output_all": "1655",
            ],
            noted:
                "spans that had not ended (run, agents, the tool at work) never arrive, and what waited in the last batch (0.5 s) is lost"
        ),
        KnownLoss(
            "langgraph-anthropic-openllmetry-only", ["input_uncached": "12756", "cache_write": "1280"],
            noted:
                "gen_ai.usage.cache_creation.input_tokens is 0 for calls that are not streamed though tokens were written"
        ),
        KnownLoss(
            "langgraph-openinference", ["model_calls": "11", "input_uncached": "6690"],
            noted: "embeddings not traced"),
        KnownLoss(
            "langgraph-openllmetry", ["model_calls": "11", "input_uncached": "6690"],
            noted: "embeddings not traced"),
        KnownLoss(
            "langgraph-openllmetry", ["reasoning": "0"],
            noted: "reasoning tokens not emitted"),
        KnownLoss(
            "langgraph-openllmetry-openai", ["reasoning": "0"],
            shown: "The spans of LangChain's instrumentation count no reasoning."),
        KnownLoss(
            "litellm-anthropic", ["runs": "14", "conversations": "[]"],
            noted: "No trace of its own: each request is a root span."),
        KnownLoss(
            "litellm-anthropic", ["tool_calls": "0", "failed_tool_calls": "0"],
            shown: Self.untracedTools),
        KnownLoss(
            "llama-index-openinference",
            ["input_uncached": "3420", "cache_read": "1280", "output_all": "234", "reasoning": "96"],
            noted: "streamed calls carry no tokens"),
        KnownLoss(
            "logfire-anthropic", ["tool_calls": "0", "failed_tool_calls": "0"],
            shown:
                "The application's own spans around its tools have no kind, and their names are templates: tool {tool}."
        ),
        KnownLoss(
            "logfire-openai", ["tool_calls": "0", "failed_tool_calls": "0"],
            shown:
                "The application's own spans around its tools have no kind, and their names are templates: tool {tool}."
        ),
        KnownLoss(
            "ollama-openllmetry", ["tool_calls": "0"],
            shown: Self.untracedTools),
        KnownLoss(
            "openai-agents-openinference", ["conversations": "[]"],
            shown: "No span names a conversation."),
        KnownLoss(
            "openai-agents-openllmetry", ["conversations": "[]"],
            shown: "No span names a conversation."),
        KnownLoss(
            "openai-agents-openllmetry", ["tool_calls": "7"],
            noted: "handoff span is named 'unknown.handoff' by the source"),
        KnownLoss(
            "openai-v2-http", ["cache_read": "0", "input_uncached": "4872", "reasoning": "0"],
            noted: "cached and reasoning tokens are not emitted"),
        KnownLoss(
            "openai-v2-http", ["conversations": "[\"conv-1\"]", "users": "[\"user-7\"]"],
            noted: "root is an HTTP server span with user.id and session.id"),
        KnownLoss(
            "openai-v2-http", ["tool_calls": "0"],
            shown: Self.untracedTools),
        KnownLoss(
            "openlit-anthropic", ["agent_runs": "0", "tool_calls": "0", "failed_tool_calls": "0"],
            noted: "No tool spans, no agent spans (openlit.trace gives a span without kind)."),
        KnownLoss(
            "openlit-openai", ["reasoning": "0"],
            noted: "reasoning is not emitted"),
        KnownLoss(
            "openlit-openai", ["agent_runs": "0", "tool_calls": "0", "failed_tool_calls": "0"],
            shown: "openlit.trace gives a span without kind; the application's tools have no spans."),
        KnownLoss(
            "semantic-kernel", ["input_uncached": "16450", "cache_read": "0", "reasoning": "0"],
            noted: "No cached, no reasoning."),
    ]
}
