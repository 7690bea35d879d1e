import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

enum OpsAgentExecutionTable {
    static let relation = Relation.derived(from: AgentExecution.self, Self.table) { execution, others in
        Row(
            execution: execution, totals: try others.sums(ExecutionTotals<AgentExecution>.self, of: execution.id),
            agent: execution.opsAgent)
    }.found(byStateIn: "id")

    struct Row {
        var execution: AgentExecution
        var totals: ExecutionTotals<AgentExecution>
        var agent: ThingID?
    }

    static let table = Table<Row>(
        "agent_executions", primaryKey: "id", description: "Each agent's part in a run, with what its calls come to."
    ) {
        Column("id", .uuid, \.execution.id, default: .randomUUID)
        Column("workflow_execution_id", .uuid, \.execution.workflowExecution)
            .references("workflow_executions", onDelete: .cascade).indexed("idx_agent_executions_workflow_exec")
        Column("agent_id", .uuid, \.agent, nullable: false).references("agents").indexed("idx_agent_executions_agent")
        Column(
            "status", .enumeration("agent_execution_status", ["queued", "running", "completed", "failed", "skipped"]),
            \.execution.status, nullable: true, default: "queued"
        ).indexed()
        Column("status_reason", .text, \.execution.statusReason)
        Column("input", .jsonb, \.execution.input)
        Column("output", .jsonb, \.execution.output)
        Column("queued_at", .timestamptz, \.execution.queuedAt, nullable: true, default: .now)
        Column("started_at", .timestamptz, \.execution.startedAt)
        Column("completed_at", .timestamptz, \.execution.completedAt)
        Column("duration_ms", .bigint, \.execution.durationMilliseconds, unit: "ms")
        Column("input_tokens", .bigint, \.totals.inputTokens, nullable: true, default: 0, unit: "tokens")
        Column("output_tokens", .bigint, \.totals.outputTokens, nullable: true, default: 0, unit: "tokens")
        Column("total_tokens", .bigint, \.totals.totalTokens, nullable: true, default: 0, unit: "tokens")
        Column(
            "estimated_cost", .cost, \.totals.estimatedCost.money?.amount, default: 0, unit: "currency",
            description:
                "Of each call the computed cost, else the reported one; null: none is known, or several currencies.")
        Column("currency", .char(3), \.totals.currency, description: ColumnDeclaration.inCosts)
        Column("costs", .jsonb, \.totals.costs, default: .emptyObject, description: ColumnDeclaration.costs)
        Column("trace_data", .jsonb, \.execution.traceData, nullable: true, default: .emptyObject)
        Column("error_details", .jsonb, \.execution.errorDetails)
        Column("retry_count", .integer, \.execution.retryCount, nullable: true, default: 0, unit: "repetitions")
        Column("parent_agent_execution_id", .uuid, \.execution.parent).references("agent_executions", deferred: true)
        TableCheck("status_check", "status IN ('queued', 'running', 'completed', 'failed', 'skipped')")
        TableIndex("idx_agent_executions_workflow_exec_status", "workflow_execution_id", "status")
        Deviation(
            "agent_id", documented: "a node of the workflow",
            reason: "what is recorded is the agent; it may stand at several nodes, or at none",
            ours:
                "the first node, by its id, at which the agent stood when this was queued; else the row that stands in "
                + "for the agent in this workflow")
        Deviation(
            "duration_ms, input_tokens, output_tokens, total_tokens", documented: "32-bit numbers",
            reason: "they end at 24 days and 2.1 billion tokens", ours: "BIGINT")
        Deviation(
            "estimated_cost", documented: "DECIMAL(10,4)", reason: "rounds small costs to nothing and says no currency",
            ours: "NUMERIC(38,12), a column currency, and costs with the amounts of each")
    }
}

extension AgentExecution {
    /// The row of `agents` that it belongs to.
    var opsAgent: ThingID? {
        if let node = self.node { return ThingID(bits: node.bits) }
        return self.workflow.map { ThingID(bits: UnplacedAgent.id(self.agent, in: $0).bits) }
    }
}
