import LedgerDomain
import LedgerRelations
import LedgerTables

enum AlertConfigTable {
    static let relation = Relation.derived(from: AlertRule.self, Self.table) { rule, _ in rule }.found(byStateIn: "id")

    static let table = Table<AlertRule>(
        "alert_configs", primaryKey: "id", description: "What agents are watched for, and who is told."
    ) {
        Column("id", .uuid, \.id)
        Column("agent_id", .uuid, \.agent, description: "Null: every agent of an organization.").references("agents")
        Column("name", .varchar(255), { $0.settings.name.cut(to: 255) })
        Column("conditions", .jsonb, \.settings.conditions)
        Column("channels", .jsonb, \.settings.channels)
        Column(
            "enabled", .boolean, { $0.enabled && $0.deletedAt == nil }, nullable: true, default: true,
            description: "Never of a deleted rule, whose row stays: alerts refer to it.")
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
    }
}
