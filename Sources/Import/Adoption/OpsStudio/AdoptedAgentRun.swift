import AgentDomain
import EventSourcing

/// `agent_executions`.
enum AdoptedAgentRun {
    /// Nodes come and go while agents run: a run's agent stood where it stood when it was queued. So both come in the
    /// order of time, a parent before its children even where it was queued again later.
    static let course = Adoption.Stage("agents", sql: { Self.rows($0) }) { row, writer in
        switch row.text("what") {
        case "0 place": try AdoptedNode.place(row, writer)
        case "2 remove": try AdoptedNode.remove(row, writer)
        case _: try Self.run(row, writer)
        }
    }

    private static func rows(_ schema: AdoptedSchema) -> String {
        let runs = schema.table("agent_executions")
        return """
            WITH RECURSIVE nodes AS MATERIALIZED (SELECT * FROM \(schema.nodes) n),
            above(id, ancestor, first_queued, depth) AS (
              SELECT id, id, queued_at, 0 FROM \(runs)
              UNION ALL SELECT a.id, e.parent_agent_execution_id, a.first_queued, a.depth + 1
              FROM above a JOIN \(runs) e ON e.id = a.ancestor
              WHERE e.parent_agent_execution_id IS NOT NULL AND a.depth < 1000),
            began AS (SELECT ancestor AS id, min(first_queued) AS began FROM above GROUP BY 1),
            depths AS (SELECT id, max(depth) AS depth FROM above GROUP BY 1),
            course AS (
              SELECT '0 place' AS what, created_at AS "at", 0 AS depth, id FROM nodes WHERE NOT is_synthetic
              UNION ALL SELECT '1 run', began, depth, id FROM began JOIN depths USING (id)
              UNION ALL SELECT '2 remove', updated_at, 0, id FROM nodes WHERE name LIKE '% (removed ' || id || ')')
            SELECT c.what, c.id AS adopted_key, CASE c.what WHEN '1 run' THEN 'agent_executions' ELSE 'agents' END
                AS adopted_table, n.*, e.id AS execution_id, e.workflow_execution_id, e.status AS execution_status,
              e.status_reason, e.input, e.output, e.queued_at, e.started_at, e.completed_at, e.trace_data, e.error_details,
              e.retry_count, e.parent_agent_execution_id, en.agent AS execution_agent
            FROM course c LEFT JOIN nodes n ON c.what <> '1 run' AND n.id = c.id
            LEFT JOIN \(runs) e ON c.what = '1 run' AND e.id = c.id LEFT JOIN nodes en ON en.id = e.agent_id
            ORDER BY c."at", c.what, c.depth, c.id
            """
    }

    private static func run(_ row: AdoptedRow, _ writer: AdoptionWriter) throws {
        let id: AgentExecutionID = try row.requiredID("execution_id")
        let queued = try row.requiredInstant("queued_at")
        try writer.record(
            .agentExecution(
                .queue(
                    try .with {
                        $0.id = id
                        $0.workflowExecution = try row.requiredID("workflow_execution_id")
                        $0.agent = try row.id("execution_agent")
                        $0.parent = try row.id("parent_agent_execution_id")
                        $0.input = try row.object("input")
                        $0.traceData = try row.object("trace_data")
                    })), at: queued)
        let known = try writer.states.find(id)
        let started = try row.instant("started_at")
        let ended = try row.instant("completed_at") ?? started ?? queued
        let start = DomainCommand.agentExecution(.start(.with { $0.id = id }))
        // Earlier attempts are told by their number alone.
        for _ in stride(from: known?.retryCount ?? 0, to: min(try row.integer("retry_count") ?? 0, 1_000), by: 1) {
            try writer.then(start, at: queued)
            try writer.then(.agentExecution(.fail(.with { $0.id = id })), at: queued)
            try writer.then(.agentExecution(.retry(.with { $0.id = id })), at: queued)
        }
        let status: AgentExecution.Status = try row.word("execution_status") ?? .queued
        guard known?.status != status else { return }
        if status != .queued, status != .skipped { try writer.then(start, at: started ?? ended) }
        if let last = try Self.last(id, status, row) { try writer.then(last, at: ended) }
    }

    private static func last(
        _ id: AgentExecutionID, _ status: AgentExecution.Status, _ row: AdoptedRow
    ) throws -> DomainCommand? {
        switch status {
        case .queued, .running: nil
        case .completed:
            .agentExecution(
                .complete(
                    try .with {
                        $0.id = id
                        $0.output = try row.json("output")
                    }))
        case .failed:
            .agentExecution(
                .fail(
                    try .with {
                        $0.id = id
                        $0.reason = row.text("status_reason") ?? ""
                        $0.errorDetails = try row.json("error_details")
                    }))
        case .skipped:
            .agentExecution(
                .skip(
                    .with {
                        $0.id = id
                        $0.reason = row.text("status_reason")
                    }))
        }
    }

    static let calls = Adoption.Stage(
        "agent_executions",
        sql: { schema in
            """
            SELECT e.id, e.id AS agent_execution_id, e.workflow_execution_id, e.input_tokens, e.output_tokens,
              e.estimated_cost AS cost, to_jsonb(e)->>'currency' AS currency, n.model_name,
              coalesce(e.completed_at, e.started_at, e.queued_at) AS at
            FROM \(schema.table("agent_executions")) e LEFT JOIN \(schema.table("agents")) n ON n.id = e.agent_id
            WHERE e.input_tokens > 0 OR e.output_tokens > 0 OR e.estimated_cost > 0 ORDER BY at, e.id
            """
        },
        { row, writer in try AdoptedCall.record(of: try row.requiredID("workflow_execution_id"), row, writer) })
}
