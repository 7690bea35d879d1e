import AgentDomain
import EventSourcing
import Relations
import Views

enum ConversationParticipantTable {
    static let relation = Relation(declaration: Self.table.declaration) { snapshot, changedAfter, body in
        var cells: [SQLValue] = []
        try snapshot.views.forEach(Conversation.self) { id, loaded in
            guard loaded.changedAt > changedAfter else { return }
            try Self.rows(of: loaded.state, id, &cells, body)
        }
    }
    .changed(by: Conversation.self)
    .counted { try $0.views.count(of: Conversation.self) * 2 }
    .found(by: ["conversation_id"]) { snapshot, values, body in
        guard case .uuid(let bits) = values[0], let state = try snapshot.views.find(ID<Conversation>(bits: bits)) else {
            return
        }
        var cells: [SQLValue] = []
        try Self.rows(of: state, ID(bits: bits), &cells, body)
    }

    private static func rows(
        of conversation: Conversation, _ id: ID<Conversation>, _ cells: inout [SQLValue],
        _ body: ([SQLValue]) throws -> Void
    ) throws {
        for participant in conversation.participants {
            Self.table.fill(&cells, from: Row(conversation: id, participant: participant))
            try body(cells)
        }
    }

    struct Row {
        var conversation: ConversationID
        var participant: ConversationParticipant

        var kind: String { self.participant.user == nil ? Agent.kind : User.kind }
        var id: EventID { EventID(bits: self.participant.user?.bits ?? self.participant.agent?.bits ?? 0) }
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
