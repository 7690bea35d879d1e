import LedgerEvents

/// How a thing is made: drawn or written.
public enum Authoring: String, Enumeration {
    case visual, code

    @usableFromInline package static var defaultValue: Authoring { .visual }
}

/// How an agent is reached: by its prompt, over HTTP, or as an agent elsewhere.
public enum AgentProtocol: String, Enumeration {
    case context, api, external

    @usableFromInline package static var defaultValue: AgentProtocol { .context }
}

/// What runs an agent or a workflow.
public enum Framework: String, Enumeration {
    case langgraph, agno, crewai, n8n

    @usableFromInline package static var defaultValue: Framework { .langgraph }
}
