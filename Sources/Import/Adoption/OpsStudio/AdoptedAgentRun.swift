import LedgerDomain
import LedgerEvents

/// `agent_executions`.
enum AdoptedAgentRun {
    /// Nodes come and go while agents run: a run's agent stood where it stood when it was queued. So both come in the
    /// order of time, a parent before its children even where it was queued again later.
    static let course: Adoption.Stage = {
        var stage = Adoption.Stage("agents", sql: { Self.rows($0) }) { row, writer in
            switch row.row["adopted_what"] {
            case "0 place": try AdoptedNode.place(row, writer)
            case "2 remove": try AdoptedNode.remove(row, writer)
            case _: try Self.run(row, writer)
            }
        }
        stage.others = ["agent_executions"]
        return stage
    }()

    private static func rows(_ schema: AdoptedSchema) -> String {
        let runs = schema.table("agent_executions")
        let edges = """
            SELECT e.id, p.id FROM \(runs) e LEFT JOIN \(runs) p
            ON p.id = e.parent_agent_execution_id AND p.workflow_execution_id = e.workflow_execution_id
            """
        return """
            WITH \(AdoptedSchema.tree(edges)), nodes AS MATERIALIZED (SELECT * FROM \(schema.nodes) n),
            timed AS MATERIALIZED (SELECT e.id, coalesce(e.queued_at, e.started_at, e.completed_at, r.created_at) AS queued_at
              FROM \(runs) e JOIN \(schema.table("workflow_executions")) r ON r.id = e.workflow_execution_id),
            above(id, ancestor, first_queued) AS (
              SELECT id, id, queued_at FROM timed
              UNION ALL SELECT a.id, t.parent, a.first_queued FROM above a JOIN tree t ON t.id = a.ancestor
              WHERE t.parent IS NOT NULL),
            began AS (SELECT ancestor AS id, min(first_queued) AS began FROM above GROUP BY 1),
            course AS (
              SELECT '0 place' AS what, created_at AS "at", 0 AS depth, id FROM nodes WHERE NOT adopted_is_synthetic
              UNION ALL SELECT '1 run', began, depth, id FROM began JOIN tree USING (id)
              UNION ALL SELECT '2 remove', updated_at, 0, id FROM nodes WHERE name LIKE '% (removed ' || id || ')')
            SELECT c.what AS adopted_what, c.id AS adopted_key,
              CASE c.what WHEN '1 run' THEN 'agent_executions' ELSE 'agents' END AS adopted_table, n.*,
              e.id AS execution_id, e.workflow_execution_id, e.status AS execution_status, e.status_reason, e.input, e.output,
              e.queued_at, e.started_at, e.completed_at, e.trace_data, e.error_details, e.retry_count,
              e.agent_id, e.parent_agent_execution_id, e.input_tokens, e.output_tokens, e.total_tokens,
              en.adopted_agent AS execution_agent, tr.parent AS adopted_parent, t.queued_at AS adopted_queued_at,
              rw.organization_id AS adopted_run_organization, en.adopted_owner AS adopted_agent_owner,
              EXISTS (SELECT FROM nodes s WHERE s.adopted_agent = en.adopted_agent
                AND s.organization_id = rw.organization_id AND NOT s.adopted_is_synthetic) AS adopted_is_shared,
              CASE WHEN r.status::text IN ('completed', 'failed', 'cancelled')
                THEN coalesce(r.completed_at, r.started_at, r.created_at) END AS adopted_run_ended
            FROM course c LEFT JOIN nodes n ON c.what <> '1 run' AND n.id = c.id
            LEFT JOIN \(runs) e ON c.what = '1 run' AND e.id = c.id LEFT JOIN nodes en ON en.id = e.agent_id
            LEFT JOIN tree tr ON tr.id = e.id LEFT JOIN timed t ON t.id = e.id
            LEFT JOIN \(schema.table("workflow_executions")) r ON r.id = e.workflow_execution_id
            LEFT JOIN \(schema.table("workflows")) rw ON rw.id = r.workflow_id
            ORDER BY c."at" NULLS FIRST, c.what, c.depth, c.id
            """
    }

