import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum InfrastructureConversationTable {
    static let relation = Relation.derived(from: Conversation.self, lookingAt: [Organization.self], Self.table) {
        conversation, others in
        Row(
            conversation: conversation, organization: try others.slug(of: conversation.organization),
            agent: try others.slug(of: conversation.agent))
    }.found(byStateIn: "id")

    struct Row {
        var conversation: Conversation
        var organization: String?
        var agent: String?
    }

    static let table = Table<Row>(
        "conversations", primaryKey: "id", description: "Talk between people and agents."
    ) {
        Column("id", .uuid, \.conversation.id, default: .randomUUID)
        Column("organization_slug", .text, \.organization, nullable: false).references("organizations", "slug")
            .indexed()
        Column("user_id", .uuid, \.conversation.user).indexed()
        Column("agent_slug", .text, \.agent).references("agents", "slug").indexed()
        Column("title", .text, \.conversation.title)
        Column("status", .text, \.conversation.status.rawValue, default: "active")
        Column("metadata", .jsonb, \.conversation.metadata, default: .value(.json("{}")))
        Column("ended_at", .timestamptz, \.conversation.endedAt)
        Column("created_at", .timestamptz, \.conversation.startedAt, default: .now).indexed()
        Column("updated_at", .timestamptz, \.conversation.updatedAt, default: .now)
        TableCheck.oneOf(["active", "ended"], "status", of: "conversations")
        InfrastructureRowSecurity.conversations
        InfrastructureRowSecurity.security.guarding(InfrastructureRowSecurity.conversations, of: "conversations")
        AgentInfrastructure.updating("conversations")
        AgentInfrastructure.named("conversations")
    }
}
