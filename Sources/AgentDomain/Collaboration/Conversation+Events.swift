import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum ConversationEvent: EntityEvent {
    case started(ConversationStarted)
    case titled(ConversationTitled)
    case participantJoined(ConversationParticipantJoined)
    case participantLeft(ConversationParticipantLeft)
    case workProductSet(ConversationWorkProductSet)
    case ended(ConversationEnded)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.started), EventCase(Self.titled), EventCase(Self.participantJoined),
        EventCase(Self.participantLeft), EventCase(Self.workProductSet), EventCase(Self.ended),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .started(let payload): try visitor.visit(payload)
        case .titled(let payload): try visitor.visit(payload)
        case .participantJoined(let payload): try visitor.visit(payload)
        case .participantLeft(let payload): try visitor.visit(payload)
        case .workProductSet(let payload): try visitor.visit(payload)
        case .ended(let payload): try visitor.visit(payload)
        }
    }
}

/// Somebody began to talk with an agent. Both take part from the start.
public struct ConversationStarted: EntityPayload {
    @usableFromInline package static let type: EventType = "conversation.started"
    public var id = ConversationID.zero
    public var organization = OrganizationID.zero
    /// None in a command means the actor.
    public var user = UserID.zero
    /// The agent, where the ledger knows it; it then needs neither name nor type.
    public var agent: AgentID?
    public var agentName = ""
    /// None in a command means the agent's protocol.
    public var agentType = ""
    public var title: String?
    public var metadata = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "conversation_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "user_id", &self.user)
        try v.field(4, "agent_id", &self.agent)
        try v.field(5, "agent_name", &self.agentName)
        try v.field(6, "agent_type", &self.agentType)
        try v.field(7, "title", &self.title)
        try v.field(8, "metadata", &self.metadata)
    }
}

public struct ConversationTitled: EntityPayload {
    @usableFromInline package static let type: EventType = "conversation.titled"
    public var id = ConversationID.zero
    public var title = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "conversation_id", &self.id)
        try v.field(2, "title", &self.title)
    }
}

/// A user or an agent takes part from now on, one of the two.
public struct ConversationParticipantJoined: EntityPayload {
    @usableFromInline package static let type: EventType = "conversation.participant_joined"
    public var id = ConversationID.zero
    public var user: UserID?
    public var agent: AgentID?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "conversation_id", &self.id)
        try v.field(2, "user_id", &self.user)
        try v.field(3, "agent_id", &self.agent)
    }
}

public struct ConversationParticipantLeft: EntityPayload {
    @usableFromInline package static let type: EventType = "conversation.participant_left"
    public var id = ConversationID.zero
    public var user: UserID?
    public var agent: AgentID?
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "conversation_id", &self.id)
        try v.field(2, "user_id", &self.user)
        try v.field(3, "agent_id", &self.agent)
        try v.field(4, "reason", &self.reason)
    }
}

/// What the conversation is mainly about making.
public struct ConversationWorkProductSet: EntityPayload {
    @usableFromInline package static let type: EventType = "conversation.work_product_set"
    public var id = ConversationID.zero
    /// `deliverable`, `project`, or what else there is.
    public var workProductType = ""
    public var workProduct = EventID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "conversation_id", &self.id)
        try v.field(2, "work_product_type", &self.workProductType)
        try v.field(3, "work_product_id", &self.workProduct)
    }
}

public struct ConversationEnded: EntityPayload {
    @usableFromInline package static let type: EventType = "conversation.ended"
    public var id = ConversationID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "conversation_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}
