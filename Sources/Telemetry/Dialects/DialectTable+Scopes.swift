import LedgerDomain

/// What the same names mean, by instrumentation scope and provider; and what only a span's name says.
extension DialectTable {
    /// A word that says what a span is.
    package struct Kind: Sendable {
        package var word: String
        package var role: SpanRole
        /// Of a model call: `chat`, `text_completion`, `generate_content`, `embeddings`, `rerank`.
        package var operation = ""

        init(_ word: String, _ role: SpanRole, _ operation: String = "") {
            self.word = word
            self.role = role
            self.operation = operation
        }
    }

    /// The values of `operation` and `decorator` attributes. Letter case does not matter; what follows a space is ignored
    /// (Vercel appends a function's id).
    package static let kinds: [Kind] = [
        Kind("chat", .modelCall, "chat"),
        Kind("llm", .modelCall, "chat"),
        Kind("generation", .modelCall, "chat"),
        Kind("chat_model", .modelCall, "chat"),
        Kind("completion", .modelCall, "chat"),
        Kind("llm_request", .modelCall, "chat"),
        Kind("text_completion", .modelCall, "text_completion"),
        Kind("generate_content", .modelCall, "generate_content"),
        Kind("embedding", .modelCall, "embeddings"),
        Kind("embeddings", .modelCall, "embeddings"),
        Kind("rerank", .modelCall, "rerank"),
        Kind("reranker", .modelCall, "rerank"),
        Kind("ai.generatetext.dogenerate", .modelCall, "chat"),
        Kind("ai.streamtext.dostream", .modelCall, "chat"),
        Kind("ai.generateobject.dogenerate", .modelCall, "chat"),
        Kind("ai.streamobject.dostream", .modelCall, "chat"),
        Kind("ai.embed.doembed", .modelCall, "embeddings"),
        Kind("ai.embedmany.doembed", .modelCall, "embeddings"),
        Kind("ai.generatetext", .namedAgent),
        Kind("ai.streamtext", .namedAgent),
        Kind("ai.generateobject", .namedAgent),
        Kind("ai.streamobject", .namedAgent),
        Kind("ai.embed", .step),
        Kind("ai.embedmany", .step),
        Kind("invoke_agent", .agent),
        Kind("agent", .agent),
        Kind("interaction", .agent),
        Kind("invoke_workflow", .workflow),
        Kind("workflow", .workflow),
        Kind("flow", .workflow),
        Kind("execute_tool", .toolCall),
        Kind("tool", .toolCall),
        Kind("ai.toolcall", .toolCall),
        Kind("chain", .chain),
        Kind("span", .other),
        Kind("create_agent", .setup),
        Kind("model_call", .usageReport),
        Kind("tool.execution", .step),
        Kind("tool.blocked_on_user", .step),
        Kind("hook", .step),
        Kind("task", .step),
        Kind("execute_task", .step),
        Kind("agent_step", .step),
        Kind("plan", .step),
        Kind("retrieval", .step),
        Kind("retriever", .step),
        Kind("guardrail", .step),
        Kind("evaluator", .step),
        Kind("prompt", .step),
        Kind("parser", .step),
        Kind("event", .step),
    ]

    /// What only the name of a span says, in one scope. The first that fits wins over the attributes.
    package struct SpanName: Sendable {
        package enum Match: String, Sendable {
            case exact, prefix, suffix
        }
        /// How the scope begins; empty: any.
        package var scope: String
        package var match: Match
        package var name: String
        package var role: SpanRole

        init(_ scope: String, _ match: Match, _ name: String, _ role: SpanRole) {
            self.scope = scope
            self.match = match
            self.name = name
            self.role = role
        }
    }

