import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum WorkflowExecutionEvent: EntityEvent {
    case queued(WorkflowExecutionQueued)
    case dispatched(WorkflowExecutionDispatched)
    case started(WorkflowExecutionStarted)
    case paused(WorkflowExecutionPaused)
    case resumed(WorkflowExecutionResumed)
    case completed(WorkflowExecutionCompleted)
    case failed(WorkflowExecutionFailed)
    case timedOut(WorkflowExecutionTimedOut)
    case cancelled(WorkflowExecutionCancelled)
    case retryScheduled(WorkflowExecutionRetryScheduled)
    case resourcesReleased(WorkflowExecutionResourcesReleased)
    case resourceUsageReported(WorkflowExecutionResourceUsageReported)
    case reattributed(WorkflowExecutionReattributed)
    case withdrawn(WorkflowExecutionWithdrawn)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.queued), EventCase(Self.dispatched), EventCase(Self.started), EventCase(Self.paused),
        EventCase(Self.resumed), EventCase(Self.completed), EventCase(Self.failed), EventCase(Self.timedOut),
        EventCase(Self.cancelled), EventCase(Self.retryScheduled), EventCase(Self.resourcesReleased),
        EventCase(Self.resourceUsageReported), EventCase(Self.reattributed), EventCase(Self.withdrawn),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .queued(let payload): try visitor.visit(payload)
        case .dispatched(let payload): try visitor.visit(payload)
        case .started(let payload): try visitor.visit(payload)
        case .paused(let payload): try visitor.visit(payload)
        case .resumed(let payload): try visitor.visit(payload)
        case .completed(let payload): try visitor.visit(payload)
        case .failed(let payload): try visitor.visit(payload)
        case .timedOut(let payload): try visitor.visit(payload)
        case .cancelled(let payload): try visitor.visit(payload)
        case .retryScheduled(let payload): try visitor.visit(payload)
        case .resourcesReleased(let payload): try visitor.visit(payload)
        case .resourceUsageReported(let payload): try visitor.visit(payload)
        case .reattributed(let payload): try visitor.visit(payload)
        case .withdrawn(let payload): try visitor.visit(payload)
        }
    }
}

/// A run was asked for and waits.
public struct WorkflowExecutionQueued: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_execution.queued"
    @usableFromInline package static let mentions = [7]
    public var id = WorkflowExecutionID.zero
    /// The workflow's. Written by the decider.
    public var organization = OrganizationID.zero
    public var workflow = WorkflowID.zero
    public var agent: AgentID?
    /// The workflow's revision at this moment; 0 in a command means the current one.
    public var workflowRevision = 0
    public var triggeredBy = WorkflowExecution.Trigger.manual
    public var triggeredByUser: UserID?
    public var externalTrigger: String?
    public var input = JSONText.emptyObject
    public var metadata = JSONText.emptyObject
    /// Unique to a root run; a child run has its parent's.
    public var correlation = CorrelationID.zero
    public var parent: WorkflowExecutionID?
    /// Nil in a command means the workflow's own limit.
    public var maxRetries: Int?
    /// The trigger whose firing queued it; never in a command.
    public var trigger: WorkflowTriggerID?
    public var conversation: String?
    public var session: String?
    /// The end user, as the source names it.
    public var endUser: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "execution_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "workflow_id", &self.workflow)
        try v.field(4, "agent_id", &self.agent)
        try v.field(5, "workflow_version", &self.workflowRevision)
        try v.field(6, "triggered_by", &self.triggeredBy)
        try v.field(7, "triggered_by_user_id", &self.triggeredByUser)
        try v.field(8, "external_trigger_id", &self.externalTrigger)
        try v.field(9, "input_data", &self.input)
        try v.field(10, "metadata", &self.metadata)
        try v.field(11, "correlation_id", &self.correlation)
        try v.field(12, "parent_execution_id", &self.parent)
        try v.field(13, "max_retries", &self.maxRetries)
        try v.field(14, "workflow_trigger_id", &self.trigger)
        try v.field(15, "conversation_id", &self.conversation)
        try v.field(16, "session_id", &self.session)
        try v.field(17, "end_user_id", &self.endUser)
    }
}

/// A run was handed to a worker.
public struct WorkflowExecutionDispatched: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_execution.dispatched"
    public var id = WorkflowExecutionID.zero
    public var worker: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "execution_id", &self.id)
        try v.field(2, "worker", &self.worker)
    }
}

/// A run began to work; its time is the event's.
public struct WorkflowExecutionStarted: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_execution.started"
    public var id = WorkflowExecutionID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "execution_id", &self.id)
    }
}

public struct WorkflowExecutionPaused: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_execution.paused"
    public var id = WorkflowExecutionID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "execution_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}

public struct WorkflowExecutionResumed: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_execution.resumed"
    public var id = WorkflowExecutionID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "execution_id", &self.id)
    }
}

public struct WorkflowExecutionCompleted: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_execution.completed"
    public var id = WorkflowExecutionID.zero
    public var output = JSONText.emptyObject
    public var message: String?
    /// What the source says that contradicts the completion.
    public var statusConflict: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "execution_id", &self.id)
        try v.field(2, "output_data", &self.output)
        try v.field(3, "status_message", &self.message)
        try v.field(4, "status_conflict", &self.statusConflict)
    }
}

public struct WorkflowExecutionFailed: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_execution.failed"
    public var id = WorkflowExecutionID.zero
    public var errorCode: String?
    public var errorMessage = ""
    /// What the source says that contradicts the failure.
    public var statusConflict: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "execution_id", &self.id)
        try v.field(2, "error_code", &self.errorCode)
        try v.field(3, "error_message", &self.errorMessage)
        try v.field(4, "status_conflict", &self.statusConflict)
    }
}

/// A run took longer than its workflow allows.
public struct WorkflowExecutionTimedOut: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_execution.timed_out"
    public var id = WorkflowExecutionID.zero
    public var message: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "execution_id", &self.id)
        try v.field(2, "message", &self.message)
    }
}

public struct WorkflowExecutionCancelled: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_execution.cancelled"
    public var id = WorkflowExecutionID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "execution_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}

/// A failed run goes back to the queue.
public struct WorkflowExecutionRetryScheduled: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_execution.retry_scheduled"
    public var id = WorkflowExecutionID.zero
    /// Not to be dispatched before this time.
    public var notBefore: Instant?
    /// The number of the attempt's repetition, from 1. Written by the decider.
    public var retryCount = 0

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "execution_id", &self.id)
        try v.field(2, "retry_at", &self.notBefore)
        try v.field(3, "retry_count", &self.retryCount)
    }
}

public struct WorkflowExecutionResourcesReleased: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_execution.resources_released"
    public var id = WorkflowExecutionID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "execution_id", &self.id)
    }
}

/// What the run used so far (cpu, memory, …), replacing what was reported before.
public struct WorkflowExecutionResourceUsageReported: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_execution.resource_usage_reported"
    public var id = WorkflowExecutionID.zero
    public var usage = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "execution_id", &self.id)
        try v.field(2, "resource_usage", &self.usage)
    }
}
