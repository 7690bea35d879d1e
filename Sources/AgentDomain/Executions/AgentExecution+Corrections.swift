import LedgerEvents

/// Telemetry that arrived later says something else about an agent's part: everything that telemetry says of it now.
public struct AgentExecutionReattributed: EntityPayload {
    @usableFromInline package static let type: EventType = "agent_execution.reattributed"
    @usableFromInline package static let mentions = [14]
    public var id = AgentExecutionID.zero
    /// The workflow execution's. Written by the decider.
    public var organization = OrganizationID.zero
    public var workflowExecution = WorkflowExecutionID.zero
    public var agent: AgentID?
    public var parent: AgentExecutionID?
    public var traceData = JSONText.emptyObject
    public var startedAt = Instant.zero
    /// Nil while it runs.
    public var completedAt: Instant?
    public var hasFailed = false
    public var reason: String?
    public var errorType: String?
    public var conversation: String?
    public var session: String?
    public var otherSpans: [TraceSpanID] = []
    public var endUser: String?
    /// The workflow execution's. Written by the decider.
    public var correlation = CorrelationID.zero
    /// The agent that it was the part of before, if it was another's. Written by the decider.
    public var previousAgent: AgentID?
    /// When it had started, before. Written by the decider.
    public var previouslyStartedAt: Instant?
    /// The workflow that its run was of before, if it was another. Written by the decider.
    public var previousWorkflow: WorkflowID?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_execution_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "workflow_execution_id", &self.workflowExecution)
        try v.field(4, "agent_id", &self.agent)
        try v.field(5, "parent_agent_execution_id", &self.parent)
        try v.field(6, "trace_data", &self.traceData)
        try v.field(7, "started_at", &self.startedAt)
        try v.field(8, "completed_at", &self.completedAt)
        try v.field(9, "has_failed", &self.hasFailed)
        try v.field(10, "status_reason", &self.reason)
        try v.field(11, "error_type", &self.errorType)
        try v.field(12, "conversation_id", &self.conversation)
        try v.field(13, "session_id", &self.session)
        try v.field(14, "other_span_ids", &self.otherSpans)
        try v.field(15, "end_user_id", &self.endUser)
        try v.field(16, "correlation_id", &self.correlation)
        try v.field(17, "previous_agent_id", &self.previousAgent)
        try v.field(18, "previously_started_at", &self.previouslyStartedAt)
        try v.field(19, "previous_workflow_id", &self.previousWorkflow)
    }
}

/// What was taken for an agent's part is none: the present does not know it any more.
public struct AgentExecutionWithdrawn: EntityPayload {
    @usableFromInline package static let type: EventType = "agent_execution.withdrawn"
    public var id = AgentExecutionID.zero
    /// As it was. Written by the decider.
    public var workflowExecution = WorkflowExecutionID.zero
    public var agent: AgentID?
    public var reason = ""
    public var startedAt: Instant?
    public var organization = OrganizationID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_execution_id", &self.id)
        try v.field(2, "workflow_execution_id", &self.workflowExecution)
        try v.field(3, "agent_id", &self.agent)
        try v.field(4, "reason", &self.reason)
        try v.field(5, "started_at", &self.startedAt)
        try v.field(6, "organization_id", &self.organization)
    }
}

extension AgentExecutionDecider {
    static func reattribute(
        _ command: AgentExecutionReattributed, _ state: AgentExecution, _ world: any DecisionContext
    ) throws(Rejection) -> [AgentExecutionEvent] {
        var reattributed = command
        reattributed.organization = try world.organization(of: command.workflowExecution, with: nil)
        reattributed.correlation = world.lend(command.workflowExecution) { $0?.correlationID } ?? .zero
        var after = state
        after.reattribute(reattributed)
        let workflow = world.lend(command.workflowExecution) { $0?.workflow }
        reattributed.previousWorkflow = state.workflow == workflow ? nil : state.workflow
        if after == state, reattributed.previousWorkflow == nil { return [] }
        reattributed.previousAgent = state.agent == command.agent ? nil : state.agent
        reattributed.previouslyStartedAt = state.startedAt
        return [.reattributed(reattributed)]
    }
}

extension AgentExecution {
    /// Takes on all that telemetry says; keeps what it does not say.
    mutating func reattribute(_ event: AgentExecutionReattributed) {
        self.organization = event.organization
        self.workflowExecution = event.workflowExecution
        self.agent = event.agent
        self.parent = event.parent
        self.traceData = event.traceData
        self.correlationID = event.correlation
        self.queuedAt = event.startedAt
        self.startedAt = event.startedAt
        self.completedAt = event.completedAt
        self.status = event.completedAt == nil ? .running : event.hasFailed ? .failed : .completed
        self.statusReason = event.hasFailed ? event.reason ?? "failed" : nil
        self.errorType = event.errorType
        self.conversation = event.conversation
        self.session = event.session
        self.endUser = event.endUser
        self.otherSpans = event.otherSpans
        self.updatedAt = event.completedAt ?? event.startedAt
    }
}
