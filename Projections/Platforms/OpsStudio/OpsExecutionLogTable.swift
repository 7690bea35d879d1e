import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum OpsExecutionLogTable {
    static let relation = Relation.facts(LogLine.self, Self.table)

    static let table = Table<FactRow<LogLine>>(
        "execution_logs", primaryKey: "id", "timestamp", partitioned: .monthly("timestamp"),
        description: "What runs wrote."
    ) {
        Column("id", .uuid, \.fact.id, default: .randomUUID)
        Column("agent_execution_id", .uuid, \.fact.agentExecution).references("agent_executions", onDelete: .cascade)
            .indexed("idx_logs_agent_exec")
        Column("workflow_execution_id", .uuid, \.fact.workflowExecution)
            .references("workflow_executions", onDelete: .cascade).indexed("idx_logs_workflow_exec")
        Column(
            "level", .enumeration("execution_log_level", ["debug", "info", "warning", "error", "critical"]),
            \.fact.level, nullable: true, default: "info"
        ).indexed("idx_logs_level")
        Column("message", .text, \.fact.message)
        Column("context", .jsonb, \.fact.context, nullable: true, default: .emptyObject)
        Column("trace_id", .varchar(255), { $0.fact.traceID?.cut(to: 255) }).reading("trace_id")
            .indexed("idx_logs_trace")
        Column("span_id", .varchar(255), { $0.fact.spanID?.cut(to: 255) }).reading("span_id")
        Column("parent_span_id", .varchar(255), { $0.fact.parentSpanID?.cut(to: 255) }).reading("parent_span_id")
        Column("timestamp", .timestamptz, \.occurredAt, default: .now).reading()
        Column("source", .varchar(255), { $0.fact.source?.cut(to: 255) }).reading("source")
        TableCheck("level_check", "level IN ('debug', 'info', 'warning', 'error', 'critical')")
        TableIndex("idx_logs_timestamp", .descending("timestamp"))
        Deviation.monthlyPartitions
        Deviation(
            "agent_execution_id", documented: "required",
            reason: "a run has lines that no agent wrote, as the document's own diagram shows", ours: "may be null")
    }
}

extension Deviation {
    static let monthlyPartitions = Deviation(
        "primary key", documented: "id alone, and partitions of a table that is not partitioned",
        reason: "PostgreSQL refuses both: a partitioned table's key holds the column that it is partitioned by",
        ours:
            "PARTITION BY RANGE (\"timestamp\"), a partition for each month that has rows, PRIMARY KEY (id, \"timestamp\")"
    )
}
