import LedgerEvents

/// Something that was said in a conversation: recorded once, kept in the log alone.
public struct ConversationMessage: Fact {
    @usableFromInline package static let kind = "conversation_message"
    @usableFromInline package static let type: EventType = "conversation_message.posted"
    @usableFromInline package static let command = "conversation_message.post"
    /// A person's history is not made of all that the person ever said.
    @usableFromInline package static let mentions = [5, 6]
    @usableFromInline package typealias Rules = FactRules<ConversationMessage>

    public enum Role: String, Enumeration {
        case user, assistant, system, tool

        @usableFromInline package static var defaultValue: Role { .user }
    }

    public var id = ConversationMessageID.zero
    /// The conversation's. Written by the decider.
    public var organization = OrganizationID.zero
    public var conversation = ConversationID.zero
    public var role = Role.user
    /// Who said it, where a person did; none in a command means the actor in the role of a user.
    public var user: UserID?
    /// The agent that said it, where the ledger knows it.
    public var agent: AgentID?
    public var content = ""
    public var metadata = JSONText.emptyObject

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "conversation_message_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "conversation_id", &self.conversation)
        try v.field(4, "role", &self.role)
        try v.field(5, "user_id", &self.user)
        try v.field(6, "agent_id", &self.agent)
        try v.field(7, "content", &self.content)
        try v.field(8, "metadata", &self.metadata)
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        if self.content.isEmpty { throw .invalid("content", "must not be empty") }
        try Require.object(self.metadata, "metadata")
        let conversation = try world.requireOpenConversation(self.conversation, order)
        self.organization = conversation.organization
        if self.role == .user, self.user == nil, self.agent == nil {
            guard let user = order.actor.user else {
                throw .invalid("user_id", "must be given where the actor is not a user")
            }
            self.user = UserID(bits: user)
        }
        guard self.user != nil || self.agent != nil else { return }
        if let user = self.user { try world.requireNameable(user, order) }
        let author = try ConversationParticipant(self.user, self.agent)
        // Others may come and go while this one talks.
        world.guardAgainst(EventQuery.Item(types: [ConversationParticipantLeft.type], tags: [self.conversation.tag]))
        guard let known = conversation.participant(author) else {
            throw .broken("\(author.name) takes no part in conversation \(self.conversation); add it first")
        }
        if let left = known.leftAt, order.occurredAt > left, !order.isHistory {
            throw .broken("\(author.name) left conversation \(self.conversation) at \(left); add it again first")
        }
    }
}

public typealias ConversationMessageID = ID<ConversationMessage>
@usableFromInline package typealias ConversationMessageEvent = FactEvent<ConversationMessage>
@usableFromInline package typealias ConversationMessageCommand = FactCommand<ConversationMessage>
