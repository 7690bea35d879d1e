import LedgerDomain
import LedgerEvents
import LedgerRelations

enum MessageTable {
    static let relation = Relation.facts(ConversationMessage.self, Self.table)
        .found(by: "conversation_id", Conversation.self)
        .found(by: "organization_id", Organization.self)

    static let table = Table<FactRow<ConversationMessage>>(
        "messages", primaryKey: "id", description: "What was said in conversations."
    ) {
        Column("id", .uuid, \.fact.id)
        Column("conversation_id", .uuid, \.fact.conversation).references("conversations")
        Column("organization_id", .uuid, \.fact.organization).references("organizations")
        Column("role", .enumeration(ConversationMessage.Role.self), \.fact.role)
        Column("user_id", .uuid, \.fact.user).references("users")
        Column("agent_id", .uuid, \.fact.agent).references("agents")
        Column("content", .text, \.fact.content)
        Column("metadata", .jsonb, \.fact.metadata)
        Column("created_at", .timestamptz, \.occurredAt).reading()
        Column("position", .bigint, \.position, unit: "log position").reading()
        TableIndex("idx_messages_conversation_time", "conversation_id", "created_at")
    }
}
