import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

enum AgentConversationTable {
    static let relation = Relation.states(Conversation.self, with: ConversationActivity.self, Self.table)

    static let table = Table<Summed<Conversation, ConversationActivity>>(
        "agent_conversations", primaryKey: "id", description: "Sessions in which people talk with agents."
    ) {
        Column("id", .uuid, \.state.id, default: .randomUUID)
        Column("user_id", .uuid, \.state.user).references("users").indexed()
        Column("agent_name", .text, \.state.agentName)
        Column("agent_type", .text, \.state.agentType)
        Column("started_at", .timestamptz, \.state.startedAt, nullable: true, default: .now)
        Column("ended_at", .timestamptz, \.state.endedAt)
        Column(
            "last_active_at", .timestamptz, \.lastActiveAt, nullable: true, default: .now,
            description: "When something was said or changed last.")
        Column("metadata", .jsonb, \.state.metadata, nullable: true, default: .value(.json("{}")))
        Column("created_at", .timestamptz, \.state.startedAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.state.updatedAt, nullable: true, default: .now)
        Column("primary_work_product_type", .text, \.state.workProductType)
        Column("primary_work_product_id", .uuid, \.state.workProduct)
    }
}

/// Conversations as the platform's queries and indexes call them.
enum CoreConversationTable {
    static let relation = Relation.states(Conversation.self, with: ConversationActivity.self, Self.table)

    static let table = Table<Summed<Conversation, ConversationActivity>>(
        "conversations", primaryKey: "id", description: "Conversations as lists show them."
    ) {
        Column("id", .uuid, \.state.id).references("agent_conversations", onDelete: .cascade)
        Column("user_id", .uuid, \.state.user).references("users")
        Column("agent_name", .text, \.state.agentName)
        Column("agent_type", .text, \.state.agentType)
        Column("title", .text, \.state.title)
        Column("status", .enumeration(Conversation.Status.self), \.state.status, default: "active")
        Column(
            "last_message_at", .timestamptz, { $0.sums.lastMessageAt ?? $0.state.startedAt }, nullable: true,
            description: "When the last message was written; when the conversation began, while there is none."
        ).reading("started_at")
        Column("metadata", .jsonb, \.state.metadata, default: .value(.json("{}")))
        Column("created_at", .timestamptz, \.state.startedAt, default: .now)
        Column("updated_at", .timestamptz, \.lastActiveAt, default: .now).reading("updated_at")
        TableIndex("idx_conversations_user_recent", "user_id", .descending("last_message_at"))
        Deviation(
            "last_message_at", documented: "nothing on conversations without messages",
            reason: "PostgreSQL sorts nulls first in a descending order: the documented query for recent conversations "
                + "began with those that nobody used", ours: "the conversation's start")
        Deviation(
            "conversations", documented: "queries and an index name it, no statement makes it",
            reason: "they fail; and a view over agent_conversations would not do, as PostgreSQL groups by a key "
                + "(GROUP BY c.id, with all columns selected) in tables only",
            ours: "a table of its own, one row for each of agent_conversations, with that index")
    }
}

extension Summed<Conversation, ConversationActivity> {
    fileprivate var lastActiveAt: Instant { max(self.sums.lastMessageAt ?? self.state.updatedAt, self.state.updatedAt) }
}
