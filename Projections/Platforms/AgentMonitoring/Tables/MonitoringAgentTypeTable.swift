import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum MonitoringAgentTypeTable {
    static let relation = Relation.derived(from: AgentType.self, Self.table) { type, _ in type }.found(byStateIn: "id")

    static let table = Table<AgentType>(
        "agent_types", primaryKey: "id", description: "Templates that agents are made from."
    ) {
        Column("id", .uuid, \.id)
        Column("name", .varchar(255), { $0.name.cut(to: 255) })
        Column("description", .text, \.description)
        Column("default_config", .jsonb, \.defaultConfig, nullable: true)
        Column(
            "required_params", .jsonb, { JSONText(list: $0.requiredParams) }, nullable: true,
            description: "The names of what an agent of the type provides in its config.")
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
    }
}
