import LedgerDomain
import LedgerEvents
import LedgerRelations

enum WorkflowTriggerTable {
    static let relation = Relation.states(WorkflowTrigger.self, Self.table)

    static let table = Table<WorkflowTrigger>(
        "workflow_triggers", primaryKey: "id", description: "What starts runs of workflows."
    ) {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("workflow_id", .uuid, \.workflow).references("workflows").indexed()
        Column("trigger_type", .enumeration(WorkflowTriggerType.self), \.triggerType).indexed()
        Column("schedule_cron", .varchar(255), \.settings.scheduleCron, description: "Five fields, in UTC.")
        Column("webhook_url", .varchar(255), \.settings.webhookURL)
        Column(
            "webhook_secret_reference", .varchar(255), \.settings.webhookSecretReference,
            description: "Where the secret lies; the secret itself is nowhere here.")
        Column("event_type", .varchar(255), \.settings.eventType)
        Column("event_source", .varchar(255), \.settings.eventSource)
        Column("event_filter", .jsonb, \.settings.eventFilter)
        Column("enabled", .boolean, \.enabled).indexed()
        Column("disabled_reason", .text, \.disabledReason)
        Column(
            "max_concurrent_executions", .bigint, \.maxConcurrentExecutions, unit: "runs",
            description: "Of its runs that have not ended, queued ones included."
        ).reading("max_concurrent_executions")
        Column("times_fired", .bigint, \.timesFired, unit: "firings")
        Column("last_fired_at", .timestamptz, \.lastFiredAt)
        Column("created_at", .timestamptz, \.createdAt)
        Column("updated_at", .timestamptz, \.updatedAt)
        Column("removed_at", .timestamptz, \.removedAt)
        TableIndex(
            "workflow_triggers_type_live_key", "workflow_id", "trigger_type", unique: true,
            where: "removed_at IS NULL")
        TableCheck("schedule_check", "trigger_type <> 'schedule' OR schedule_cron IS NOT NULL")
        TableCheck("webhook_check", "trigger_type <> 'webhook' OR webhook_url IS NOT NULL")
        TableCheck("event_check", "trigger_type <> 'event' OR event_type IS NOT NULL")
        TableCheck("max_concurrent_executions_check", "max_concurrent_executions > 0")
    }
}
