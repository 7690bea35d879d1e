import LedgerDomain
import LedgerEvents
import LedgerRelations

enum AgentTable {
    static let relation = Relation.states(Agent.self, Self.table)

    static let table = Table<Agent>(
        "agents", primaryKey: "id", description: "Agents, owned by an organization or a user, as configured last."
    ) {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("owner_user_id", .uuid, \.ownerUser).references("users").indexed()
        Column("name", .varchar(255), \.name)
        Column("slug", .varchar(255), \.slug)
        Column("description", .text, \.configuration.description)
        Column("type_id", .uuid, \.template, description: "The template it was made from.").indexed()
        Column("status", .enumeration(Agent.Status.self), \.status).indexed()
        Column("error_message", .text, \.errorMessage)
        Column("authoring", .enumeration(Authoring.self), \.configuration.authoring)
        Column("protocol", .enumeration(AgentProtocol.self), \.configuration.protocol).indexed()
        Column("framework", .enumeration(Framework.self), \.configuration.framework).indexed()
        Column("revision", .bigint, \.revision, unit: "ordinal")
        Column("version", .varchar(20), \.version)
        Column("department", .text, \.configuration.department).indexed()
        Column("tags", .textArray, \.configuration.tags)
        Column("capabilities", .textArray, \.configuration.capabilities)
        Column("context", .text, \.configuration.context)
        Column("io_schema", .jsonb, \.configuration.ioSchema)
        Column("endpoint", .jsonb, \.configuration.endpoint)
        Column("llm_config", .jsonb, \.configuration.llmConfig)
        Column("metadata", .jsonb, \.configuration.metadata)
        Column("parameters", .jsonb, \.configuration.parameters)
        Column("shared_with_organizations", .textArray, { $0.sharedWith.map(\.description) })
        Column("container_id", .varchar(255), \.container)
        Column("deployed_at", .timestamptz, \.deployedAt)
        Column("api_key_hash", .varchar(64), \.apiKeyHash)
        Column("api_key_prefix", .varchar(32), \.apiKeyPrefix)
        Column("webhook_url", .text, \.webhookURL)
        Column("schedule", .text, \.schedule, description: "Cron expression.")
        Column("last_heartbeat", .timestamptz, \.lastHeartbeatAt)
        Column("created_by", .uuid, \.createdBy)
        Column("created_at", .timestamptz, \.createdAt).indexed()
        Column("updated_at", .timestamptz, \.updatedAt)
        Column("deleted_at", .timestamptz, \.deletedAt)
    }
}
