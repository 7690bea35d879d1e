import LedgerEvents

/// One use of a tool: recorded once.
public struct ToolCall: Fact {
    @usableFromInline package static let kind = "tool_call"
    @usableFromInline package static let type: EventType = "tool_call.recorded"
    @usableFromInline package static let command = "tool_call.record"
    @usableFromInline package static let isRevisable = true
    @usableFromInline package static let withdrawnIDName: StaticString? = "tool_call_id"
    @usableFromInline package static let mentions = [18]
    @usableFromInline package typealias Rules = FactRules<ToolCall>

    public enum Outcome: String, Enumeration {
        case success, error

        @usableFromInline package static var defaultValue: Outcome { .success }
    }

    public var id = ToolCallID.zero
    /// The workflow execution's. Written by the decider.
    public var organization = OrganizationID.zero
    public var workflowExecution = WorkflowExecutionID.zero
    public var agentExecution: AgentExecutionID?
    public var name = ""
    /// The id that the model gave the call.
    public var externalCall: String?
    public var outcome = Outcome.success
    public var errorType: String?
    public var startedAt: Instant?
    public var durationMilliseconds: Int?
    public var traceID: String?
    public var spanID: String?
    public var extra = JSONText.emptyObject
    /// What the source says went wrong, at most 2,000 characters.
    public var errorMessage: String?
    public var conversation: String?
    public var session: String?
    /// The end user, as the source names it.
    public var endUser: String?
    /// Other spans that tell of the same call.
    public var otherSpans: [TraceSpanID] = []

    @usableFromInline package init() {}

    /// When it ended, by its start and how long it took; nil where the start is not known.
    package var endedAt: Instant? {
        self.startedAt?.advanced(byMilliseconds: self.durationMilliseconds ?? 0)
    }

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package var run: WorkflowExecutionID? { self.workflowExecution }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "tool_call_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "workflow_execution_id", &self.workflowExecution)
        try v.field(4, "agent_execution_id", &self.agentExecution)
        try v.field(5, "tool_name", &self.name)
        try v.field(6, "external_call_id", &self.externalCall)
        try v.field(7, "outcome", &self.outcome)
        try v.field(8, "error_type", &self.errorType)
        try v.field(9, "started_at", &self.startedAt)
        try v.field(10, "duration_ms", &self.durationMilliseconds)
        try v.field(11, "trace_id", &self.traceID)
        try v.field(12, "span_id", &self.spanID)
        try v.field(13, "extra", &self.extra)
        try v.field(14, "error_message", &self.errorMessage)
        try v.field(15, "conversation_id", &self.conversation)
        try v.field(16, "session_id", &self.session)
        try v.field(17, "end_user_id", &self.endUser)
        try v.field(18, "other_span_ids", &self.otherSpans)
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        try Require.text(self.name, "tool_name")
        if let duration = self.durationMilliseconds { try Require.duration(milliseconds: duration, "duration_ms") }
        self.organization = try world.organization(of: self.workflowExecution, with: self.agentExecution)
        try world.requireOwnConversation(self.conversation, of: self.organization, order)
    }
}

public typealias ToolCallID = ID<ToolCall>
@usableFromInline package typealias ToolCallEvent = FactEvent<ToolCall>
@usableFromInline package typealias ToolCallCommand = FactCommand<ToolCall>
