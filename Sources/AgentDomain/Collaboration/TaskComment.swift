import LedgerEvents

/// What somebody remarked on a task: recorded once, kept in the log alone.
public struct TaskComment: Fact {
    @usableFromInline package static let kind = "task_comment"
    @usableFromInline package static let type: EventType = "task_comment.posted"
    @usableFromInline package static let command = "task_comment.post"
    /// A person's history is not made of all that the person ever remarked.
    @usableFromInline package static let mentions = [4]
    @usableFromInline package typealias Rules = FactRules<TaskComment>

    public var id = TaskCommentID.zero
    /// The task's. Written by the decider.
    public var organization = OrganizationID.zero
    public var task = TaskID.zero
    /// Who said it; none in a command means the actor.
    public var user = UserID.zero
    public var content = ""

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "task_comment_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "task_id", &self.task)
        try v.field(4, "user_id", &self.user)
        try v.field(5, "content", &self.content)
    }

    /// Guards nothing of the task: it never goes away, and remarks are made before and after its end.
    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        if self.content.isEmpty { throw .invalid("content", "must not be empty") }
        guard let task = world.peek(self.task) else { throw .notFound(AgentTask.kind, self.task.description) }
        self.organization = task.organization
        self.user = try world.requirePerson(self.user, of: task.organization, order)
    }
}

public typealias TaskCommentID = ID<TaskComment>
@usableFromInline package typealias TaskCommentEvent = FactEvent<TaskComment>
@usableFromInline package typealias TaskCommentCommand = FactCommand<TaskComment>
