import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum InfrastructureMessageTable {
    static let relation = Relation.derived(fromFacts: ConversationMessage.self, Self.table) { said, others in
        Row(message: said.fact, agent: try others.slug(of: said.fact.agent), createdAt: said.occurredAt)
    }.found(by: "id", ConversationMessage.self).found(by: "conversation_id", Conversation.self)

    struct Row {
        var message: ConversationMessage
        var agent: String?
        var createdAt: Instant
    }

    static let table = Table<Row>("messages", primaryKey: "id", description: "What was said in conversations.") {
        Column("id", .uuid, \.message.id, default: .randomUUID)
        Column("conversation_id", .uuid, \.message.conversation).references("conversations", onDelete: .cascade)
        Column("role", .text, \.message.role.rawValue)
        Column("user_id", .uuid, \.message.user)
        Column("agent_slug", .text, \.agent).references("agents", "slug")
        Column("content", .text, \.message.content)
        Column("metadata", .jsonb, \.message.metadata, default: .value(.json("{}")))
        Column("created_at", .timestamptz, \.createdAt, default: .now)
        TableIndex("idx_messages_conversation_id_created_at", "conversation_id", "created_at")
        TableCheck.oneOf(ConversationMessage.Role.allCases.map(\.rawValue), "role", of: "messages")
        InfrastructureRowSecurity.messages
        InfrastructureRowSecurity.security.guarding(InfrastructureRowSecurity.messages, of: "messages")
        AgentInfrastructure.named("messages")
    }
}
