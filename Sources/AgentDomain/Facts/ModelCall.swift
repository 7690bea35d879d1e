import EventSourcing

/// One request to a model: recorded once, with token buckets that do not overlap.
public struct ModelCall: Fact {
    public static let kind = "model_call"
    public static let type: EventType = "model_call.recorded"
    public static let command = "model_call.record"
    public typealias Rules = FactRules<ModelCall>

    public var id = ModelCallID.zero
    /// The workflow execution's. Written by the decider.
    public var organization = OrganizationID.zero
    public var workflowExecution = WorkflowExecutionID.zero
    public var agentExecution: AgentExecutionID?
    public var provider = ""
    public var model = ""
    public var responseModel: String?
    /// `chat`, `text_completion`, `generate_content` or `embeddings`; empty in a command means `chat`.
    public var operation = ""
    /// Input tokens that were neither read from nor written to a cache.
    public var inputTokens = 0
    public var cachedInputTokens = 0
    public var cacheWriteTokens = 0
    /// Output tokens without those spent on reasoning.
    public var outputTokens = 0
    public var reasoningTokens = 0
    public var startedAt: Instant?
    public var latencyMilliseconds: Int?
    public var finishReasons: [String] = []
    public var errorType: String?
    /// What the source says it cost.
    public var reportedCost: Money?
    /// What our prices say it cost; nil while a price is missing. Written by the decider.
    public var computedCost: Money?
    public var traceID: String?
    public var spanID: String?
    public var extra = JSONText.emptyObject

    public init() {}

    public var owner: OrganizationID? { self.organization }

    public var totalInputTokens: Int { self.inputTokens + self.cachedInputTokens + self.cacheWriteTokens }
    public var totalOutputTokens: Int { self.outputTokens + self.reasoningTokens }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    public mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "model_call_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "workflow_execution_id", &self.workflowExecution)
        try v.field(4, "agent_execution_id", &self.agentExecution)
        try v.field(5, "provider", &self.provider)
        try v.field(6, "model", &self.model)
        try v.field(7, "response_model", &self.responseModel)
        try v.field(8, "operation", &self.operation)
        try v.field(9, "input_tokens", &self.inputTokens)
        try v.field(10, "cached_input_tokens", &self.cachedInputTokens)
        try v.field(11, "cache_write_tokens", &self.cacheWriteTokens)
        try v.field(12, "output_tokens", &self.outputTokens)
        try v.field(13, "reasoning_tokens", &self.reasoningTokens)
        try v.field(14, "started_at", &self.startedAt)
        try v.field(15, "latency_ms", &self.latencyMilliseconds)
        try v.field(16, "finish_reasons", &self.finishReasons)
        try v.field(17, "error_type", &self.errorType)
        try v.field(18, "reported_cost", &self.reportedCost)
        try v.field(19, "computed_cost", &self.computedCost)
        try v.field(20, "trace_id", &self.traceID)
        try v.field(21, "span_id", &self.spanID)
        try v.field(22, "extra", &self.extra)
    }

    public mutating func settle(_ order: Order, in world: any World) throws(Rejection) {
        try Require.text(self.model, "model")
        if self.operation.isEmpty { self.operation = "chat" }
        for (field, tokens) in self.buckets { try Require.quantity(tokens, field) }
        if let reported = self.reportedCost { try Require.cost(reported.amount, "reported_cost") }
        self.organization = try world.organization(of: self.workflowExecution, with: self.agentExecution)
        self.computedCost = try Metering.cost(of: self, at: order.occurredAt, in: world)
    }

    /// The buckets by the usage type that each is billed as, in a fixed order.
    var buckets: [(usageType: String, tokens: Int)] {
        [
            ("input_tokens", self.inputTokens), ("cached_input_tokens", self.cachedInputTokens),
            ("cache_write_tokens", self.cacheWriteTokens), ("output_tokens", self.outputTokens),
            ("reasoning_tokens", self.reasoningTokens),
        ]
    }
}

public typealias ModelCallID = ID<ModelCall>
public typealias ModelCallEvent = FactEvent<ModelCall>
public typealias ModelCallCommand = FactCommand<ModelCall>
