import LedgerDomain
import LedgerEvents

/// What rows of several platforms tell of conversations.
extension AdoptionWriter {
    /// Starts a conversation that other rows name and that has no row.
    func makeUpConversation(
        _ id: ConversationID, in organization: OrganizationID, of user: UserID, at instant: Instant
    ) throws {
        try self.then(
            .conversation(
                .start(
                    .with {
                        $0.id = id
                        $0.organization = organization
                        $0.user = user
                        $0.agentName = "unknown"
                        $0.agentType = "unknown"
                    })), at: instant)
    }

    /// The id of the user who stands in where nobody says who began a conversation.
    static func unknownUser(of conversation: ConversationID) -> UserID {
        UserID(bits: UUIDv5.named("user of a conversation", in: conversation.bits))
    }

    /// Posts the message that the row is of.
    func post(
        _ id: ConversationMessageID, from row: SourceRow, in conversation: ConversationID, by user: UserID?,
        _ agent: AgentID?, at instant: Instant
    ) throws {
        try self.record(
            .conversationMessage(
                .record(
                    try .with {
                        $0.id = id
                        $0.conversation = conversation
                        $0.role =
                            try row.word("role", else: ["human": .user, "ai": .assistant, "agent": .assistant])
                            ?? (user == nil ? .assistant : .user)
                        // A user's message needs its user.
                        if $0.role == .user, user == nil, agent == nil { $0.role = .system }
                        $0.user = user
                        $0.agent = agent
                        $0.content = try row.content("content")
                        $0.metadata = try row.object("metadata")
                    })), at: instant)
    }

    func title(_ conversation: ConversationID, _ title: String, at instant: Instant) throws {
        try self.then(
            .conversation(
                .title(
                    .with {
                        $0.id = conversation
                        $0.title = title
                    })), at: instant)
    }
}
