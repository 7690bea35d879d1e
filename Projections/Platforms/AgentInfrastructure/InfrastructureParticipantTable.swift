import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum InfrastructureParticipantTable {
    /// Participants may leave, and are told of ever after.
    static let relation = Relation.derived(from: Conversation.self, Self.table) {
        (conversation: Conversation, others: Lookups, body: (Row) throws -> Void) in
        for participant in conversation.participants {
            try body(
                Row(
                    conversation: conversation.id, participant: participant,
                    agent: others.slug(of: participant.agent)))
        }
    }.found(byStateIn: "conversation_id")

    struct Row {
        var conversation: ConversationID
        var participant: ConversationParticipant
        var agent: String?

        var kind: String { self.participant.user == nil ? Agent.kind : User.kind }
        var id: ThingID { ThingID(bits: self.participant.user?.bits ?? self.participant.agent?.bits ?? 0) }
    }

    static let table = Table<Row>(
        "conversation_participants", primaryKey: "conversation_id", "participant_id",
        description: "Which people and agents take part in a conversation, or did."
    ) {
        Column("conversation_id", .uuid, \.conversation).references("conversations", onDelete: .cascade)
        Column("participant_id", .uuid, \.id, description: "The user's or the agent's.")
        Column("participant_type", .text, \.kind)
        Column("user_id", .uuid, \.participant.user).indexed()
        Column("agent_slug", .text, \.agent).references("agents", "slug").indexed()
        Column("joined_at", .timestamptz, \.participant.joinedAt, default: .now)
        Column("left_at", .timestamptz, \.participant.leftAt)
        TableCheck.oneOf([User.kind, Agent.kind], "participant_type", of: "conversation_participants")
        InfrastructureRowSecurity.participants
        InfrastructureRowSecurity.security.guarding(
            InfrastructureRowSecurity.participants, of: "conversation_participants")
        InfrastructureRowSecurity.stamping("left_at", withChangesOf: "left_at", of: "conversation_participants")
        AgentInfrastructure.named("conversation_participants")
    }
}
