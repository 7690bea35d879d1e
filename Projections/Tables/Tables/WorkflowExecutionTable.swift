import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

enum WorkflowExecutionTable {
    static let relation = Relation.states(
        WorkflowExecution.self, with: ExecutionTotals<WorkflowExecution>.self, Self.table
    )
    .made(by: WorkflowExecutionQueued.self, WorkflowExecutionReattributed.self)
    .found(by: "workflow_id", Workflow.self)
    .found(by: "organization_id", Organization.self)

    static let table = Table<Summed<WorkflowExecution, ExecutionTotals<WorkflowExecution>>>(
        "workflow_executions", primaryKey: "id", description: "Runs of workflows, with what their calls come to."
    ) {
        Column("id", .uuid, \.state.id)
        Column("workflow_id", .uuid, \.state.workflow).references("workflows").indexed()
        Column("organization_id", .uuid, \.state.organization).references("organizations").indexed()
        Column("agent_id", .uuid, \.state.agent)
        Column("workflow_version", .bigint, \.state.workflowRevision, unit: "ordinal")
        Column("status", .enumeration(WorkflowExecution.Status.self), \.state.status).indexed()
        Column("status_message", .text, \.state.statusMessage)
        Column("triggered_by", .enumeration(WorkflowExecution.Trigger.self), \.state.triggeredBy)
        Column("triggered_by_user_id", .uuid, \.state.triggeredByUser)
        Column("workflow_trigger_id", .uuid, \.state.trigger).references("workflow_triggers")
        Column("external_trigger_id", .text, \.state.externalTrigger)
        Column("input_data", .jsonb, \.state.input)
        Column("output_data", .jsonb, \.state.output)
        Column("queued_at", .timestamptz, \.state.queuedAt)
        Column("started_at", .timestamptz, \.state.startedAt).indexed()
        Column("paused_at", .timestamptz, \.state.pausedAt)
        Column("resumed_at", .timestamptz, \.state.resumedAt)
        Column("completed_at", .timestamptz, \.state.completedAt)
        Column("duration_ms", .bigint, \.state.durationMilliseconds, unit: "ms").reading("started_at", "completed_at")
        Column(
            "ends_before_start", .boolean, \.state.endsBeforeStart,
            description: "By the sources' clocks, one of which is wrong: without duration, and in no average."
        ).reading("started_at", "completed_at")
        Column("error_code", .text, \.state.errorCode)
        Column("error_message", .text, \.state.errorMessage)
        Column(
            "status_conflict", .text, \.state.statusConflict,
            description: "What the source says of the end that contradicts the status.")
        Column("conversation_id", .text, \.state.conversation)
        Column("session_id", .text, \.state.session)
        Column("end_user_id", .text, \.state.endUser, description: "As the source names the end user.")
        Column("retry_count", .bigint, \.state.retryCount, unit: "repetitions")
        Column("max_retries", .bigint, \.state.maxRetries, unit: "repetitions")
        Column("model_calls", .bigint, \.sums.modelCalls, unit: "calls")
        Column("tool_calls", .bigint, \.sums.toolCalls, unit: "calls")
        Column("tool_errors", .bigint, \.sums.toolErrors, unit: "calls")
        Column("input_tokens", .bigint, \.sums.inputTokens, unit: "tokens")
        Column("output_tokens", .bigint, \.sums.outputTokens, unit: "tokens")
        Column("total_tokens_used", .bigint, \.sums.totalTokens, unit: "tokens").reading()
        Column(
            "estimated_cost", .cost, { $0.sums.estimatedCost.amount(only: $0.sums.currency) }, unit: "currency",
            description: "Of each call the computed cost, else the reported one.")
        Column(
            "reported_cost", .cost, { $0.sums.reportedCost.amount(only: $0.sums.currency) }, unit: "currency",
            description: "As the source says.")
        Column(
            "computed_cost", .cost, { $0.sums.computedCost.amount(only: $0.sums.currency) }, unit: "currency",
            description: "By the prices in force when the calls were recorded.")
        Column("currency", .char(3), \.sums.currency, description: ColumnDeclaration.inCosts).reading()
        Column("costs", .jsonb, \.sums.costs, description: ColumnDeclaration.costs).reading()
        Column("unpriced_calls", .bigint, \.sums.unpricedCalls, unit: "calls")
        Column("resource_usage", .jsonb, \.state.resourceUsage)
        Column("correlation_id", .uuid, \.state.correlationID).indexed()
        Column("parent_execution_id", .uuid, \.state.parent).references("workflow_executions", deferred: true)
        Column("metadata", .jsonb, \.state.metadata)
        Column("created_at", .timestamptz, \.state.createdAt).indexed()
        Column("updated_at", .timestamptz, \.state.updatedAt)
    }
}
