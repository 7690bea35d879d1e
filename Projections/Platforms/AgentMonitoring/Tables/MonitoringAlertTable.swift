import LedgerDomain
import LedgerRelations
import LedgerTables

enum MonitoringAlertTable {
    static let relation = Relation.derived(from: Alert.self, Self.table) { alert, _ in alert }.found(byStateIn: "id")

    static let table = Table<Alert>(
        "alerts", primaryKey: "id", description: "When a rule's condition was met, and when that was over."
    ) {
        Column("id", .uuid, \.id)
        Column("config_id", .uuid, \.rule, nullable: true).references("alert_configs")
        Column("agent_id", .uuid, \.agent).references("agents")
        Column("triggered_at", .timestamptz, \.triggeredAt, nullable: true, default: .now)
        Column("resolved_at", .timestamptz, \.resolvedAt)
        Column("status", .varchar(50), \.status, nullable: true, default: "open")
        Column("details", .jsonb, \.details, nullable: true)
    }
}
