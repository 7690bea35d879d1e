import LedgerDomain
import LedgerEvents
import LedgerRelations

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
            "input_tokens", .bigint, \.fact.knownInputTokens, unit: "tokens",
            description:
                "Neither cached nor cache writes. Null, as in the other token columns: the source does not say."
        ).reading("input_tokens", "unknown_tokens")
        Column("cached_input_tokens", .bigint, \.fact.knownCachedInputTokens, unit: "tokens")
            .reading("cached_input_tokens", "unknown_tokens")
        Column("cache_write_tokens", .bigint, \.fact.knownCacheWriteTokens, unit: "tokens")
            .reading("cache_write_tokens", "unknown_tokens")
        Column("output_tokens", .bigint, \.fact.knownOutputTokens, unit: "tokens", description: "Without reasoning.")
            .reading("output_tokens", "unknown_tokens")
        Column("reasoning_tokens", .bigint, \.fact.knownReasoningTokens, unit: "tokens")
            .reading("reasoning_tokens", "unknown_tokens")
        Column(
            "unknown_tokens", .textArray, \.fact.unknownTokens,
            description: "The token columns that the source does not say, or says wrongly.")
        Column(
            "input_token_rule", .enumeration(InputTokenRule.self), \.fact.inputTokenRule,
            description: "Whether the source's input tokens include cached ones.")
        Column(
            "input_token_basis", .enumeration(InputTokenBasis.self), \.fact.inputTokenBasis,
            description: "How the rule was found out.")
        Column(
            "is_reported_by_agent", .boolean, \.fact.isReportedByAgent,
            description: "An agent's span reported the usage, and no span of a call."
        ).reading("is_reported_by_agent")
        Column("started_at", .timestamptz, \.fact.startedAt)
        Column("completed_at", .timestamptz, \.occurredAt).indexed().reading()
        Column("latency_ms", .bigint, \.fact.latencyMilliseconds, unit: "ms")
        Column("finish_reasons", .textArray, \.fact.finishReasons)
        Column("error_type", .text, \.fact.errorType)
        Column("error_message", .text, \.fact.errorMessage)
        Column("conversation_id", .text, \.fact.conversation)
        Column("session_id", .text, \.fact.session)
        Column("end_user_id", .text, \.fact.endUser, description: "As the source names the end user.")
        Column("response_id", .text, \.fact.response, description: "The provider's id of the response.")
        Column(
            "reported_cost", .cost, \.fact.reportedCost?.amount, unit: "currency", description: "As the source says.")
        Column("reported_currency", .char(3), \.fact.reportedCost?.currency).reading("reported_cost")
        Column(
            "reported_cost_source", .text, \.fact.reportedCostSource,
            description: "The attribute that the reported cost comes from.")
        Column(
            "computed_cost", .cost, \.fact.computedCost?.amount, unit: "currency",
            description: "By the prices in force when it was recorded; null: unpriced then. See usage_records.")
        Column("computed_currency", .char(3), \.fact.computedCost?.currency).reading("computed_cost")
        Column("trace_id", .text, \.fact.traceID)
        Column("span_id", .text, \.fact.spanID)
        Column("other_span_ids", .textArray, \.fact.otherSpanTexts, description: "More spans of the same request.")
            .reading("other_span_ids")
        Column("extra", .jsonb, \.fact.extra)
        Column("position", .bigint, \.position, unit: "log position").reading()
    }
}

extension ModelCall {
    private func known(_ tokens: Int, _ name: String) -> Int? { self.unknownTokens.contains(name) ? nil : tokens }

    fileprivate var knownInputTokens: Int? { self.known(self.inputTokens, "input_tokens") }
    fileprivate var knownCachedInputTokens: Int? { self.known(self.cachedInputTokens, "cached_input_tokens") }
    fileprivate var knownCacheWriteTokens: Int? { self.known(self.cacheWriteTokens, "cache_write_tokens") }
    fileprivate var knownOutputTokens: Int? { self.known(self.outputTokens, "output_tokens") }
    fileprivate var knownReasoningTokens: Int? { self.known(self.reasoningTokens, "reasoning_tokens") }
    fileprivate var otherSpanTexts: [String] { self.otherSpans.map(\.description) }
}