    package static let spanNames: [SpanName] = [
        SpanName("autogen SingleThreadedAgentRuntime", .prefix, "", .passing),
        SpanName("autogen GrpcWorkerAgentRuntime", .prefix, "", .passing),
        SpanName("com.anthropic.sdk.python", .suffix, ".tool_runner", .step),
        SpanName("haystack", .exact, "haystack.agent.run", .agent),
        SpanName("haystack", .exact, "haystack.agent.step.llm", .modelCall),
        SpanName("haystack", .exact, "haystack.agent.step.tool", .toolCall),
        SpanName("haystack", .exact, "haystack.pipeline.run", .chain),
        SpanName("litellm", .exact, "raw_gen_ai_request", .step),
        SpanName("mcp-python-sdk", .prefix, "MCP send tools/call", .step),
        SpanName("mcp-python-sdk", .prefix, "MCP send ", .handshake),
        SpanName("mcp-python-sdk", .exact, "initialize", .handshake),
        SpanName("mcp-python-sdk", .exact, "ping", .handshake),
        SpanName("mcp-python-sdk", .prefix, "notifications/", .handshake),
        SpanName("mcp-python-sdk", .suffix, "/list", .handshake),
        SpanName("n8n", .exact, "workflow.execute", .workflow),
        SpanName("n8n", .exact, "node.execute", .step),
        SpanName("openinference.instrumentation.dspy", .exact, "ReAct.forward", .agent),
        SpanName("openinference.instrumentation.haystack", .exact, "Agent.run", .agent),
        SpanName("openinference.instrumentation.llama_index", .suffix, "._prepare_chat_with_tools", .step),
        SpanName("openinference.instrumentation.llama_index", .exact, "AgentWorkflow.run", .agent),
        SpanName("openinference.instrumentation.llama_index", .exact, "FunctionAgent.run", .agent),
        SpanName("openinference.instrumentation.llama_index", .exact, "ReActAgent.run", .agent),
        SpanName("opentelemetry.instrumentation.crewai", .exact, "crewai.workflow", .workflow),
        SpanName("", .exact, "workflow.build", .setup),
        SpanName("", .exact, "message.send", .step),
        SpanName("", .prefix, "edge_group.process", .step),
    ]

    /// What is particular to a scope.
    package enum Trait: String, Sendable {
        /// An agent's span without a name of its own is the workflow.
        case unnamedAgentIsWorkflow = "an agent without a name is the workflow"
        /// A call without an operation has it in its name, as in `chat gpt-4.1`.
        case nameIsOperation = "the span's name begins with the operation"
        /// A stream is two spans: the request, and a span of no duration with the usage.
        case streamIsTwoSpans = "a stream is two spans"
        /// Spans that invoke an agent wrap the graph that is it, or only a workflow.
        case graphsAreMarked = "the graph of an agent names the agent"
        /// A client of a provider: its spans may be second ones of a framework's requests.
        case client = "client of a provider"
    }

    package struct Scope: Sendable {
        /// How the name begins.
        package var name: String
        /// Part of the provider's name, in lower case; empty: any.
        package var provider: String
        /// Nil where the names of the counts decide.
        package var rule: InputTokenRule?
        package var traits: [Trait]
        /// The provider, where a span names none; empty: not known.
        package var vendor: String

        init(
            _ name: String, _ rule: InputTokenRule?, provider: String = "", _ traits: [Trait] = [], vendor: String = ""
        ) {
            self.vendor = vendor
            self.name = name
            self.provider = provider
            self.rule = rule
            self.traits = traits
        }
    }

    /// Whether input tokens include cached ones. The first row that fits decides. For other scopes: as OpenTelemetry says
    /// (included), unless a total or a count of the provider's own on the same span contradicts it.
    package static let scopes: [Scope] = [
        Scope("com.anthropic.claude_code", .excludesCached, vendor: "anthropic"),
        Scope("com.anthropic.sdk", .includesCached, [.client], vendor: "anthropic"),
        Scope("opentelemetry.instrumentation.ag2", .excludesCached, provider: "anthropic"),
        Scope("opentelemetry.instrumentation.ag2", .includesCached),
        Scope("opentelemetry.instrumentation.anthropic", .includesCached, [.client], vendor: "anthropic"),
        Scope("opentelemetry.instrumentation.crewai", .includesCached),
        Scope("opentelemetry.instrumentation.google_genai", .includesCached, [.client], vendor: "gemini"),
        Scope("opentelemetry.instrumentation.langchain", .includesCached, [.graphsAreMarked]),
        Scope("opentelemetry.instrumentation.ollama", .includesCached, [.client], vendor: "ollama"),
        Scope("opentelemetry.instrumentation.openai_agents", .includesCached),
        Scope("opentelemetry.instrumentation.openai", .includesCached, [.client]),
        Scope("opentelemetry.util.genai", .includesCached, [.client]),
        Scope("openinference.instrumentation.openai_agents", .includesCached, [.unnamedAgentIsWorkflow]),
        Scope("openinference.instrumentation.openai", .includesCached, [.client]),
        Scope("openinference.instrumentation.anthropic", .includesCached, [.client], vendor: "anthropic"),
        Scope("openinference.instrumentation.google_genai", .includesCached, [.client]),
        Scope("openinference.instrumentation", .includesCached),
        Scope("openlit.instrumentation.anthropic", .excludesCached, [.client, .nameIsOperation], vendor: "anthropic"),
        Scope("openlit.instrumentation.openai", .includesCached, [.client, .nameIsOperation], vendor: "openai"),
        Scope("openlit.instrumentation", .includesCached, [.client, .nameIsOperation]),
        Scope("logfire.", .includesCached, [.client, .streamIsTwoSpans]),
        Scope("pydantic-ai", .includesCached),
        Scope("semantic_kernel", .includesCached),
        Scope("autogen", .includesCached),
        Scope("litellm", .includesCached),
        Scope("langsmith", .includesCached),
        Scope("langfuse-sdk", nil),
        Scope("haystack", nil),
        Scope("codex", .includesCached, vendor: "openai"),
    ]

