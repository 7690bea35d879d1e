import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

enum AgentExecutionTable {
    static let relation = Relation.states(
        AgentExecution.self, with: ExecutionTotals<AgentExecution>.self, Self.table
    )
    .made(by: AgentExecutionQueued.self, AgentExecutionReattributed.self)
    .found(by: "workflow_execution_id", WorkflowExecution.self)

    static let table = Table<Summed<AgentExecution, ExecutionTotals<AgentExecution>>>(
        "agent_executions", primaryKey: "id", description: "Each agent's part in a run, with what its calls come to."
    ) {
        Column("id", .uuid, \.state.id)
        Column("workflow_execution_id", .uuid, \.state.workflowExecution).references("workflow_executions").indexed()
        Column("organization_id", .uuid, \.state.organization).references("organizations")
        Column("agent_id", .uuid, \.state.agent).references("agents").indexed()
        Column("parent_agent_execution_id", .uuid, \.state.parent).references("agent_executions", deferred: true)
        Column("status", .enumeration(AgentExecution.Status.self), \.state.status).indexed()
        Column("status_reason", .text, \.state.statusReason)
        Column("error_type", .text, \.state.errorType)
        Column("conversation_id", .text, \.state.conversation)
        Column("session_id", .text, \.state.session)
        Column("end_user_id", .text, \.state.endUser, description: "As the source names the end user.")
        Column("input", .jsonb, \.state.input)
        Column("output", .jsonb, \.state.output)
        Column("queued_at", .timestamptz, \.state.queuedAt)
        Column("started_at", .timestamptz, \.state.startedAt)
        Column("completed_at", .timestamptz, \.state.completedAt)
        Column("duration_ms", .bigint, \.state.durationMilliseconds, unit: "ms").reading("started_at", "completed_at")
        Column(
            "ends_before_start", .boolean, \.state.endsBeforeStart,
            description: "By the sources' clocks, one of which is wrong: without duration, and in no average."
        ).reading("started_at", "completed_at")
        Column("model_calls", .bigint, \.sums.modelCalls, unit: "calls")
        Column("tool_calls", .bigint, \.sums.toolCalls, unit: "calls")
        Column("tool_errors", .bigint, \.sums.toolErrors, unit: "calls")
        Column("input_tokens", .bigint, \.sums.inputTokens, unit: "tokens")
        Column("output_tokens", .bigint, \.sums.outputTokens, unit: "tokens")
        Column("total_tokens", .bigint, \.sums.totalTokens, unit: "tokens").reading()
        Column("estimated_cost", .cost, { $0.sums.estimatedCost.amount(only: $0.sums.currency) }, unit: "currency")
        Column("reported_cost", .cost, { $0.sums.reportedCost.amount(only: $0.sums.currency) }, unit: "currency")
        Column("computed_cost", .cost, { $0.sums.computedCost.amount(only: $0.sums.currency) }, unit: "currency")
        Column("currency", .char(3), \.sums.currency, description: ColumnDeclaration.inCosts).reading()
        Column("costs", .jsonb, \.sums.costs, description: ColumnDeclaration.costs).reading()
        Column("trace_data", .jsonb, \.state.traceData)
        Column("error_details", .jsonb, \.state.errorDetails)
        Column("retry_count", .bigint, \.state.retryCount, unit: "repetitions")
        Column("updated_at", .timestamptz, \.state.updatedAt)
    }
}
