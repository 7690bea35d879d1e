import LedgerDomain
import LedgerEvents
import LedgerRelations

enum AgentTypeTable {
    static let relation = Relation.states(AgentType.self, Self.table)

    static let table = Table<AgentType>(
        "agent_types", primaryKey: "id", description: "Templates that agents are made from."
    ) {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization, description: "Null: the platform's.")
            .references("organizations").indexed()
        Column("name", .varchar(255), \.name)
        Column("description", .text, \.description)
        Column("default_config", .jsonb, \.defaultConfig)
        Column("required_params", .textArray, \.requiredParams)
        Column("revision", .bigint, \.revision, unit: "ordinal")
        Column("created_at", .timestamptz, \.createdAt)
        Column("updated_at", .timestamptz, \.updatedAt)
        Column("retired_at", .timestamptz, \.retiredAt)
        Column("retirement_reason", .text, \.retirementReason)
    }
}
