import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum CoreMessageTable {
    static let relation = Relation.facts(ConversationMessage.self, Self.table)

    static let table = Table<FactRow<ConversationMessage>>(
        "messages", primaryKey: "id", description: "What was said in conversations."
    ) {
        Column("id", .uuid, \.fact.id, default: .randomUUID)
        Column("conversation_id", .uuid, \.fact.conversation).references("conversations", onDelete: .cascade)
        Column("role", .enumeration(ConversationMessage.Role.self), \.fact.role)
        Column("user_id", .uuid, \.fact.user, description: "Who said it, where a person did.").references("users")
            .indexed()
        Column("agent_id", .uuid, \.fact.agent, description: "The agent that said it, where it is known.")
            .references("agents").indexed()
        Column("content", .text, \.fact.content)
        Column("metadata", .jsonb, \.fact.metadata, default: .value(.json("{}")))
        Column("created_at", .timestamptz, \.occurredAt, default: .now).reading()
        TableIndex("idx_messages_conversation_time", "conversation_id", "created_at")
        Deviation(
            "messages", documented: "queries and an index name it, no statement makes it", reason: "they fail",
            ours: "a table of what was said, with that index")
    }
}
