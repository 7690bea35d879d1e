import LedgerEvents

/// One run of a workflow, from the queue to its end.
public struct WorkflowExecution: Entity {
    @usableFromInline package static let kind = "workflow_execution"
    @usableFromInline package typealias Rules = WorkflowExecutionDecider

    public enum Status: String, Enumeration {
        case queued, pending, running, paused, completed, failed, timeout, cancelled

        @usableFromInline package static var defaultValue: Status { .queued }

        /// Whether nothing more can happen, save a retry of a failed run.
        package var isFinished: Bool { self.endedAs || self == .failed }

        var endedAs: Bool { self == .completed || self == .timeout || self == .cancelled }

        /// The states that a run in this one may go to.
        package var successors: [Status] {
            switch self {
            case .queued: [.pending, .cancelled]
            case .pending: [.running, .cancelled]
            case .running: [.paused, .completed, .failed, .timeout, .cancelled]
            case .paused: [.running, .cancelled]
            case .failed: [.queued]
            case .completed, .timeout, .cancelled: []
            }
        }
    }

    public enum Trigger: String, Enumeration {
        case manual, schedule, webhook, api, `internal`

        @usableFromInline package static var defaultValue: Trigger { .manual }
    }

    public var id = WorkflowExecutionID.zero
    public var organization = OrganizationID.zero
    public var workflow = WorkflowID.zero
    public var workflowRevision = 0
    public var agent: AgentID?
    public var status = Status.queued
    public var statusMessage: String?
    public var triggeredBy = Trigger.manual
    public var triggeredByUser: UserID?
    public var externalTrigger: String?
    /// The trigger whose firing queued it.
    public var trigger: WorkflowTriggerID?
    public var input = JSONText.emptyObject
    public var output = JSONText.emptyObject
    public var metadata = JSONText.emptyObject
    public var queuedAt = Instant.zero
    public var startedAt: Instant?
    public var pausedAt: Instant?
    public var resumedAt: Instant?
    public var completedAt: Instant?
    public var errorCode: String?
    public var errorMessage: String?
    public var retryCount = 0
    public var maxRetries = 0
    public var retryAt: Instant?
    public var resourceUsage = JSONText.emptyObject
    public var resourcesReleasedAt: Instant?
    public var correlationID = CorrelationID.zero
    public var parent: WorkflowExecutionID?
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero
    public var conversation: String?
    public var session: String?
    /// The end user, as the source names it.
    public var endUser: String?
    /// What the source says of the end that contradicts the status.
    public var statusConflict: String?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package var correlation: CorrelationID? { self.correlationID }

    @usableFromInline package static var isIndexed: Bool { true }

    /// A root's correlation id, where it is not simply the root's own id.
    @usableFromInline package var aliases: [EventTag] {
        self.parent == nil && self.correlationID.bits != self.id.bits ? [Self.alias(of: self.correlationID)] : []
    }

    @usableFromInline package var listings: [EventTag] { self.status == .running ? [Self.running] : [] }

    /// All runs that are running.
    static let running = EventTag(kind: "executions", text: "running")

    /// A run that has not ended counts towards its trigger's limit.
    @usableFromInline package var groups: [EventTag] {
        guard let trigger = self.trigger, !self.status.isFinished else { return [] }
        return [Self.live(of: trigger)]
    }

    static func live(of trigger: WorkflowTriggerID) -> EventTag {
        EventTag(kind: "workflow_trigger_live", id: trigger.bits)
    }

    package static func alias(of correlation: CorrelationID) -> EventTag {
        EventTag(kind: "correlation", id: correlation.bits)
    }

    /// Whole milliseconds from the start of the last attempt to its end; nil until both are known, and where the clocks
    /// contradict each other.
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
        try v.field(3, "workflow_id", &self.workflow)
        try v.field(4, "workflow_version", &self.workflowRevision)
        try v.field(5, "agent_id", &self.agent)
        try v.field(6, "status", &self.status)
        try v.field(7, "status_message", &self.statusMessage)
        try v.field(8, "triggered_by", &self.triggeredBy)
        try v.field(9, "triggered_by_user_id", &self.triggeredByUser)
        try v.field(10, "external_trigger_id", &self.externalTrigger)
        try v.field(11, "input_data", &self.input)
        try v.field(12, "output_data", &self.output)
        try v.field(13, "metadata", &self.metadata)
        try v.field(14, "queued_at", &self.queuedAt)
        try v.field(15, "started_at", &self.startedAt)
        try v.field(16, "paused_at", &self.pausedAt)
        try v.field(17, "resumed_at", &self.resumedAt)
        try v.field(18, "completed_at", &self.completedAt)
        try v.field(19, "error_code", &self.errorCode)
        try v.field(20, "error_message", &self.errorMessage)
        try v.field(21, "retry_count", &self.retryCount)
        try v.field(22, "max_retries", &self.maxRetries)
        try v.field(23, "retry_at", &self.retryAt)
        try v.field(24, "resource_usage", &self.resourceUsage)
        try v.field(25, "resources_released_at", &self.resourcesReleasedAt)
        try v.field(26, "correlation_id", &self.correlationID)
        try v.field(27, "parent_execution_id", &self.parent)
        try v.field(28, "created_at", &self.createdAt)
        try v.field(29, "updated_at", &self.updatedAt)
        try v.field(30, "workflow_trigger_id", &self.trigger)
        try v.field(31, "conversation_id", &self.conversation)
        try v.field(32, "session_id", &self.session)
        try v.field(33, "end_user_id", &self.endUser)
        try v.field(34, "status_conflict", &self.statusConflict)
    }
}

public typealias WorkflowExecutionID = ID<WorkflowExecution>
