import AgentDomain
import EventSourcing
import Relations

enum ModelCallTable {
    static let relation = Relation.facts(ModelCall.self, Self.table)
        .found(by: "workflow_execution_id", WorkflowExecution.self)
        .found(by: "agent_execution_id", AgentExecution.self)
        .found(by: "organization_id", Organization.self)

    static let table = Table<FactRow<ModelCall>>(
        "model_calls", primaryKey: "id", description: "Requests to models. The token columns do not overlap."
    ) {
        Column("id", .uuid, \.fact.id)
        Column("workflow_execution_id", .uuid, \.fact.workflowExecution).references("workflow_executions").indexed()
        Column("agent_execution_id", .uuid, \.fact.agentExecution).references("agent_executions").indexed()
        Column("organization_id", .uuid, \.fact.organization).references("organizations")
        Column("provider", .text, \.fact.provider)
        Column("model", .text, \.fact.model).indexed()
        Column("response_model", .text, \.fact.responseModel)
        Column("operation", .text, \.fact.operation)
        Column(
            "input_tokens", .bigint, \.fact.inputTokens, unit: "tokens", description: "Neither cached nor cache writes."
        )
        Column("cached_input_tokens", .bigint, \.fact.cachedInputTokens, unit: "tokens")
        Column("cache_write_tokens", .bigint, \.fact.cacheWriteTokens, unit: "tokens")
        Column("output_tokens", .bigint, \.fact.outputTokens, unit: "tokens", description: "Without reasoning.")
        Column("reasoning_tokens", .bigint, \.fact.reasoningTokens, unit: "tokens")
        Column("started_at", .timestamptz, \.fact.startedAt)
        Column("completed_at", .timestamptz, \.occurredAt).indexed().reading()
        Column("latency_ms", .bigint, \.fact.latencyMilliseconds, unit: "ms")
        Column("finish_reasons", .textArray, \.fact.finishReasons)
        Column("error_type", .text, \.fact.errorType)
        Column(
            "reported_cost", .cost, \.fact.reportedCost?.amount, unit: "currency", description: "As the source says.")
        Column("reported_currency", .char(3), \.fact.reportedCost?.currency).reading("reported_cost")
        Column(
            "computed_cost", .cost, \.fact.computedCost?.amount, unit: "currency",
            description: "By the prices in force when it was recorded; null: unpriced then. See usage_records.")
        Column("computed_currency", .char(3), \.fact.computedCost?.currency).reading("computed_cost")
        Column("trace_id", .text, \.fact.traceID)
        Column("span_id", .text, \.fact.spanID)
        Column("extra", .jsonb, \.fact.extra)
        Column("position", .bigint, \.position, unit: "log position").reading()
    }
}
