import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum ObservabilityEventTable {
    static let relation = Slugs.following(
        Relation.derived(fromFacts: LogLine.self, Self.table) { line, others in
            Row(
                line: line.fact, organization: try others.slug(of: line.fact.organization),
                agent: try others.slug(of: others.find(line.fact.agentExecution)?.agent), timestamp: line.occurredAt)
        }.found(by: "id", LogLine.self).found(by: "workflow_execution_id", WorkflowExecution.self))

    struct Row {
        var line: LogLine
        var organization: String?
        var agent: String?
        var timestamp: Instant
    }

    static let table = Table<Row>(
        "observability_events", primaryKey: "id", description: "What runs wrote into their logs."
    ) {
        Column("id", .uuid, \.line.id, default: .randomUUID)
        Column("organization_slug", .text, \.organization, nullable: false).references("organizations", "slug")
            .indexed()
        Column("workflow_execution_id", .uuid, \.line.workflowExecution).indexed()
        Column("agent_slug", .text, \.agent).references("agents", "slug").indexed()
        Column("level", .text, \.line.level.rawValue).indexed()
        Column("message", .text, \.line.message)
        Column("context", .jsonb, \.line.context, default: .value(.json("{}")))
        Column("source", .text, \.line.source)
        Column("trace_id", .text, \.line.traceID)
        Column("span_id", .text, \.line.spanID)
        Column("timestamp", .timestamptz, \.timestamp, default: .now).indexed()
        TableCheck.oneOf(LogLine.Level.allCases.map(\.rawValue), "level", of: "observability_events")
        InfrastructureRowSecurity.observed("observability_events")
        AgentInfrastructure.named("observability_events")
    }
}
