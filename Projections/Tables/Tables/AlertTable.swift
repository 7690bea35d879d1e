import LedgerDomain
import LedgerEvents
import LedgerRelations

enum AlertTable {
    static let relation = Relation.states(Alert.self, Self.table)

    static let table = Table<Alert>(
        "alerts", primaryKey: "id", description: "When a rule's condition was met, and when that was over."
    ) {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("alert_rule_id", .uuid, \.rule).references("alert_rules").indexed()
        Column("agent_id", .uuid, \.agent).references("agents").indexed()
        Column("workflow_execution_id", .uuid, \.workflowExecution).references("workflow_executions")
        Column("status", .enumeration(Alert.Status.self), \.status).indexed()
        Column("severity", .enumeration(AlertSeverity.self), \.severity)
        Column("conditions", .jsonb, \.conditions, description: "The rule's when the alert was triggered.")
        Column("channels", .jsonb, \.channels, description: "The rule's when the alert was triggered.")
        Column("details", .jsonb, \.details)
        Column("triggered_at", .timestamptz, \.triggeredAt).indexed()
        Column("resolved_at", .timestamptz, \.resolvedAt)
        Column("resolved_by", .uuid, \.resolvedBy)
        Column("resolution", .text, \.resolution)
        TableIndex(
            "alerts_open_key", "alert_rule_id", "agent_id", unique: true, where: "status = 'open'")
        TableCheck("alerts_resolved_check", "(status = 'resolved') = (resolved_at IS NOT NULL)")
    }
}
