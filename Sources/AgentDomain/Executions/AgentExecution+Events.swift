import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum AgentExecutionEvent: EntityEvent {
    case queued(AgentExecutionQueued)
    case started(AgentExecutionStarted)
    case completed(AgentExecutionCompleted)
    case failed(AgentExecutionFailed)
    case skipped(AgentExecutionSkipped)
    case retried(AgentExecutionRetried)
    case reattributed(AgentExecutionReattributed)
    case withdrawn(AgentExecutionWithdrawn)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.queued), EventCase(Self.started), EventCase(Self.completed), EventCase(Self.failed),
        EventCase(Self.skipped), EventCase(Self.retried), EventCase(Self.reattributed), EventCase(Self.withdrawn),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .queued(let payload): try visitor.visit(payload)
        case .started(let payload): try visitor.visit(payload)
        case .completed(let payload): try visitor.visit(payload)
        case .failed(let payload): try visitor.visit(payload)
        case .skipped(let payload): try visitor.visit(payload)
        case .retried(let payload): try visitor.visit(payload)
        case .reattributed(let payload): try visitor.visit(payload)
        case .withdrawn(let payload): try visitor.visit(payload)
        }
    }
}

public struct AgentExecutionQueued: EntityPayload {
    @usableFromInline package static let type: EventType = "agent_execution.queued"
    @usableFromInline package static let mentions = [12]
    public var id = AgentExecutionID.zero
    /// The workflow execution's. Written by the decider.
    public var organization = OrganizationID.zero
    public var workflowExecution = WorkflowExecutionID.zero
    public var agent: AgentID?
    public var parent: AgentExecutionID?
    public var input = JSONText.emptyObject
    /// The workflow execution's. Written by the decider.
    public var correlation = CorrelationID.zero
    public var traceData = JSONText.emptyObject
    public var conversation: String?
    public var session: String?
    /// The end user, as the source names it.
    public var endUser: String?
    /// Other spans that tell of the same part.
    public var otherSpans: [TraceSpanID] = []

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
        try v.field(6, "input", &self.input)
        try v.field(7, "correlation_id", &self.correlation)
        try v.field(8, "trace_data", &self.traceData)
        try v.field(9, "conversation_id", &self.conversation)
        try v.field(10, "session_id", &self.session)
        try v.field(11, "end_user_id", &self.endUser)
        try v.field(12, "other_span_ids", &self.otherSpans)
    }
}

public struct AgentExecutionStarted: EntityPayload {
    @usableFromInline package static let type: EventType = "agent_execution.started"
    public var id = AgentExecutionID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_execution_id", &self.id)
    }
}

public struct AgentExecutionCompleted: EntityPayload {
    @usableFromInline package static let type: EventType = "agent_execution.completed"
    public var id = AgentExecutionID.zero
    public var output: JSONText?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_execution_id", &self.id)
        try v.field(2, "output", &self.output)
    }
}

public struct AgentExecutionFailed: EntityPayload {
    @usableFromInline package static let type: EventType = "agent_execution.failed"
    public var id = AgentExecutionID.zero
    public var reason = ""
    public var errorDetails: JSONText?
    public var errorType: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_execution_id", &self.id)
        try v.field(2, "status_reason", &self.reason)
        try v.field(3, "error_details", &self.errorDetails)
        try v.field(4, "error_type", &self.errorType)
    }
}

/// The agent's part was left out: a condition in the workflow did not hold.
public struct AgentExecutionSkipped: EntityPayload {
    @usableFromInline package static let type: EventType = "agent_execution.skipped"
    public var id = AgentExecutionID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_execution_id", &self.id)
        try v.field(2, "status_reason", &self.reason)
    }
}

/// A failed part goes back to the queue.
public struct AgentExecutionRetried: EntityPayload {
    @usableFromInline package static let type: EventType = "agent_execution.retried"
    public var id = AgentExecutionID.zero
    /// The number of the repetition, from 1. Written by the decider.
    public var retryCount = 0

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_execution_id", &self.id)
        try v.field(2, "retry_count", &self.retryCount)
    }
}
