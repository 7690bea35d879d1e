import LedgerDomain
import LedgerEvents
import LedgerRelations

enum ExecutionLogTable {
    static let relation = Relation.facts(LogLine.self, Self.table)
        .found(by: "workflow_execution_id", WorkflowExecution.self)
        .found(by: "agent_execution_id", AgentExecution.self)
        .found(by: "organization_id", Organization.self)

    static let table = Table<FactRow<LogLine>>("execution_logs", primaryKey: "id", description: "What runs wrote.") {
        Column("id", .uuid, \.fact.id)
        Column("workflow_execution_id", .uuid, \.fact.workflowExecution).references("workflow_executions").indexed()
        Column("agent_execution_id", .uuid, \.fact.agentExecution).references("agent_executions").indexed()
        Column("organization_id", .uuid, \.fact.organization).references("organizations")
        Column("level", .enumeration(LogLine.Level.self), \.fact.level).indexed()
        Column("message", .text, \.fact.message)
        Column("context", .jsonb, \.fact.context)
        Column("trace_id", .text, \.fact.traceID).indexed()
        Column("span_id", .text, \.fact.spanID)
        Column("parent_span_id", .text, \.fact.parentSpanID)
        Column("timestamp", .timestamptz, \.occurredAt).indexed().reading()
        Column("source", .text, \.fact.source)
        Column("position", .bigint, \.position, unit: "log position").reading()
    }
}
