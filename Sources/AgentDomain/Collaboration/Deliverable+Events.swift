import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum DeliverableEvent: EntityEvent {
    case created(DeliverableCreated)
    case retitled(DeliverableRetitled)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.created), EventCase(Self.retitled),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .created(let payload): try visitor.visit(payload)
        case .retitled(let payload): try visitor.visit(payload)
        }
    }
}

/// What it is made in, of and for say where it belongs; what they know need not be given.
public struct DeliverableCreated: EntityPayload {
    @usableFromInline package static let type: EventType = "deliverable.created"
    public var id = DeliverableID.zero
    public var organization = OrganizationID.zero
    /// None in a command means the actor, else the user of what it is made in.
    public var user = UserID.zero
    /// None in a command means the task's or the project's.
    public var conversation: ConversationID?
    public var title = ""
    /// `document`, `image`, `code`, …
    public var type = ""
    public var task: TaskID?
    public var projectStep: ProjectStepID?
    /// None in a command means the step's.
    public var project: ProjectID?
    public var agentName: String?
    public var metadata = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "deliverable_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "user_id", &self.user)
        try v.field(4, "conversation_id", &self.conversation)
        try v.field(5, "title", &self.title)
        try v.field(6, "type", &self.type)
        try v.field(7, "task_id", &self.task)
        try v.field(8, "project_step_id", &self.projectStep)
        try v.field(9, "project_id", &self.project)
        try v.field(10, "agent_name", &self.agentName)
        try v.field(11, "metadata", &self.metadata)
    }
}

public struct DeliverableRetitled: EntityPayload {
    @usableFromInline package static let type: EventType = "deliverable.retitled"
    public var id = DeliverableID.zero
    public var title = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "deliverable_id", &self.id)
        try v.field(2, "title", &self.title)
    }
}