    private static func run(_ row: SourceRow, _ writer: AdoptionWriter) throws {
        let id: AgentExecutionID = try row.requiredID("execution_id")
        if row.row["queued_at"] == nil { _ = try row.creation("queued_at", else: "adopted_queued_at") }
        let queued = try row.instant("queued_at") ?? row.instant("adopted_queued_at") ?? row.rules.earliest
        var parent: AgentExecutionID? = try row.id("parent_agent_execution_id")
        if parent != nil, row.row["adopted_parent"] == nil {
            try row.change("parent_agent_execution_id", "a part of another run, or of this one, is no parent; left out")
            parent = nil
        }
        let agent = try Self.agent(row, at: queued, writer)
        try writer.record(
            .agentExecution(
                .queue(
                    try .with {
                        $0.id = id
                        $0.workflowExecution = try row.requiredID("workflow_execution_id")
                        $0.agent = agent
                        $0.parent = parent
                        $0.input = try row.object("input")
                        $0.traceData = try row.object("trace_data")
                    })), at: queued)
        let known = try writer.states.find(id)
        let started = try row.instant("started_at")
        let ended = try row.instant("completed_at") ?? started ?? queued
        let start = DomainCommand.agentExecution(.start(.with { $0.id = id }))
        let last = try row.instant("adopted_run_ended")
        func begin(at instant: Instant) throws {
            if let last, instant > last {
                try row.makeUp("started_at", "begun when its run ended, before it began itself")
            }
            try writer.then(start, at: min(instant, last ?? instant))
        }
        let status = try Self.status(row)
        // Earlier attempts are told by their number alone; one that failed goes on as a retry.
        let retries = min(try row.integer("retry_count") ?? 0, 1_000)
        let goesOn = known?.status == .failed && status != .failed && retries <= known?.retryCount ?? 0
        if goesOn { try row.change("retry_count", "one more: a part that failed goes on as a retry") }
        let attempts = goesOn ? (known?.retryCount ?? 0) + 1 : retries
        let again = known?.completedAt ?? queued
        for _ in stride(from: known?.retryCount ?? 0, to: attempts, by: 1) {
            try begin(at: again)
            try writer.then(.agentExecution(.fail(.with { $0.id = id })), at: again)
            try writer.then(.agentExecution(.retry(.with { $0.id = id })), at: again)
        }
        if (Int(row.row["input_tokens"] ?? "0") ?? 0) + (Int(row.row["output_tokens"] ?? "0") ?? 0)
            != Int(row.row["total_tokens"] ?? "0")
        {
            row.keep("total_tokens")
        }
        let isRetried =
            known.map { attempts > $0.retryCount && $0.status != .completed && $0.status != .skipped } ?? false
        if let known, !isRetried {
            if known.status == status { return }
            let canReach =
                known.status == .queued || known.status == .running && status != .queued && status != .skipped
            if !canReach { return try row.cannotReach("status") }
        }
        if status != .queued, status != .skipped { try begin(at: started ?? ended) }
        if let last = try Self.last(id, status, row) { try writer.then(last, at: ended) }
    }

    /// The agent of the node, where it may work in the run's organization.
    private static func agent(_ row: SourceRow, at instant: Instant, _ writer: AdoptionWriter) throws -> AgentID? {
        guard let agent: AgentID = try row.id("execution_agent"),
            let organization: OrganizationID = try row.id("adopted_run_organization"),
            row.row["adopted_agent_owner"] != row.row["adopted_run_organization"]
        else { return try row.id("execution_agent") }
        if row.row["adopted_is_shared"] == "t" {
            try writer.share(agent, with: organization, at: instant)
            return agent
        }
        try row.change("agent_id", "an agent of another organization; one of the run's stands in")
        return try writer.makeUpAgent(for: agent, in: organization, at: instant)
    }

    private static func status(_ row: SourceRow) throws -> AgentExecution.Status {
        let others: [String: AgentExecution.Status] = [
            "pending": .queued, "in_progress": .running, "succeeded": .completed, "success": .completed,
            "error": .failed, "cancelled": .skipped, "canceled": .skipped,
        ]
        let text = row.text("execution_status") ?? "queued"
        if let status = AgentExecution.Status(rawValue: text) { return status }
        let status = others[text.trimmed.lowercased()] ?? (row.row["completed_at"] == nil ? .queued : .completed)
        try row.change("status", "adopted as \(status.rawValue)")
        return status
    }

    private static func last(
        _ id: AgentExecutionID, _ status: AgentExecution.Status, _ row: SourceRow
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
              coalesce(e.completed_at, e.started_at, e.queued_at) AS adopted_at
            FROM \(schema.table("agent_executions")) e LEFT JOIN \(schema.table("agents")) n ON n.id = e.agent_id
            WHERE e.input_tokens > 0 OR e.output_tokens > 0 OR e.estimated_cost > 0 ORDER BY adopted_at, e.id
            """
        },
        { row, writer in try AdoptedCall.record(of: try row.requiredID("workflow_execution_id"), row, writer) })
}
