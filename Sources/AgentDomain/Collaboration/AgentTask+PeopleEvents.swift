import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

/// The task is a user's or an agent's to do from now on, one of the two.
public struct TaskAssigned: EntityPayload {
    @usableFromInline package static let type: EventType = "task.assigned"
    public var id = TaskID.zero
    public var user: UserID?
    public var agent: AgentID?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "task_id", &self.id)
        try v.field(2, "user_id", &self.user)
        try v.field(3, "agent_id", &self.agent)
    }
}

/// Somebody has to agree before the task can be completed.
public struct TaskApprovalRequested: EntityPayload {
    @usableFromInline package static let type: EventType = "task.approval_requested"
    public var id = TaskID.zero
    /// Counts the task's requests from 1. Written by the decider.
    public var number = 0
    /// Who alone may decide; nil: anybody who may give commands.
    public var approver: UserID?
    public var message: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "task_id", &self.id)
        try v.field(2, "approval_number", &self.number)
        try v.field(3, "approver_id", &self.approver)
        try v.field(4, "message", &self.message)
    }
}

public struct TaskApproved: EntityPayload {
    @usableFromInline package static let type: EventType = "task.approved"
    public var id = TaskID.zero
    /// 0 in a command means the last request.
    public var number = 0
    public var comment: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "task_id", &self.id)
        try v.field(2, "approval_number", &self.number)
        try v.field(3, "comment", &self.comment)
    }
}

public struct TaskRejected: EntityPayload {
    @usableFromInline package static let type: EventType = "task.rejected"
    public var id = TaskID.zero
    /// 0 in a command means the last request.
    public var number = 0
    public var comment: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "task_id", &self.id)
        try v.field(2, "approval_number", &self.number)
        try v.field(3, "comment", &self.comment)
    }
}
