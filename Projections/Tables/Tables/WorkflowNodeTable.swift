import LedgerDomain
import LedgerEvents
import LedgerRelations

enum WorkflowNodeTable {
    static let relation = Relation.states(WorkflowNode.self, Self.table)

    static let table = Table<WorkflowNode>(
        "workflow_nodes", primaryKey: "id", description: "The steps of workflows as they stand on their canvas."
    ) {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization).references("organizations")
        Column("workflow_id", .uuid, \.workflow).references("workflows").indexed()
        Column("agent_id", .uuid, \.settings.agent).references("agents").indexed()
        Column("name", .varchar(255), \.settings.name)
        Column("role", .enumeration(WorkflowNodeRole.self), \.settings.role)
        Column("position", .jsonb, \.position)
        Column("model_name", .varchar(255), \.settings.modelName)
        Column("temperature", .numeric(precision: 3, scale: 2), \.settings.temperature, unit: "0-2")
        Column("max_tokens", .bigint, \.settings.maxTokens, unit: "tokens")
        Column("prompt_template", .text, \.settings.promptTemplate)
        Column("tools", .textArray, \.settings.tools)
        Column("tool_configs", .jsonb, \.settings.toolConfigs)
        Column("configuration", .jsonb, \.settings.configuration)
        Column("enabled", .boolean, \.enabled).indexed()
        Column("disabled_reason", .text, \.disabledReason)
        Column("created_at", .timestamptz, \.createdAt)
        Column("updated_at", .timestamptz, \.updatedAt)
        Column("removed_at", .timestamptz, \.removedAt)
        TableIndex("workflow_nodes_name_live_key", "workflow_id", "name", unique: true, where: "removed_at IS NULL")
        TableCheck("temperature_range", "temperature >= 0 AND temperature <= 2")
        TableCheck("max_tokens_check", "max_tokens > 0")
    }
}
