import AgentDomain
import EventSourcing

/// `execution_logs`, `agent_metrics`, `evaluation_results`: what never changes.
enum AdoptedFact {
    static let logs = Adoption.Stage("execution_logs", orderedBy: #""timestamp", id"#) { row, writer in
        try writer.record(
            .logLine(
                .record(
                    try .with {
                        $0.id = try row.requiredID("id")
                        $0.workflowExecution = try row.requiredID("workflow_execution_id")
                        $0.agentExecution = try row.id("agent_execution_id")
                        $0.level = try row.word("level") ?? .info
                        $0.message = try row.required("message")
                        $0.context = try row.object("context")
                        $0.traceID = row.text("trace_id")
                        $0.spanID = row.text("span_id")
                        $0.parentSpanID = row.text("parent_span_id")
                        $0.source = row.text("source")
                    })), at: try row.requiredInstant("timestamp"))
    }

    /// The platform counts them up; the ledger's ids are made of these numbers.
    static let metrics = Adoption.Stage("agent_metrics", orderedBy: #""timestamp", id"#) { row, writer in
        let execution: AgentExecutionID? = try row.id("agent_execution_id")
        let organization: OrganizationID = try row.id("organization_id") ?? .zero
        let number = try row.required("id")
        let dimensions = try row.object("dimensions")
        try writer.record(
            .metric(
                .record(
                    try .with {
                        $0.id = MetricID(
                            bits: UUIDv5.named("agent_metrics/\(number)", in: execution?.bits ?? organization.bits))
                        $0.organization = organization
                        $0.agentExecution = execution
                        $0.agent = dimensions.text("agent_id").flatMap { ID($0) }
                        $0.metricType = try row.required("metric_type")
                        $0.value = try row.double("value") ?? 0
                        $0.unit = row.text("unit")
                        $0.dimensions = $0.agent == nil ? dimensions : try dimensions.without(["agent_id"])
                    })), at: try row.requiredInstant("timestamp"))
    }

    static let evaluations = Adoption.Stage(
        "evaluation_results",
        sql: { schema in
            // What another took the place of comes before it.
            """
            SELECT e.*, coalesce(e.workflow_execution_id, a.workflow_execution_id) AS run
            FROM \(schema.table("evaluation_results")) e
            LEFT JOIN \(schema.table("agent_executions")) a ON a.id = e.agent_execution_id
            ORDER BY e."timestamp", to_jsonb(e)->>'superseded_by' IS NULL, e.id
            """
        },
        { row, writer in
            try writer.record(
                .evaluation(
                    .record(
                        try .with {
                            $0.id = try row.requiredID("id")
                            $0.workflowExecution = try row.requiredID("run")
                            $0.agentExecution = try row.id("agent_execution_id")
                            $0.evaluator = try row.required("evaluator_name")
                            $0.score = try row.decimal("score")
                            $0.passed = try row.text("passed").map { _ in try row.bool("passed") }
                            $0.details = try row.object("details")
                            $0.explanation = row.text("explanation")
                        })), at: try row.requiredInstant("timestamp"))
        })

    static let losses = [
        Loss("agent_metrics", "id", "the position in the log; the platform's number is not kept")
    ]
}
