import LedgerEvents

/// Something that an agent or a person is asked to do. (`Task` is Swift's own.)
public struct AgentTask: Entity {
    @usableFromInline package static let kind = "task"
    @usableFromInline package typealias Rules = TaskDecider

    public enum Status: String, Enumeration {
        case pending
        case inProgress = "in_progress"
        case completed, failed, timeout, cancelled

        @usableFromInline package static var defaultValue: Status { .pending }

        /// The states that a task in this one may go to.
        package var successors: [Status] {
            switch self {
            case .pending: [.inProgress, .cancelled]
            case .inProgress: [.completed, .failed, .timeout, .cancelled]
            case .completed, .failed, .timeout, .cancelled: []
            }
        }

        package var isFinished: Bool { self.successors.isEmpty }
    }

    package static let defaultTimeoutSeconds = 300
    package static let defaultDeliverableType = "text"

    public var id = TaskID.zero
    public var organization = OrganizationID.zero
    public var conversation: ConversationID?
    public var user = UserID.zero
    public var title: String?
    public var agentName: String?
    public var method = ""
    public var prompt = ""
    public var params = JSONText.emptyObject
    public var priority = 0
    public var status = Status.pending
    public var statusReason: String?
    /// Percent.
    public var progress = 0
    public var progressMessage: String?
    public var response: String?
    public var responseMetadata = JSONText.emptyObject
    public var evaluation = JSONText.emptyObject
    public var llmMetadata = JSONText.emptyObject
    public var errorCode: String?
    public var errorMessage: String?
    public var errorData: JSONText?
    public var timeoutSeconds = 0
    public var deliverableType = ""
    public var deliverableMetadata = JSONText.emptyObject
    public var metadata = JSONText.emptyObject
    public var assignedUser: UserID?
    public var assignedAgent: AgentID?
    /// In the order of their numbers; only the last can be open.
    public var approvals: [TaskApproval] = []
    public var createdAt = Instant.zero
    public var startedAt: Instant?
    public var completedAt: Instant?
    public var updatedAt = Instant.zero

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "agent_conversation_id", &self.conversation)
        try v.field(4, "user_id", &self.user)
        try v.field(5, "title", &self.title)
        try v.field(6, "agent_name", &self.agentName)
        try v.field(7, "method", &self.method)
        try v.field(8, "prompt", &self.prompt)
        try v.field(9, "params", &self.params)
        try v.field(10, "priority", &self.priority)
        try v.field(11, "status", &self.status)
        try v.field(12, "status_reason", &self.statusReason)
        try v.field(13, "progress", &self.progress)
        try v.field(14, "progress_message", &self.progressMessage)
        try v.field(15, "response", &self.response)
        try v.field(16, "response_metadata", &self.responseMetadata)
        try v.field(17, "evaluation", &self.evaluation)
        try v.field(18, "llm_metadata", &self.llmMetadata)
        try v.field(19, "error_code", &self.errorCode)
        try v.field(20, "error_message", &self.errorMessage)
        try v.field(21, "error_data", &self.errorData)
        try v.field(22, "timeout_seconds", &self.timeoutSeconds)
        try v.field(23, "deliverable_type", &self.deliverableType)
        try v.field(24, "deliverable_metadata", &self.deliverableMetadata)
        try v.field(25, "metadata", &self.metadata)
        try v.field(26, "assigned_user_id", &self.assignedUser)
        try v.field(27, "assigned_agent_id", &self.assignedAgent)
        try v.field(28, "approvals", &self.approvals)
        try v.field(29, "created_at", &self.createdAt)
        try v.field(30, "started_at", &self.startedAt)
        try v.field(31, "completed_at", &self.completedAt)
        try v.field(32, "updated_at", &self.updatedAt)
    }
}

public typealias TaskID = ID<AgentTask>

/// One request that somebody agree to a task, and what came of it.
public struct TaskApproval: NestedRecord {
    public enum Status: String, Enumeration {
        case pending, approved, rejected

        @usableFromInline package static var defaultValue: Status { .pending }

        package var successors: [Status] {
            switch self {
            case .pending: [.approved, .rejected]
            case .approved, .rejected: []
            }
        }
    }

    public var number = 0
    public var status = Status.pending
    public var approver: UserID?
    public var message: String?
    public var requestedBy: UserID?
    public var requestedAt = Instant.zero
    public var decidedBy: UserID?
    public var decidedAt: Instant?
    public var comment: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "approval_number", &self.number)
        try v.field(2, "status", &self.status)
        try v.field(3, "approver_id", &self.approver)
        try v.field(4, "message", &self.message)
        try v.field(5, "requested_by", &self.requestedBy)
        try v.field(6, "requested_at", &self.requestedAt)
        try v.field(7, "decided_by", &self.decidedBy)
        try v.field(8, "decided_at", &self.decidedAt)
        try v.field(9, "comment", &self.comment)
    }
}
