import LedgerDomain
import LedgerEvents

/// `conversations`, `conversation_participants` and `messages` of agents that are named by slugs.
enum AdoptedTalk {
    static let start = Adoption.Stage(
        "conversations",
        sql: { schema in
            """
            SELECT c.*, \(schema.isAgent("c.agent_slug", of: "c.organization_slug")) AS adopted_has_agent
            FROM \(schema.table("conversations")) c ORDER BY created_at, id
            """
        },
        { row, writer in
            let id: ConversationID = try row.requiredID("id")
            let started = try row.creation(else: "updated_at", "ended_at")
            let organization = try row.organization(at: started, writer)
            let agent = try row.agent(writer.states)
            let user: UserID = try row.requiredID("user_id")
            let metadata = try row.object("metadata")
            if let known = try writer.states.find(id) {
                writer.recognize(id)
                let kept = [
                    "organization_slug": known.organization == organization, "agent_slug": known.agent == agent,
                    "user_id": known.user == user, "metadata": known.metadata == metadata,
                ]
                for (column, isSame) in kept.sorted(by: { $0.key < $1.key }) where !isSame {
                    try row.change(column, "a conversation keeps what it began with")
                }
                return
            }
            try writer.record(
                .conversation(
                    .start(
                        .with {
                            $0.id = id
                            $0.organization = organization
                            $0.user = user
                            $0.agent = agent
                            if agent == nil {
                                $0.agentName = "unknown"
                                $0.agentType = "unknown"
                            }
                            $0.metadata = metadata
                        })), at: started)
        })

    static let missing = Adoption.Stage(
        "conversations",
        sql: {
            $0.missing(
                "conversations",
                namedIn: [
                    ("messages", "conversation_id", "created_at"),
                    ("conversation_participants", "conversation_id", "joined_at"),
                ])
        },
        { row, writer in
            let id: ConversationID = try row.requiredID("id")
            if try writer.states.find(id) != nil { return }
            let instant = try row.instant("created_at") ?? row.rules.earliest
            try row.makeUp("id", "no such conversation, which other rows name; one stands in")
            let user = AdoptionWriter.unknownUser(of: id)
            try writer.makeUpUser(user, at: instant)
            let organization = try writer.commonOrganization(at: instant)
            try writer.makeUpConversation(id, in: organization, of: user, at: instant)
        })

    private static func rows(_ table: String, _ schema: AdoptedSchema, orderedBy order: String) -> String {
        """
        SELECT m.*, \(schema.isAgent("m.agent_slug", of: "c.organization_slug")) AS adopted_has_agent,
          c.created_at AS adopted_started_at, m.user_id = c.user_id OR m.agent_slug = c.agent_slug AS adopted_began_it
        FROM \(schema.table(table)) m LEFT JOIN \(schema.table("conversations")) c ON c.id = m.conversation_id
        ORDER BY \(order)
        """
    }

    /// Somebody's place in the conversation as the ledger knows it.
    private static func place(
        of user: UserID?, _ agent: AgentID?, in id: ConversationID, _ writer: AdoptionWriter
    ) throws -> ConversationParticipant? {
        try writer.states.find(id)?.participants.first { $0.user == user && $0.agent == agent }
    }

    static let participants = Adoption.Stage(
        "conversation_participants", key: ["conversation_id", "participant_id"],
        sql: {
            Self.rows("conversation_participants", $0, orderedBy: "m.joined_at, m.conversation_id, m.participant_id")
        }
    ) { row, writer in
        let conversation: ConversationID = try row.requiredID("conversation_id")
        let joined = try row.creation("joined_at", else: "adopted_started_at")
        _ = row.text("participant_type")
        let user: UserID? = try row.id("user_id")
        let agent = user == nil ? try row.agent(writer.states) : nil
        guard user != nil || agent != nil else {
            return try row.keepWhole("participant_id", "neither a user nor an agent of the organization; kept in extra")
        }
        if let user, row.row["participant_id"] == "\(user)" { _ = row.text("participant_id") }
        let known = try Self.place(of: user, agent, in: conversation, writer)
        let began = try row.instant("adopted_started_at") ?? joined
        let since = row.row["adopted_began_it"] == "t" ? began : known?.joinedAt ?? joined
        if joined != since { try row.change("joined_at", "who takes part joined at another time") }
        if let known, known.leftAt == nil || joined <= known.joinedAt { return writer.recognize(conversation) }
        try writer.record(Self.joining(user, agent, conversation), at: joined)
    }

