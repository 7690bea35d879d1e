import LedgerEvents

/// Telemetry that arrived later says something else about a run: everything that telemetry says of it now.
public struct WorkflowExecutionReattributed: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_execution.reattributed"
    public var id = WorkflowExecutionID.zero
    /// The workflow's. Written by the decider.
    public var organization = OrganizationID.zero
    public var workflow = WorkflowID.zero
    /// The workflow that it was a run of before. Written by the decider.
    public var previousWorkflow: WorkflowID?
    public var parent: WorkflowExecutionID?
    /// Its own, or its parent's. Written by the decider.
    public var correlation = CorrelationID.zero
    public var metadata = JSONText.emptyObject
    public var startedAt = Instant.zero
    /// Nil while it runs.
    public var completedAt: Instant?
    public var hasFailed = false
    /// Of one that completed.
    public var message: String?
    public var errorCode: String?
    public var errorMessage: String?
    public var statusConflict: String?
    public var conversation: String?
    public var session: String?
    public var endUser: String?
    /// When it had started, before. Written by the decider.
    public var previouslyStartedAt: Instant?
    /// When it had ended, before. Written by the decider.
    public var previouslyCompletedAt: Instant?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "execution_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "workflow_id", &self.workflow)
        try v.field(4, "previous_workflow_id", &self.previousWorkflow)
        try v.field(5, "parent_execution_id", &self.parent)
        try v.field(6, "correlation_id", &self.correlation)
        try v.field(7, "metadata", &self.metadata)
        try v.field(8, "started_at", &self.startedAt)
        try v.field(9, "completed_at", &self.completedAt)
        try v.field(10, "has_failed", &self.hasFailed)
        try v.field(11, "status_message", &self.message)
        try v.field(12, "error_code", &self.errorCode)
        try v.field(13, "error_message", &self.errorMessage)
        try v.field(14, "status_conflict", &self.statusConflict)
        try v.field(15, "conversation_id", &self.conversation)
        try v.field(16, "session_id", &self.session)
        try v.field(17, "end_user_id", &self.endUser)
        try v.field(18, "previously_started_at", &self.previouslyStartedAt)
        try v.field(19, "previously_completed_at", &self.previouslyCompletedAt)
    }
}

/// What was taken for a run is none: the present does not know it any more.
public struct WorkflowExecutionWithdrawn: EntityPayload {
    @usableFromInline package static let type: EventType = "workflow_execution.withdrawn"
    public var id = WorkflowExecutionID.zero
    public var reason = ""
    /// As it was. Written by the decider, as is the rest.
    public var organization = OrganizationID.zero
    public var workflow = WorkflowID.zero
    public var startedAt: Instant?
    public var completedAt: Instant?
    public var retryCount = 0

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "execution_id", &self.id)
        try v.field(2, "reason", &self.reason)
        try v.field(3, "organization_id", &self.organization)
        try v.field(4, "workflow_id", &self.workflow)
        try v.field(5, "started_at", &self.startedAt)
        try v.field(6, "completed_at", &self.completedAt)
        try v.field(7, "retry_count", &self.retryCount)
    }
}

extension WorkflowExecutionDecider {
    static func reattribute(
        _ command: WorkflowExecutionReattributed, _ state: WorkflowExecution, _ world: any DecisionContext
    ) throws(Rejection) -> [WorkflowExecutionEvent] {
        let workflow = try world.require(command.workflow)
        var reattributed = command
        reattributed.organization = workflow.organization
        reattributed.correlation = CorrelationID(bits: state.id.bits)
        if let id = command.parent {
            guard let parent = world.peek(id) else { throw .notFound(WorkflowExecution.kind, id.description) }
            reattributed.correlation = parent.correlationID
        }
        var after = state
        after.reattribute(reattributed)
        if after == state { return [] }
        reattributed.previousWorkflow = state.workflow == command.workflow ? nil : state.workflow
        reattributed.previouslyStartedAt = state.startedAt
        reattributed.previouslyCompletedAt = state.completedAt
        return [.reattributed(reattributed)]
    }

    static func withdraw(
        _ command: WorkflowExecutionWithdrawn, _ state: WorkflowExecution
    ) -> [WorkflowExecutionEvent] {
        var withdrawn = command
        withdrawn.organization = state.organization
        withdrawn.workflow = state.workflow
        withdrawn.startedAt = state.startedAt
        withdrawn.completedAt = state.completedAt
        withdrawn.retryCount = state.retryCount
        return [.withdrawn(withdrawn)]
    }
}

extension WorkflowExecution {
    /// Takes on all that telemetry says; keeps what it does not say.
    mutating func reattribute(_ event: WorkflowExecutionReattributed) {
        self.organization = event.organization
        self.workflow = event.workflow
        self.parent = event.parent
        self.correlationID = event.correlation
        self.metadata = event.metadata
        self.queuedAt = event.startedAt
        self.startedAt = event.startedAt
        self.completedAt = event.completedAt
        self.status = event.completedAt == nil ? .running : event.hasFailed ? .failed : .completed
        self.statusMessage = self.status == .completed ? event.message : nil
        self.errorCode = event.hasFailed ? event.errorCode : nil
        self.errorMessage = event.hasFailed ? event.errorMessage ?? "failed" : nil
        self.statusConflict = event.statusConflict
        self.conversation = event.conversation
        self.session = event.session
        self.endUser = event.endUser
        self.createdAt = event.startedAt
        self.updatedAt = event.completedAt ?? event.startedAt
        self.resourcesReleasedAt = nil
    }
}
