import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum OpsTriggerTable {
    static let relation = Relation.derived(
        from: WorkflowTrigger.self, Self.table, goneBy: { [$0.id.sqlValue] }
    ) { trigger, _, body in
        if trigger.removedAt == nil { try body(trigger) }
    }.found(byStateIn: "id")

    static let table = Table<WorkflowTrigger>(
        "workflow_triggers", primaryKey: "id", description: "What starts runs of workflows."
    ) {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("workflow_id", .uuid, \.workflow).references("workflows", onDelete: .cascade)
            .indexed("idx_triggers_workflow")
        Column(
            "trigger_type", .enumeration("workflow_trigger_trigger_type", ["schedule", "webhook", "event", "manual"]),
            \.triggerType, nullable: true, default: "manual"
        ).indexed("idx_triggers_type")
        Column(
            "schedule_cron", .varchar(255), { $0.settings.scheduleCron?.cut(to: 255) },
            description: "Five fields, in UTC.")
        Column("webhook_url", .varchar(255), { $0.settings.webhookURL?.cut(to: 255) })
        Column(
            "webhook_secret", .varchar(255), { $0.settings.webhookSecretReference?.cut(to: 255) },
            description: "Where the secret lies; the secret itself is nowhere here.")
        Column("event_type", .varchar(255), { $0.settings.eventType?.cut(to: 255) })
        Column("event_source", .varchar(255), { $0.settings.eventSource?.cut(to: 255) })
        Column("event_filter", .jsonb, \.settings.eventFilter, nullable: true, default: .emptyObject)
        Column("enabled", .boolean, \.enabled, nullable: true, default: true).indexed("idx_triggers_enabled")
        Column(
            "max_concurrent_executions", .integer, \.maxConcurrentExecutions, nullable: true, default: 1, unit: "runs",
            description: "Of its runs that have not ended, queued ones included.")
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Unique("workflow_id", "trigger_type")
        TableCheck("schedule_check", "trigger_type <> 'schedule' OR schedule_cron IS NOT NULL")
        TableCheck("webhook_check", "trigger_type <> 'webhook' OR webhook_url IS NOT NULL")
        TableCheck("event_check", "trigger_type <> 'event' OR event_type IS NOT NULL")
        TableCheck("max_concurrent_executions_check", "max_concurrent_executions > 0")
        Deviation(
            "checks", documented: "none", reason: "a schedule without a time, or a webhook without an address, passes",
            ours: "schedule_check, webhook_check, event_check, max_concurrent_executions_check")
        Deviation(
            "webhook_secret", documented: "the secret itself", reason: "a copy of it would be a leak",
            ours: "where it lies")
        Deviation(
            "workflow_triggers", documented: "nothing on triggers that are removed",
            reason: "a workflow may have another of the type, and one of each is allowed",
            ours: "a removed trigger's row goes; it stays in the schema ledger")
    }
}
