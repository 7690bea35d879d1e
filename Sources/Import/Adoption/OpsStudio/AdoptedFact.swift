import LedgerDomain
import LedgerEvents

/// `execution_logs`, `agent_metrics`, `evaluation_results`: what never changes.
enum AdoptedFact {
    static let logs = Adoption.Stage(
        "execution_logs",
        sql: { schema in
            """
            SELECT l.*, r.created_at AS adopted_began, a.workflow_execution_id AS adopted_agent_run
            FROM \(schema.table("execution_logs")) l
            LEFT JOIN \(schema.table("workflow_executions")) r ON r.id = l.workflow_execution_id
            LEFT JOIN \(schema.table("agent_executions")) a ON a.id = l.agent_execution_id ORDER BY l."timestamp", l.id
            """
        },
        { row, writer in
            let id: LogLineID = try row.requiredID("id")
            var agent: AgentExecutionID? = try row.id("agent_execution_id")
            if agent != nil, row.row["adopted_agent_run"] != row.row["workflow_execution_id"] {
                try row.change("agent_execution_id", "a part of another run; left out")
                agent = nil
            }
            try writer.record(
                .logLine(
                    .record(
                        try .with {
                            $0.id = id
                            $0.workflowExecution = try row.requiredID("workflow_execution_id")
                            $0.agentExecution = agent
                            $0.level =
                                try row.word("level", else: ["warn": .warning, "fatal": .critical, "trace": .debug])
                                ?? .info
                            $0.message = row.text("message") ?? ""
                            $0.context = try row.object("context")
                            $0.traceID = row.text("trace_id")
                            $0.spanID = row.text("span_id")
                            $0.parentSpanID = row.text("parent_span_id")
                            $0.source = row.text("source")
                        })), at: try row.creation("timestamp", else: "adopted_began"))
        })

    /// The platform counts them up; the ledger's ids are made of these numbers.
    static let metrics = Adoption.Stage(
        "agent_metrics",
        sql: { schema in
            """
            WITH nodes AS MATERIALIZED (SELECT * FROM \(schema.nodes) n),
            agents AS MATERIALIZED (SELECT * FROM \(schema.namedAgents) a)
            SELECT m.*, r.organization_id AS adopted_organization, EXISTS (
              SELECT FROM agents a WHERE a.id::text = lower(m.dimensions->>'agent_id') AND (a.organization_id
                = coalesce(r.organization_id, m.organization_id, a.organization_id) OR EXISTS (SELECT FROM nodes n
                WHERE n.adopted_agent = a.id AND n.organization_id = coalesce(r.organization_id, m.organization_id)
                  AND NOT n.adopted_is_synthetic))) AS adopted_has_agent
            FROM \(schema.table("agent_metrics")) m
            LEFT JOIN \(schema.table("agent_executions")) e ON e.id = m.agent_execution_id
            LEFT JOIN \(schema.table("workflow_executions")) w ON w.id = e.workflow_execution_id
            LEFT JOIN \(schema.table("workflows")) r ON r.id = w.workflow_id ORDER BY m."timestamp", m.id
            """
        }
    ) { row, writer in
        guard let value = try row.double("value"), value >= 0 else {
            return try row.keepWhole("value", "a metric is a number that is not negative; kept in extra")
        }
        let execution: AgentExecutionID? = try row.id("agent_execution_id")
        let organization: OrganizationID = try row.id("organization_id") ?? .zero
        if let own = row.text("adopted_organization"), let other = row.row["organization_id"], own != other {
            try row.change("organization_id", "that of the agent's run")
        }
        let number = row.text("id") ?? ""
        let dimensions = try row.object("dimensions")
        // An agent that may not work for the organization stays a dimension.
        let agent: AgentID? =
            row.row["adopted_has_agent"] == "t" ? dimensions.text("agent_id").flatMap { ID($0) } : nil
        try writer.record(
            .metric(
                .record(
                    try .with {
                        $0.id = MetricID(
                            bits: UUIDv5.named("agent_metrics/\(number)", in: execution?.bits ?? organization.bits))
                        $0.organization = organization
                        $0.agentExecution = execution
                        $0.agent = agent
                        $0.metricType = try row.name("metric_type", else: "unknown")
                        $0.value = value
                        $0.unit = row.text("unit")
                        $0.dimensions = agent == nil ? dimensions : dimensions.without(["agent_id"])
                    })), at: try row.creation("timestamp"))
    }

    static let evaluations = Adoption.Stage(
        "evaluation_results",
        sql: { schema in
            // What another took the place of comes before it.
            """
            SELECT e.*, coalesce(a.workflow_execution_id, e.workflow_execution_id) AS adopted_run,
              coalesce(a.completed_at, a.queued_at) AS adopted_began
            FROM \(schema.table("evaluation_results")) e
            LEFT JOIN \(schema.table("agent_executions")) a ON a.id = e.agent_execution_id
            ORDER BY e."timestamp", to_jsonb(e)->>'superseded_by' IS NULL, e.id
            """
        },
        { row, writer in
            guard let score = try row.decimal("score", in: .zero...ExactDecimal(100)) else {
                return try row.keepWhole("score", "a score is a number from 0 to 100; kept in extra")
            }
            let run: WorkflowExecutionID = try row.requiredID("adopted_run")
            if let other = row.text("workflow_execution_id"), other != row.text("adopted_run") {
                try row.change("workflow_execution_id", "the run of the agent's part")
            }
            try writer.record(
                .evaluation(
                    .record(
                        try .with {
                            $0.id = try row.requiredID("id")
                            $0.workflowExecution = run
                            $0.agentExecution = try row.id("agent_execution_id")
                            $0.evaluator = try row.name("evaluator_name", else: "unknown")
                            $0.score = score
                            $0.passed = try row.text("passed").map { _ in try row.bool("passed") }
                            $0.details = try row.object("details")
                            $0.explanation = row.text("explanation")
                        })), at: try row.creation("timestamp", else: "adopted_began"))
        })

    static let losses = [
        Loss("agent_metrics", "id", "the position in the log; the platform's number is not kept")
    ]
}

/// `usage_records`, `invoices` and `audit_logs`: what the platform billed and noted itself. The rows are kept as they are
/// (`adopted_rows`); the ledger neither bills them again nor takes them for its own.
enum AdoptedHistory {
    static func rows(of table: String) -> Adoption.Stage {
        Adoption.Stage(table, sql: { "SELECT * FROM \($0.table(table)) ORDER BY 1" }) { row, _ in
            row.keepAsHistory("*", "kept as history, whole")
        }
    }
}
