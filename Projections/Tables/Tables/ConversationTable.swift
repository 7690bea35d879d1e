import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

enum ConversationTable {
    static let relation = Relation.states(Conversation.self, with: ConversationActivity.self, Self.table)

    static let table = Table<Summed<Conversation, ConversationActivity>>(
        "conversations", primaryKey: "id", description: "Talk between people and agents."
    ) {
        Column("id", .uuid, \.state.id)
        Column("organization_id", .uuid, \.state.organization).references("organizations").indexed()
        Column("user_id", .uuid, \.state.user).references("users").indexed()
        Column("agent_id", .uuid, \.state.agent).references("agents").indexed()
        Column("agent_name", .text, \.state.agentName)
        Column("agent_type", .text, \.state.agentType)
        Column("title", .text, \.state.title)
        Column("status", .enumeration(Conversation.Status.self), \.state.status).indexed()
        Column("started_at", .timestamptz, \.state.startedAt)
        Column("ended_at", .timestamptz, \.state.endedAt)
        Column("end_reason", .text, \.state.endReason)
        Column(
            "last_active_at", .timestamptz, { max($0.sums.lastMessageAt ?? $0.state.updatedAt, $0.state.updatedAt) },
            description: "When something was said or changed last.")
        Column("last_message_at", .timestamptz, \.sums.lastMessageAt)
        Column("message_count", .bigint, \.sums.messages, unit: "messages")
        Column("metadata", .jsonb, \.state.metadata)
        Column("primary_work_product_type", .text, \.state.workProductType)
        Column("primary_work_product_id", .uuid, \.state.workProduct)
        Column("created_at", .timestamptz, \.state.startedAt)
        Column("updated_at", .timestamptz, \.state.updatedAt)
        TableIndex("idx_conversations_user_recent", "user_id", .descending("last_message_at"))
    }
}
