import LedgerEvents

/// One agent's part in a workflow execution.
public struct AgentExecution: Entity {
    @usableFromInline package static let kind = "agent_execution"
    @usableFromInline package typealias Rules = AgentExecutionDecider

    public enum Status: String, Enumeration {
        case queued, running, completed, failed, skipped

        @usableFromInline package static var defaultValue: Status { .queued }

        package var successors: [Status] {
            switch self {
            case .queued: [.running, .skipped]
            case .running: [.completed, .failed]
            case .failed: [.queued]
            case .completed, .skipped: []
            }
        }
    }

    public var id = AgentExecutionID.zero
    public var organization = OrganizationID.zero
    public var workflowExecution = WorkflowExecutionID.zero
    public var agent: AgentID?
    /// The node at which the agent stood in the workflow when this was queued, the first where there were several: the
    /// view's own, never in an event.
    public var node: WorkflowNodeID?
    /// The workflow that its run was of when it was placed there: the view's own too.
    public var workflow: WorkflowID?
    public var parent: AgentExecutionID?
    public var status = Status.queued
    public var statusReason: String?
    public var input = JSONText.emptyObject
    public var output: JSONText?
    public var traceData = JSONText.emptyObject
    public var errorDetails: JSONText?
    public var queuedAt = Instant.zero
    public var startedAt: Instant?
    public var completedAt: Instant?
    public var retryCount = 0
    public var correlationID = CorrelationID.zero
    public var updatedAt = Instant.zero
    /// Nil: it did not fail, or the source does not say.
    public var errorType: String?
    public var conversation: String?
    public var session: String?
    /// The end user, as the source names it.
    public var endUser: String?
    /// Other spans that tell of the same part.
    public var otherSpans: [TraceSpanID] = []

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package var correlation: CorrelationID? { self.correlationID }

    /// Whole milliseconds from start to end; nil until both are known, and where the clocks contradict each other.
    package var durationMilliseconds: Int64? {
        guard let start = self.startedAt, let end = self.completedAt, start <= end else { return nil }
        return end.milliseconds(since: start)
    }

    /// Whether the end is earlier than the start, by the sources' clocks: a wrong clock.
    package var endsBeforeStart: Bool { self.startedAt.map { $0 > self.completedAt ?? $0 } ?? false }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "workflow_execution_id", &self.workflowExecution)
        try v.field(4, "agent_id", &self.agent)
        try v.field(5, "parent_agent_execution_id", &self.parent)
        try v.field(6, "status", &self.status)
        try v.field(7, "status_reason", &self.statusReason)
        try v.field(8, "input", &self.input)
        try v.field(9, "output", &self.output)
        try v.field(10, "trace_data", &self.traceData)
        try v.field(11, "error_details", &self.errorDetails)
        try v.field(12, "queued_at", &self.queuedAt)
        try v.field(13, "started_at", &self.startedAt)
        try v.field(14, "completed_at", &self.completedAt)
        try v.field(15, "retry_count", &self.retryCount)
        try v.field(16, "correlation_id", &self.correlationID)
        try v.field(17, "updated_at", &self.updatedAt)
        try v.field(18, "workflow_node_id", &self.node)
        try v.field(19, "error_type", &self.errorType)
        try v.field(20, "conversation_id", &self.conversation)
        try v.field(21, "session_id", &self.session)
        try v.field(22, "end_user_id", &self.endUser)
        try v.field(23, "other_span_ids", &self.otherSpans)
        try v.field(24, "workflow_id", &self.workflow)
    }
}

public typealias AgentExecutionID = ID<AgentExecution>
