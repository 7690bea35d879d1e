import LedgerDomain
import LedgerEvents
import LedgerRelations

enum ToolCallTable {
    static let relation = Relation.facts(ToolCall.self, Self.table)
        .found(by: "workflow_execution_id", WorkflowExecution.self)
        .found(by: "agent_execution_id", AgentExecution.self)
        .found(by: "organization_id", Organization.self)

    static let table = Table<FactRow<ToolCall>>("tool_calls", primaryKey: "id", description: "Uses of tools.") {
        Column("id", .uuid, \.fact.id)
        Column("workflow_execution_id", .uuid, \.fact.workflowExecution).references("workflow_executions").indexed()
        Column("agent_execution_id", .uuid, \.fact.agentExecution).references("agent_executions").indexed()
        Column("organization_id", .uuid, \.fact.organization).references("organizations")
        Column("tool_name", .text, \.fact.name).indexed()
        Column("external_call_id", .text, \.fact.externalCall)
        Column("outcome", .enumeration(ToolCall.Outcome.self), \.fact.outcome)
        Column("error_type", .text, \.fact.errorType)
        Column("error_message", .text, \.fact.errorMessage)
        Column("conversation_id", .text, \.fact.conversation)
        Column("session_id", .text, \.fact.session)
        Column("end_user_id", .text, \.fact.endUser, description: "As the source names the end user.")
        Column("started_at", .timestamptz, \.fact.startedAt)
        Column("completed_at", .timestamptz, \.occurredAt).reading()
        Column("duration_ms", .bigint, \.fact.durationMilliseconds, unit: "ms")
        Column("trace_id", .text, \.fact.traceID)
        Column("span_id", .text, \.fact.spanID)
        Column("other_span_ids", .textArray, \.fact.otherSpanTexts, description: "More spans of the same call.")
            .reading("other_span_ids")
        Column("extra", .jsonb, \.fact.extra)
        Column("position", .bigint, \.position, unit: "log position").reading()
    }
}

extension ToolCall {
    fileprivate var otherSpanTexts: [String] { self.otherSpans.map(\.description) }
}
