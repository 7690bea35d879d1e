import LedgerDomain
import LedgerEvents
import LedgerRelations

enum AlertRuleTable {
    static let relation = Relation.states(AlertRule.self, Self.table)

    static let table = Table<AlertRule>(
        "alert_rules", primaryKey: "id", description: "What agents are watched for, and who is told."
    ) {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("agent_id", .uuid, \.agent, description: "Null: every agent of the organization.")
            .references("agents").indexed()
        Column("name", .varchar(255), \.settings.name)
        Column("description", .text, \.settings.description)
        Column("conditions", .jsonb, \.settings.conditions)
        Column("severity", .enumeration(AlertSeverity.self), \.settings.severity)
        Column("channels", .jsonb, \.settings.channels)
        Column("enabled", .boolean, \.enabled).indexed()
        Column("disabled_reason", .text, \.disabledReason)
        Column("created_by", .uuid, \.createdBy)
        Column("created_at", .timestamptz, \.createdAt)
        Column("updated_at", .timestamptz, \.updatedAt)
        Column("deleted_at", .timestamptz, \.deletedAt)
    }
}
