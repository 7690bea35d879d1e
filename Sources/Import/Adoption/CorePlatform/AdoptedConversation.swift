import LedgerDomain
import LedgerEvents

/// `agent_conversations`, with `conversations` and `messages` where the platform has them.
enum AdoptedConversation {
    static func rows(_ schema: AdoptedSchema) -> String {
        // The agents that speak in it belong to its organization; a user may belong to others, too.
        let agents =
            schema.has("messages") && schema.has("agents")
            ? """
            (SELECT coalesce(a.organization_slug, 'my-org') FROM \(schema.table("messages")) m JOIN \(schema.table("agents")) a
              ON a.id = m.agent_id WHERE m.conversation_id = c.id ORDER BY m.created_at, m.id LIMIT 1)
            """ : "NULL"
        return """
            (SELECT c.*, coalesce(\(agents), \(AdoptedCoreUser.slug(of: "u"))) AS adopted_slug
            FROM \(schema.table("agent_conversations")) c LEFT JOIN \(schema.table("users")) u ON u.id = c.user_id)
            """
    }

    static let start = Adoption.Stage(
        "agent_conversations", sql: { "SELECT * FROM \(Self.rows($0)) c ORDER BY started_at, id" },
        { row, writer in
            let started = try row.creation("started_at", else: "created_at", "updated_at", "last_active_at")
            try writer.record(
                .conversation(
                    .start(
                        try .with {
                            $0.id = try row.requiredID("id")
                            $0.organization = try AdoptedCoreUser.organization(row.text("adopted_slug"), writer.states)
                            $0.user = try row.requiredID("user_id")
                            $0.agentName = try row.name("agent_name", else: "unknown")
                            $0.agentType = try row.name("agent_type", else: "unknown")
                            $0.metadata = try row.object("metadata")
                        })), at: started)
        })

    static func missingRows(_ schema: AdoptedSchema) -> String {
        let columns = [
            ("tasks", "agent_conversation_id"), ("projects", "conversation_id"), ("deliverables", "conversation_id"),
            ("messages", "conversation_id"),
        ]
        let named = columns.filter { schema.has($0.0, $0.1) }.map { table, column in
            "SELECT \(column) AS id, \(schema.has(table, "user_id") ? "user_id" : "NULL::uuid") AS user_id, created_at "
                + "FROM \(schema.table(table)) WHERE \(column) IS NOT NULL"
        }
        return """
            (SELECT n.id, n.user_id, n.created_at, \(AdoptedCoreUser.slug(of: "u")) AS adopted_slug FROM (
              SELECT DISTINCT ON (id) * FROM (\(named.joined(separator: " UNION ALL "))) all_named
              ORDER BY id, user_id IS NULL, created_at) n
            LEFT JOIN \(schema.table("users")) u ON u.id = n.user_id
            WHERE NOT EXISTS (SELECT FROM \(schema.table("agent_conversations")) c WHERE c.id = n.id))
            """
    }

    /// Conversations that other rows name and that have no row.
    static let missing = Adoption.Stage(
        "agent_conversations", sql: { "SELECT * FROM \(Self.missingRows($0)) m ORDER BY created_at, id" },
        { row, writer in
            let id: ConversationID = try row.requiredID("id")
            if try writer.states.find(id) != nil { return }
            let instant = try row.instant("created_at") ?? row.rules.earliest
            try row.makeUp("id", "no such conversation, which other rows name; one stands in")
            let user = try row.id("user_id") ?? AdoptionWriter.unknownUser(of: id)
            try writer.makeUpUser(user, at: instant)
            let organization = try AdoptedCoreUser.organization(row.text("adopted_slug"), writer.states)
            try writer.makeUpConversation(id, in: organization, of: user, at: instant)
        })

    static let messages = Adoption.Stage(
        "messages",
        sql: { schema in
            let agent =
                schema.has("agents")
                ? """
                EXISTS (SELECT FROM \(schema.table("agents")) a
                  WHERE a.id = m.agent_id AND coalesce(a.organization_slug, 'my-org') = c.adopted_slug)
                """ : "false"
            return """
                WITH \(schema.places)
                SELECT m.*, \(agent) AS adopted_has_agent FROM \(schema.table("messages")) m
                LEFT JOIN placed_conversations c ON c.id = m.conversation_id ORDER BY m.created_at, m.id
                """
        }
    ) { row, writer in
        let conversation: ConversationID = try row.requiredID("conversation_id")
        let user: UserID? = try row.id("user_id")
        var agent: AgentID? = try row.id("agent_id")
        if agent != nil, row.row["adopted_has_agent"] != "t" {
            try row.change("agent_id", "no agent of the conversation's organization; left out")
            agent = nil
        }
        let posted = try row.creation()
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
        try writer.post(
            row.requiredID("id"), from: row, in: conversation, by: user, agent, at: posted)
    }

    static let end = Adoption.Stage(
        "agent_conversations",
        sql: { schema in
            let title =
                schema.has("conversations")
                ? "(SELECT v.title FROM \(schema.table("conversations")) v WHERE v.id = a.id)" : "NULL"
            // Of what the platform has tables for, only what is there and of the same organization.
            return """
                WITH \(schema.places)
                SELECT a.*, \(title) AS adopted_title,
                  CASE WHEN a.primary_work_product_type IN ('deliverable', 'project')
                    THEN NOT coalesce(a.primary_work_product_type || ' ' || a.adopted_slug = ANY (d.adopted_things), false)
                    ELSE NOT a.adopted_slug = ALL (d.adopted_slugs) END AS adopted_lacks_product
                FROM \(Self.rows(schema)) a LEFT JOIN placed_products d ON d.id = a.primary_work_product_id
                ORDER BY a.updated_at, a.id
                """
        },
        { row, writer in
            let id: ConversationID = try row.requiredID("id")
            let started = try row.instant("started_at") ?? row.instant("created_at") ?? row.rules.earliest
            let updated = try row.instant("updated_at") ?? started
            let ended = try row.instant("ended_at")
            let end = DomainCommand.conversation(.end(.with { $0.id = id }))
            // What happens last is what the row was changed by.
            if let ended, ended != updated { try writer.then(end, at: ended) }
            if let title = try row.name("adopted_title") { try writer.title(id, title, at: updated) }
            try Self.setProduct(id, row, at: updated, writer)
            if ended == nil, try writer.states.find(id)?.endedAt != nil {
                try row.change("ended_at", "a conversation that has ended does not go on")
            }
            if let ended, ended == updated { try writer.then(end, at: ended) }
        })

    private static func setProduct(
        _ id: ConversationID, _ row: SourceRow, at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        let type = try row.name("primary_work_product_type", upTo: 100)
        let product: EventID? = try row.id("primary_work_product_id")
        guard let type, let product, row.row["adopted_lacks_product"] != "t" else {
            if type != nil {
                try row.change("primary_work_product_type", "a product that the organization does not have; left out")
            }
            if product != nil {
                try row.change("primary_work_product_id", "a product that the organization does not have; left out")
            }
            return
        }
        try writer.then(
            .conversation(
                .setWorkProduct(
                    .with {
                        $0.id = id
                        $0.workProductType = type
                        $0.workProduct = product
                    })), at: instant)
    }

    static let losses = [
        Loss("agent_conversations", "created_at", "a conversation begins when it is started: started_at"),
        Loss(
            "agent_conversations", "updated_at", "it comes back where the conversation has a title, a product or an end"
        ),
        Loss("agent_conversations", "last_active_at", "the last message or change, computed"),
        Loss("conversations", "updated_at", "the last message or change, computed"),
    ]
}