    /// A name inside a text of usage: JSON as a provider gave it, or the Python literal of it.
    package struct InsideText: Sendable {
        package var key: String
        package var concept: Concept
        /// What the presence of the name says of the input tokens.
        package var rule: InputTokenRule?

        init(_ key: String, _ concept: Concept, _ rule: InputTokenRule? = nil) {
            self.key = key
            self.concept = concept
            self.rule = rule
        }
    }

    /// Beside a count of cached tokens, `input_tokens` and `input` are what is not cached; within `…_details`, part of it.
    package static let insideTexts: [InsideText] = [
        InsideText("prompt_tokens", .inputTokens, .includesCached),
        InsideText("input_tokens", .inputTokens),
        InsideText("input", .uncachedInput, .excludesCached),
        InsideText("promptTokenCount", .inputTokens, .includesCached),
        InsideText("prompt_token_count", .inputTokens, .includesCached),
        InsideText("completion_tokens", .outputTokens),
        InsideText("output_tokens", .outputTokens),
        InsideText("output", .outputTokens),
        InsideText("cached_tokens", .cacheRead, .includesCached),
        InsideText("cache_read", .cacheRead, .includesCached),
        InsideText("cachedContentTokenCount", .cacheRead, .includesCached),
        InsideText("cache_read_input_tokens", .cacheRead, .excludesCached),
        InsideText("input_cached_tokens", .cacheRead, .excludesCached),
        InsideText("cache_write_tokens", .cacheWrite, .includesCached),
        InsideText("cache_creation_tokens", .cacheWrite, .includesCached),
        InsideText("cache_creation", .cacheWrite, .includesCached),
        InsideText("cache_creation_input_tokens", .cacheWrite, .excludesCached),
        InsideText("ephemeral_5m_input_tokens", .cacheWriteShort),
        InsideText("ephemeral_1h_input_tokens", .cacheWriteLong),
        InsideText("reasoning_tokens", .reasoning),
        InsideText("reasoning", .reasoning),
        InsideText("output_reasoning_tokens", .reasoning),
        InsideText("thoughtsTokenCount", .reasoning),
        InsideText("total_tokens", .totalTokens),
        InsideText("total", .totalTokens),
    ]

    /// Log records that tell of something that has columns.
    package struct LogEvent: Sendable {
        package var name: String
        package var role: SpanRole

        init(_ name: String, _ role: SpanRole) {
            self.name = name
            self.role = role
        }
    }

    /// By the name of the event (its kind after a slash). A call that arrives as a span, too, is recognized by its
    /// request's id.
    package static let logEvents: [LogEvent] = [
        LogEvent("claude_code.api_request", .modelCall),
        LogEvent("claude_code.api_error", .modelCall),
        LogEvent("claude_code.tool_result", .toolCall),
        LogEvent("codex.sse_event/response.completed", .modelCall),
        LogEvent("codex.sse_event/response.failed", .modelCall),
        LogEvent("codex.tool_result", .toolCall),
        LogEvent("gen_ai.client.inference.operation.details", .modelCall),
    ]
}
