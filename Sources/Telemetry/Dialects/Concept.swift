/// What an attribute of a span or log record says, whatever the dialect calls it.
package enum Concept: UInt8, CaseIterable, Sendable {
    // What the span is.
    case operation, decorator, part
    // Names.
    case workflowName, agentName, agentID, agentMark, entityName, toolName, toolCall
    // The request to a model.
    case provider, requestModel, responseModel, model, invocation, response, responseText, finishReasons
    // Tokens.
    case inputTokens, outputTokens, cacheRead, cacheWrite, cacheWriteShort, cacheWriteLong, reasoning, totalTokens
    case providerInput, uncachedInput, usageText, usageDetails
    // Cost as the source reports it.
    case cost, inputCost, outputCost, costText, currency
    // Who asked.
    case conversation, session, endUser, metadataText
    // Failure.
    case errorType, errorMessage, failure
    // Evaluations.
    case evaluationName, evaluationScore, evaluationLabel, evaluationExplanation
    // Of log records and web requests.
    case eventName, duration, route, httpMethod
    // Texts of messages: kept with the span only.
    case content
}

/// How the value of an attribute is read.
package enum ValueRule: String, Sendable {
    /// A text that is not empty and not a scrubbed placeholder.
    case text
    /// A whole number of tokens, as a number or a text. Anything else is unknown.
    case count
    /// A decimal number, read without a `Double` and rounded to 1e-12.
    case decimal
    /// A list of texts, or such a list as JSON text.
    case texts
    /// JSON or a Python literal, as text; the names inside are in `DialectTable.insideTexts`.
    case object
    /// A word that names what the span is: `DialectTable.kinds`.
    case kind
    /// A text, number or boolean that marks a failure: `ERROR`, `error`, `failed`, true; for `success`: false.
    case mark
    /// Kept with the span, never repeated elsewhere.
    case kept
}

/// Who writes an attribute.
package enum Dialect: String, CaseIterable, Sendable {
    case otel = "OpenTelemetry"
    case otelOld = "OpenTelemetry, before 1.37"
    case openInference = "OpenInference"
    case openLLMetry = "OpenLLMetry and Traceloop"
    case vercel = "Vercel AI SDK"
    case langSmith = "LangSmith"
    case langfuse = "Langfuse"
    case liteLLM = "LiteLLM"
    case pydantic = "Pydantic AI and Logfire"
    case openLIT = "OpenLIT"
    case laminar = "Laminar"
    case ag2 = "AG2"
    case haystack = "Haystack"
    case crewAI = "CrewAI"
    case agno = "Agno"
    case n8n = "n8n"
    case adk = "Google ADK"
    case anthropic = "Anthropic SDK"
    case claudeCode = "Claude Code"
    case codex = "Codex CLI"
    case codingAgent = "Claude Code and Codex CLI"
    case mlflow = "MLflow"
    case http = "HTTP"

    /// How a scope, a span's name or an event's name begins where the dialect's plain names (`model`, `user_id`) are meant.
    /// Empty: they are meant wherever they occur.
    package var marks: [String] {
        switch self {
        case .claudeCode: ["com.anthropic.claude_code", "claude_code."]
        case .codex: ["codex"]
        case .codingAgent: Self.claudeCode.marks + Self.codex.marks
        case .n8n: ["n8n"]
        case .crewAI: ["openinference.instrumentation.crewai", "opentelemetry.instrumentation.crewai"]
        case .pydantic: ["pydantic-ai", "pydantic_ai"]
        case .otel, .otelOld, .openInference, .openLLMetry, .vercel, .langSmith, .langfuse, .liteLLM, .openLIT,
            .laminar,
            .ag2, .haystack, .agno, .adk, .anthropic, .mlflow, .http:
            []
        }
    }
}

/// What a span is, before it is known where it stands in its trace.
package enum SpanRole: String, Sendable {
    case workflow
    case agent
    /// An agent where it has a name of its own, else a step.
    case namedAgent = "agent if named"
    /// A step of an application; as the top of its trace, its workflow.
    case chain
    case modelCall = "model call"
    case toolCall = "tool call"
    /// Reports the usage of a call that has a span of its own.
    case usageReport = "usage report"
    case step
    /// Makes an agent or a workflow, but does not run it.
    case setup
    /// Talks to a server about what it offers.
    case handshake
    /// Passes a message on, within a framework.
    case passing = "message passing"
    case other
}
