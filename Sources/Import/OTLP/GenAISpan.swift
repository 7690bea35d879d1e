import EventSourcing

/// What a span says in the OpenTelemetry conventions for generative AI, or failing these in OpenInference's. Lent from
/// the span, like everything in it; names that are empty count as absent.
public struct GenAISpan {
    /// nil where the span does not say that it is about generative AI.
    public private(set) var operation: GenAIOperation?
    public private(set) var workflowName: JSONString?
    public private(set) var agentName: JSONString?
    public private(set) var agentID: JSONString?
    public private(set) var conversationID: JSONString?
    public private(set) var provider: JSONString?
    public private(set) var requestModel: JSONString?
    public private(set) var responseModel: JSONString?
    /// nil where the span counts no tokens.
    public private(set) var usage: GenAIUsage?
    /// What the source says the request cost, as the decimal text that it wrote.
    public private(set) var cost: JSONString?
    public private(set) var toolName: JSONString?
    public private(set) var toolCallID: JSONString?
    public private(set) var errorType: JSONString?
    private var reasons: OTLPValue?

    /// Why the model stopped, one for each choice. Copies them.
    public var finishReasons: [String] { self.reasons?.strings ?? [] }

    public init(_ span: borrowing OTLPSpan) {
        var found = Findings()
        for attribute in span.attributes { found.note(attribute) }
        let isRoot = span.parentSpanID == nil
        self.operation =
            found.operation.map(GenAIOperation.init(named:))
            ?? found.kind.map { GenAIOperation(openInferenceKind: $0, isRoot: isRoot) }
        self.workflowName = found.workflowName
        self.agentName = found.agentName.value
        self.agentID = found.agentID
        self.conversationID = found.conversationID.value
        self.provider = found.provider.value
        self.requestModel = found.requestModel.value
        self.responseModel = found.responseModel
        self.usage = found.usage
        self.cost = found.cost
        self.toolName = found.toolName.value
        self.toolCallID = found.toolCallID.value
        self.errorType = found.errorType
        self.reasons = found.reasons
    }
}
