import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum TaskEvent: EntityEvent {
    case created(TaskCreated)
    case started(TaskStarted)
    case progressReported(TaskProgressReported)
    case completed(TaskCompleted)
    case failed(TaskFailed)
    case timedOut(TaskTimedOut)
    case cancelled(TaskCancelled)
    case evaluated(TaskEvaluated)
    case assigned(TaskAssigned)
    case approvalRequested(TaskApprovalRequested)
    case approved(TaskApproved)
    case rejected(TaskRejected)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.created), EventCase(Self.started), EventCase(Self.progressReported), EventCase(Self.completed),
        EventCase(Self.failed), EventCase(Self.timedOut), EventCase(Self.cancelled), EventCase(Self.evaluated),
        EventCase(Self.assigned), EventCase(Self.approvalRequested), EventCase(Self.approved), EventCase(Self.rejected),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .created(let payload): try visitor.visit(payload)
        case .started(let payload): try visitor.visit(payload)
        case .progressReported(let payload): try visitor.visit(payload)
        case .completed(let payload): try visitor.visit(payload)
        case .failed(let payload): try visitor.visit(payload)
        case .timedOut(let payload): try visitor.visit(payload)
        case .cancelled(let payload): try visitor.visit(payload)
        case .evaluated(let payload): try visitor.visit(payload)
        case .assigned(let payload): try visitor.visit(payload)
        case .approvalRequested(let payload): try visitor.visit(payload)
        case .approved(let payload): try visitor.visit(payload)
        case .rejected(let payload): try visitor.visit(payload)
        }
    }
}

public struct TaskCreated: EntityPayload {
    @usableFromInline package static let type: EventType = "task.created"
    public var id = TaskID.zero
    /// The conversation's, where there is one; it then need not be given.
    public var organization = OrganizationID.zero
    public var conversation: ConversationID?
    /// Whose task it is; none in a command means the actor, else the conversation's user.
    public var user = UserID.zero
    /// What the agent is asked to do: `process`, `generate`, …
    public var method = ""
    public var prompt = ""
    public var params = JSONText.emptyObject
    public var title: String?
    /// None in a command means the conversation's.
    public var agentName: String?
    /// Smaller ones come first.
    public var priority = 0
    /// Nil in a command means 300.
    public var timeoutSeconds: Int?
    /// Nil in a command means text.
    public var deliverableType: String?
    public var metadata = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "task_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "agent_conversation_id", &self.conversation)
        try v.field(4, "user_id", &self.user)
        try v.field(5, "method", &self.method)
        try v.field(6, "prompt", &self.prompt)
        try v.field(7, "params", &self.params)
        try v.field(8, "title", &self.title)
        try v.field(9, "agent_name", &self.agentName)
        try v.field(10, "priority", &self.priority)
        try v.field(11, "timeout_seconds", &self.timeoutSeconds)
        try v.field(12, "deliverable_type", &self.deliverableType)
        try v.field(13, "metadata", &self.metadata)
    }
}

public struct TaskStarted: EntityPayload {
    @usableFromInline package static let type: EventType = "task.started"
    public var id = TaskID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "task_id", &self.id)
    }
}

public struct TaskProgressReported: EntityPayload {
    @usableFromInline package static let type: EventType = "task.progress_reported"
    public var id = TaskID.zero
    /// Percent, 0 to 100; never less than before.
    public var progress = 0
    public var message: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "task_id", &self.id)
        try v.field(2, "progress", &self.progress)
        try v.field(3, "progress_message", &self.message)
    }
}

public struct TaskCompleted: EntityPayload {
    @usableFromInline package static let type: EventType = "task.completed"
    public var id = TaskID.zero
    public var response: String?
    public var responseMetadata = JSONText.emptyObject
    /// Which model did it, with how many tokens, …
    public var llmMetadata = JSONText.emptyObject
    public var deliverableMetadata = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "task_id", &self.id)
        try v.field(2, "response", &self.response)
        try v.field(3, "response_metadata", &self.responseMetadata)
        try v.field(4, "llm_metadata", &self.llmMetadata)
        try v.field(5, "deliverable_metadata", &self.deliverableMetadata)
    }
}

public struct TaskFailed: EntityPayload {
    @usableFromInline package static let type: EventType = "task.failed"
    public var id = TaskID.zero
    public var errorCode: String?
    public var errorMessage = ""
    public var errorData: JSONText?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "task_id", &self.id)
        try v.field(2, "error_code", &self.errorCode)
        try v.field(3, "error_message", &self.errorMessage)
        try v.field(4, "error_data", &self.errorData)
    }
}

public struct TaskTimedOut: EntityPayload {
    @usableFromInline package static let type: EventType = "task.timed_out"
    public var id = TaskID.zero
    public var errorMessage: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "task_id", &self.id)
        try v.field(2, "error_message", &self.errorMessage)
    }
}

public struct TaskCancelled: EntityPayload {
    @usableFromInline package static let type: EventType = "task.cancelled"
    public var id = TaskID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "task_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}

/// What somebody thinks of the outcome; a later judgement takes the place of the one before.
public struct TaskEvaluated: EntityPayload {
    @usableFromInline package static let type: EventType = "task.evaluated"
    public var id = TaskID.zero
    public var evaluation = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "task_id", &self.id)
        try v.field(2, "evaluation", &self.evaluation)
    }
}
