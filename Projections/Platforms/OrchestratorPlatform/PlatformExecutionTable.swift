import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

enum PlatformExecutionTable {
    static let relation = Relation.derived(
        from: WorkflowExecution.self, Self.table
    ) { execution, others in
        var lines = RecentLines()
        try others.forEach(LogLine.self, about: execution.id) { lines.append($0) }
        let sums = try others.sums(ExecutionTotals<WorkflowExecution>.self, of: execution.id)
        // On what agent a workflow runs never changes.
        let workflow = try others.settled(execution.workflow)
        return Row(
            execution: execution, sums: sums,
            agent: execution.agent ?? workflow.map(PlatformHost.agent) ?? PlatformHost.standIn(for: execution.workflow),
            lines: lines)
    }.found(byStateIn: "id")

    struct Row {
        var execution: WorkflowExecution
        var sums: ExecutionTotals<WorkflowExecution>
        var agent: AgentID
        var lines: RecentLines

        var updatedAt: Instant { max(self.execution.updatedAt, self.lines.last ?? self.execution.updatedAt) }

        var data: JSONText {
            var json = JSONWriter()
            json.beginObject()
            json.key("input")
            json.raw(self.execution.input)
            json.key("output")
            json.raw(self.execution.output)
            json.key("metadata")
            json.raw(self.execution.metadata)
            json.endObject()
            return JSONText(uncheckedCanonical: json.text)
        }

        var performance: JSONText {
            var json = JSONWriter()
            json.beginObject()
            json.key("duration_ms")
            if let duration = self.execution.durationMilliseconds { json.int(duration) } else { json.null() }
            let counts: KeyValuePairs<String, Int> = [
                "model_calls": self.sums.modelCalls, "tool_calls": self.sums.toolCalls,
                "tool_errors": self.sums.toolErrors, "input_tokens": self.sums.inputTokens,
                "output_tokens": self.sums.outputTokens, "total_tokens": self.sums.totalTokens,
                "unpriced_calls": self.sums.unpricedCalls,
            ]
            for (name, count) in counts {
                json.key(name)
                json.int(count)
            }
            if let cost = self.sums.estimatedCost.money {
                json.key("estimated_cost")
                json.raw(cost.amount.description)
                json.key("currency")
                json.string(cost.currency.description)
            }
            if !self.sums.estimatedCost.amounts.isEmpty {
                json.key("costs")
                json.raw(self.sums.costs)
            }
            json.endObject()
            return JSONText(uncheckedCanonical: json.text)
        }
    }

    static let table = Table<Row>(
        "workflow_executions", primaryKey: "id", description: "Runs of workflows, with what they said and used."
    ) {
        Column("id", .uuid, \.execution.id, default: .randomUUID)
        Column("workflow_id", .uuid, \.execution.workflow).references("workflows", onDelete: .cascade)
            .indexed("idx_executions_workflow_id")
        Column("agent_id", .uuid, \.agent).references("agents", onDelete: .cascade).indexed("idx_executions_agent_id")
        Column("status", .varchar(20), \.execution.status.rawValue).indexed("idx_workflow_executions_status")
        Column("status_message", .text, \.execution.statusMessage)
        Column("started_at", .timestamptz, \.execution.startedAt).indexed("idx_workflow_executions_started")
        Column("completed_at", .timestamptz, \.execution.completedAt)
        Column("paused_at", .timestamptz, \.execution.pausedAt)
        Column("resumed_at", .timestamptz, \.execution.resumedAt)
        Column(
            "execution_data", .jsonb, \.data, nullable: true, description: "The run's input, output and metadata.")
        Column(
            "execution_logs", .jsonb, \.lines.json, nullable: true,
            description: "The run's last \(RecentLines.limit) log lines, oldest first.")
        Column("error_message", .text, \.execution.errorMessage)
        Column("error_code", .varchar(50), { $0.execution.errorCode?.cut(to: 50) })
        Column("retry_count", .integer, { Int32(clamping: $0.execution.retryCount) }, nullable: true, default: 0)
        Column("max_retries", .integer, { Int32(clamping: $0.execution.maxRetries) }, nullable: true, default: 3)
        Column("resource_usage", .jsonb, \.execution.resourceUsage, nullable: true)
        Column(
            "performance_metrics", .jsonb, \.performance, nullable: true,
            description:
                "How long it took, its calls and tokens, and what they cost: in costs by currency, and as estimated_cost if there is one "
                + "currency.")
        Column("correlation_id", .uuid, \.execution.correlationID).indexed("idx_workflow_executions_correlation")
        Column("parent_execution_id", .uuid, \.execution.parent).references("workflow_executions")
        Column("created_at", .timestamptz, \.execution.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        TableIndex("idx_workflow_executions_agent_status", "agent_id", "status")
        TableCheck.oneOf(
            ["queued", "pending", "running", "paused", "completed", "failed", "cancelled", "timeout"], "status",
            of: "workflow_executions")
        PlatformRowSecurity.executions
        PlatformRowSecurity.security.guarding(PlatformRowSecurity.executions, of: "workflow_executions")
        PlatformTransitions.trigger
        Self.deviations
    }

    private static let deviations: [TableElement<Row>] = [
        .deviation(PlatformWords.cutDeviation("error_code", 50)),
        .deviation(
            Deviation(
                "started_at", documented: "the time of insertion unless told otherwise",
                reason: "a run that waits in the queue has not started", ours: "no default, null until it starts")),
        .deviation(
            Deviation(
                "idx_executions_status, idx_executions_started_at, idx_executions_correlation_id",
                documented: "indexes on status, started_at and correlation_id, each under two names",
                reason: "one of each pair repeats the other",
                ours: "idx_workflow_executions_status, _started and _correlation alone")),
        .deviation(
            Deviation(
                "status", documented: "whatever the status, a run may be cancelled; other transitions are validated",
                reason: "finished work would be relabelled, and nothing says what validates",
                ours: "a trigger: what has ended stays as it ended, but for a failed run, which may be queued again")),
        .deviation(
            Deviation(
                "correlation_id", documented: "unique for each run, says the text",
                reason: "runs that a run starts share it, which is what it is for",
                ours: "unique among runs without a parent; the ledger sees to it")),
        .deviation(
            Deviation(
                "execution_logs", documented: "a run's log in its row",
                reason: "a long log would make a row that no client can take",
                ours: "the last \(RecentLines.limit) lines; all of them stand in the schema ledger")),
    ]
}
