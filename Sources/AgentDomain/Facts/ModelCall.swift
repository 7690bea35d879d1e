import LedgerEvents

/// One request to a model: recorded once, with token buckets that do not overlap.
public struct ModelCall: Fact {
    @usableFromInline package static let kind = "model_call"
    @usableFromInline package static let type: EventType = "model_call.recorded"
    @usableFromInline package static let command = "model_call.record"
    @usableFromInline package static let isRevisable = true
    @usableFromInline package static let withdrawnIDName: StaticString? = "model_call_id"
    @usableFromInline package static let mentions = [33]
    @usableFromInline package typealias Rules = FactRules<ModelCall>

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
    /// What the source says went wrong, at most 2,000 characters.
    public var errorMessage: String?
    public var conversation: String?
    public var session: String?
    /// The end user, as the source names it.
    public var endUser: String?
    /// The provider's id of the response.
    public var response: String?
    /// What the source's count of input tokens includes; nil where it did not matter.
    public var inputTokenRule: InputTokenRule?
    /// How that was found out.
    public var inputTokenBasis: InputTokenBasis?
    /// The token columns whose count the source does not say, or says wrongly: `input_tokens`, `output_tokens`, ….
    public var unknownTokens: [String] = []
    /// The attribute that the reported cost comes from.
    public var reportedCostSource: String?
    /// Whether an agent's span reported the usage, and no span of a call.
    package var isReportedByAgent: Bool {
        get { self.reportedByAgent == true }
        set { self.reportedByAgent = newValue ? true : nil }
    }
    /// Nil for false, so that earlier calls read as they did.
    private var reportedByAgent: Bool?
    /// Other spans that tell of the same request.
    public var otherSpans: [TraceSpanID] = []

    @usableFromInline package init() {}

    /// When it ended, by its start and how long it took; nil where the start is not known.
    package var endedAt: Instant? {
        self.startedAt?.advanced(byMilliseconds: self.latencyMilliseconds ?? 0)
    }

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package var run: WorkflowExecutionID? { self.workflowExecution }

    package var totalInputTokens: Int { self.inputTokens + self.cachedInputTokens + self.cacheWriteTokens }
    package var totalOutputTokens: Int { self.outputTokens + self.reasoningTokens }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
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
        try v.field(23, "error_message", &self.errorMessage)
        try v.field(24, "conversation_id", &self.conversation)
        try v.field(25, "session_id", &self.session)
        try v.field(26, "end_user_id", &self.endUser)
        try v.field(27, "response_id", &self.response)
        try v.field(28, "input_token_rule", &self.inputTokenRule)
        try v.field(29, "input_token_basis", &self.inputTokenBasis)
        try v.field(30, "unknown_tokens", &self.unknownTokens)
        try v.field(31, "reported_cost_source", &self.reportedCostSource)
        try v.field(32, "is_reported_by_agent", &self.reportedByAgent)
        try v.field(33, "other_span_ids", &self.otherSpans)
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        try Require.text(self.model, "model")
        if self.operation.isEmpty { self.operation = "chat" }
        for (field, tokens) in self.buckets { try Require.quantity(tokens, field) }
        if let latency = self.latencyMilliseconds { try Require.duration(milliseconds: latency, "latency_ms") }
        if let reported = self.reportedCost { try Require.cost(reported.amount, "reported_cost") }
        self.organization = try world.organization(of: self.workflowExecution, with: self.agentExecution)
        try world.requireOwnConversation(self.conversation, of: self.organization, order)
        self.computedCost = try Metering.cost(of: self, at: order.occurredAt, in: world)
    }

    /// A price that was set since does not change what the call cost when it was recorded.
    @usableFromInline package mutating func keep(from old: ModelCall) {
        let isSame =
            self.organization == old.organization && self.provider == old.provider && self.model == old.model
            && self.buckets.map(\.tokens) == old.buckets.map(\.tokens)
        if isSame { self.computedCost = old.computedCost }
    }

    var usesTokens: Bool {
        self.inputTokens > 0 || self.cachedInputTokens > 0 || self.cacheWriteTokens > 0 || self.outputTokens > 0
            || self.reasoningTokens > 0
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

/// Whether a source's input tokens include those that were read from or written to a cache.
public enum InputTokenRule: String, Enumeration {
    case includesCached = "includes_cached"
    case excludesCached = "excludes_cached"

    @usableFromInline package static var defaultValue: InputTokenRule { .includesCached }
}

/// How it was found out which rule a source follows.
public enum InputTokenBasis: String, Enumeration {
    /// The instrumentation's scope, with the provider, is known.
    case scope
    /// The names of the counts say it.
    case names
    /// A total, or a count of the provider's own, on the same span.
    case total
    /// Nothing is known: as the OpenTelemetry conventions say.
    case convention

    @usableFromInline package static var defaultValue: InputTokenBasis { .convention }
}

public typealias ModelCallID = ID<ModelCall>
@usableFromInline package typealias ModelCallEvent = FactEvent<ModelCall>
@usableFromInline package typealias ModelCallCommand = FactCommand<ModelCall>
