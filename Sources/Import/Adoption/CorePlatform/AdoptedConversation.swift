import AgentDomain
import EventSourcing

/// `agent_conversations`, with `conversations` and `messages` where the platform has them.
enum AdoptedConversation {
    static let start = Adoption.Stage(
        "agent_conversations",
        sql: { schema in
            // The agents that speak in it belong to its organization; a user may belong to others, too.
            let agents =
                schema.has("messages") && schema.has("agents")
                ? """
                (SELECT coalesce(a.organization_slug, 'my-org') FROM \(schema.table("messages")) m JOIN \(schema.table("agents")) a
                  ON a.id = m.agent_id WHERE m.conversation_id = c.id ORDER BY m.created_at, m.id LIMIT 1)
                """ : "NULL"
            return """
                SELECT c.*, coalesce(\(agents), \(AdoptedCoreUser.slug(of: "u"))) AS slug FROM \(schema.table("agent_conversations")) c
                LEFT JOIN \(schema.table("users")) u ON u.id = c.user_id ORDER BY c.started_at, c.id
                """
        },
        { row, writer in
            try writer.record(
                .conversation(
                    .start(
                        try .with {
                            $0.id = try row.requiredID("id")
                            $0.organization = try AdoptedCoreUser.organization(row.required("slug"), writer.states)
                            $0.user = try row.requiredID("user_id")
                            $0.agentName = try row.required("agent_name")
                            $0.agentType = try row.required("agent_type")
                            $0.metadata = try row.object("metadata")
                        })), at: try row.instant("started_at") ?? row.requiredInstant("created_at"))
        })

    static let messages = Adoption.Stage("messages", orderedBy: "created_at, id") { row, writer in
        let conversation: ConversationID = try row.requiredID("conversation_id")
        let user: UserID? = try row.id("user_id")
        let agent: AgentID? = try row.id("agent_id")
        let posted = try row.requiredInstant("created_at")
        if user != nil || agent != nil {
            try writer.then(
                .conversation(
                    .addParticipant(
                        .with {
                            $0.id = conversation
                            $0.user = user
                            $0.agent = agent
                        })), at: posted)
        }
        try writer.record(
            .conversationMessage(
                .record(
                    try .with {
                        $0.id = try row.requiredID("id")
                        $0.conversation = conversation
                        $0.role = try row.word("role") ?? .user
                        $0.user = user
                        $0.agent = agent
                        $0.content = try row.required("content")
                        $0.metadata = try row.object("metadata")
                    })), at: posted)
    }

    static let end = Adoption.Stage(
        "agent_conversations",
        sql: { schema in
            schema.has("conversations")
                ? """
                SELECT a.*, c.title FROM \(schema.table("agent_conversations")) a
                LEFT JOIN \(schema.table("conversations")) c ON c.id = a.id ORDER BY a.updated_at, a.id
                """ : "SELECT * FROM \(schema.table("agent_conversations")) ORDER BY updated_at, id"
        },
        { row, writer in
            let id: ConversationID = try row.requiredID("id")
            let started = try row.instant("started_at") ?? row.requiredInstant("created_at")
            let updated = try row.instant("updated_at") ?? started
            let ended = try row.instant("ended_at")
            let end = DomainCommand.conversation(.end(.with { $0.id = id }))
            // What happens last is what the row was changed by.
            if let ended, ended != updated { try writer.then(end, at: ended) }
            if let title = row.text("title") {
                try writer.then(
                    .conversation(
                        .title(
                            .with {
                                $0.id = id
                                $0.title = title
                            })), at: updated)
            }
            if let type = row.text("primary_work_product_type"),
                let product: EventID = try row.id("primary_work_product_id")
            {
                try writer.then(
                    .conversation(
                        .setWorkProduct(
                            .with {
                                $0.id = id
                                $0.workProductType = type
                                $0.workProduct = product
                            })), at: updated)
            }
            if let ended, ended == updated { try writer.then(end, at: ended) }
        })

    static let losses = [
        Loss("agent_conversations", "created_at", "a conversation begins when it is started: started_at"),
        Loss(
            "agent_conversations", "updated_at", "it comes back where the conversation has a title, a product or an end"
        ),
        Loss("agent_conversations", "last_active_at", "the last message or change, computed"),
        Loss("conversations", "updated_at", "the last message or change, computed"),
    ]
}
