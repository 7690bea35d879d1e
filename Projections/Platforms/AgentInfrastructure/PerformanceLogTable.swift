import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum PerformanceLogTable {
    static let relation = Slugs.following(.concatenated([Self.modelCalls, Self.toolCalls]))

    private static let modelCalls = Relation.derived(fromFacts: ModelCall.self, Self.table) { call, others in
        let fact = call.fact
        var row = Row(id: ThingID(bits: fact.id.bits), run: fact.workflowExecution, timestamp: call.occurredAt)
        try row.place(in: fact.organization, fact.agentExecution, others)
        row.operation = "model_call"
        row.name = fact.model
        row.durationMilliseconds = fact.latencyMilliseconds
        row.inputTokens = fact.totalInputTokens
        row.outputTokens = fact.totalOutputTokens
        row.error = fact.errorType
        row.hasFailed = fact.errorType != nil
        return row
    }.found(by: "id", ModelCall.self).found(by: "workflow_execution_id", WorkflowExecution.self)

    private static let toolCalls = Relation.derived(fromFacts: ToolCall.self, Self.table) { call, others in
        let fact = call.fact
        var row = Row(id: ThingID(bits: fact.id.bits), run: fact.workflowExecution, timestamp: call.occurredAt)
        try row.place(in: fact.organization, fact.agentExecution, others)
        row.operation = "tool_call"
        row.name = fact.name
        row.durationMilliseconds = fact.durationMilliseconds
        row.error = fact.errorType
        row.hasFailed = fact.outcome == .error
        return row
    }.found(by: "id", ToolCall.self).found(by: "workflow_execution_id", WorkflowExecution.self)

    struct Row {
        var id: ThingID
        var run: WorkflowExecutionID
        var timestamp: Instant
        var organization: String?
        var agent: String?
        var operation = ""
        var name = ""
        var durationMilliseconds: Int?
        var inputTokens: Int?
        var outputTokens: Int?
        var hasFailed = false
        var error: String?

        init(id: ThingID, run: WorkflowExecutionID, timestamp: Instant) {
            self.id = id
            self.run = run
            self.timestamp = timestamp
        }

        mutating func place(
            in organization: OrganizationID, _ execution: AgentExecutionID?, _ others: Lookups
        ) throws {
            self.organization = try others.slug(of: organization)
            self.agent = try others.slug(of: others.find(execution)?.agent)
        }
    }

    static let table = Table<Row>(
        "performance_logs", primaryKey: "id", description: "How long calls of models and tools took, and how they went."
    ) {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("organization_slug", .text, \.organization, nullable: false).references("organizations", "slug")
            .indexed()
        Column("workflow_execution_id", .uuid, \.run).indexed()
        Column("agent_slug", .text, \.agent).references("agents", "slug").indexed()
        Column("operation", .text, \.operation).indexed()
        Column("name", .text, \.name, description: "The model's or the tool's.")
        Column("duration_ms", .bigint, \.durationMilliseconds, unit: "ms")
        Column("input_tokens", .bigint, \.inputTokens, unit: "tokens")
        Column("output_tokens", .bigint, \.outputTokens, unit: "tokens")
        Column("has_failed", .boolean, \.hasFailed)
        Column("error_type", .text, \.error)
        Column("timestamp", .timestamptz, \.timestamp, default: .now).indexed()
        TableCheck.oneOf(["model_call", "tool_call"], "operation", of: "performance_logs")
        InfrastructureRowSecurity.observed("performance_logs")
        AgentInfrastructure.named("performance_logs")
    }
}
