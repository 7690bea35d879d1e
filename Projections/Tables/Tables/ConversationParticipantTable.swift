import LedgerDomain
import LedgerEvents
import LedgerRelations

enum ConversationParticipantTable {
    static let relation = Relation.parts(
        "conversation_participant", of: Conversation.self, by: "conversation_id", Self.table
    ) { id, conversation in
        conversation.participants.map { Row(conversation: id, participant: $0) }
    }

    struct Row {
        var conversation: ConversationID
        var participant: ConversationParticipant

        var kind: String { self.participant.user == nil ? Agent.kind : User.kind }
        var id: ThingID { ThingID(bits: self.participant.user?.bits ?? self.participant.agent?.bits ?? 0) }
    }

    static let table = Table<Row>(
        "conversation_participants", primaryKey: "conversation_id", "participant_id",
        description: "Who takes part in which conversation, or did."
    ) {
        Column("conversation_id", .uuid, \.conversation).references("conversations")
        Column("participant_id", .uuid, \.id, description: "The user's or the agent's.").indexed()
        Column("participant_type", .enumeration("participant_type", [User.kind, Agent.kind]), \.kind)
        Column("user_id", .uuid, \.participant.user).references("users")
        Column("agent_id", .uuid, \.participant.agent).references("agents")
        Column("joined_at", .timestamptz, \.participant.joinedAt)
        Column("left_at", .timestamptz, \.participant.leftAt)
    }
}
