import EventSourcing

/// What a span of a generative-AI application did: the values of `gen_ai.operation.name` that we tell apart.
public enum GenAIOperation: String, Sendable {
    case invokeWorkflow = "invoke_workflow"
    case invokeAgent = "invoke_agent"
    case chat
    case textCompletion = "text_completion"
    case generateContent = "generate_content"
    case embeddings
    case executeTool = "execute_tool"
    /// One that names itself otherwise, such as `create_agent` or `retrieval`.
    case other

    init(named name: JSONString) {
        self =
            switch name {
            case "invoke_workflow": .invokeWorkflow
            case "invoke_agent": .invokeAgent
            case "chat": .chat
            case "text_completion": .textCompletion
            case "generate_content": .generateContent
            case "embeddings": .embeddings
            case "execute_tool": .executeTool
            default: .other
            }
    }

    /// From `openinference.span.kind`. A chain is any step of an application: only one that is the root of its trace is
    /// taken for the workflow.
    init(openInferenceKind kind: JSONString, isRoot: Bool) {
        self =
            switch kind {
            case "AGENT": .invokeAgent
            case "LLM": .chat
            case "TOOL": .executeTool
            case "EMBEDDING": .embeddings
            case "CHAIN": isRoot ? .invokeWorkflow : .other
            default: .other
            }
    }

    /// Whether it is one request to a model.
    public var isModelCall: Bool {
        switch self {
        case .chat, .textCompletion, .generateContent, .embeddings: true
        case .invokeWorkflow, .invokeAgent, .executeTool, .other: false
        }
    }
}