    private static func joining(_ user: UserID?, _ agent: AgentID?, _ conversation: ConversationID) -> DomainCommand {
        .conversation(
            .addParticipant(
                .with {
                    $0.id = conversation
                    $0.user = user
                    $0.agent = agent
                }))
    }

    static let messages = Adoption.Stage(
        "messages", sql: { Self.rows("messages", $0, orderedBy: "m.created_at, m.id") }
    ) { row, writer in
        let id: ConversationMessageID = try row.requiredID("id")
        let conversation: ConversationID = try row.requiredID("conversation_id")
        let posted = try row.creation(else: "adopted_started_at")
        let user: UserID? = try row.id("user_id")
        let agent = user == nil ? try row.agent(writer.states) : nil
        if user != nil || agent != nil, try writer.states.find(id) == nil {
            // Who speaks takes part, or did.
            if try Self.place(of: user, agent, in: conversation, writer) == nil {
                try writer.then(Self.joining(user, agent, conversation), at: posted)
            }
        }
        try writer.post(id, from: row, in: conversation, by: user, agent, at: posted)
    }

    static let departures = Adoption.Stage(
        "conversation_participants", key: ["conversation_id", "participant_id"],
        sql: { Self.rows("conversation_participants", $0, orderedBy: "m.left_at, m.conversation_id, m.participant_id") }
    ) { row, writer in
        let conversation: ConversationID = try row.requiredID("conversation_id")
        let user: UserID? = try row.id("user_id")
        let agent = user == nil ? try row.agent(writer.states) : nil
        if user == nil, agent == nil { return }
        guard let left = try row.instant("left_at") else {
            // Who joins again, later, is back.
            let known = try Self.place(of: user, agent, in: conversation, writer)
            let joined = try row.creation("joined_at", else: "adopted_started_at")
            if let known, known.leftAt != nil, joined <= known.joinedAt { try row.cannotReach("left_at") }
            return
        }
        try writer.then(
            .conversation(
                .removeParticipant(
                    .with {
                        $0.id = conversation
                        $0.user = user
                        $0.agent = agent
                    })), at: left)
    }

    private static let others: [String: Conversation.Status] = [
        "open": .active, "paused": .active, "closed": .ended, "completed": .ended, "archived": .ended, "done": .ended,
    ]

    static let end = Adoption.Stage("conversations", orderedBy: "updated_at, id") { row, writer in
        let id: ConversationID = try row.requiredID("id")
        let updated = try row.instant("updated_at") ?? row.instant("created_at") ?? row.rules.earliest
        var ended = try row.instant("ended_at")
        if try row.word("status", else: Self.others) == Conversation.Status.ended, ended == nil { ended = updated }
        let end = DomainCommand.conversation(.end(.with { $0.id = id }))
        // What happens last is what the row was changed by.
        if let ended, ended != updated { try writer.then(end, at: ended) }
        if let title = try row.name("title") { try writer.title(id, title, at: updated) }
        if let ended, ended == updated { try writer.then(end, at: ended) }
        if ended == nil, try writer.states.find(id)?.endedAt != nil {
            try row.change("status", "a conversation that has ended does not go on")
        }
    }

    static let losses = [
        Loss("conversations", "updated_at", "it comes back where the conversation has a title or an end"),
        Loss(
            "conversation_participants", "participant_id", where: "participant_type = 'agent'",
            "an agent's id follows from its slug"),
    ]
}
