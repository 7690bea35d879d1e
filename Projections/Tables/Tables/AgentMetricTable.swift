import LedgerDomain
import LedgerEvents
import LedgerRelations

enum AgentMetricTable {
    static let relation = Relation.facts(Metric.self, Self.table)
        .found(by: "agent_execution_id", AgentExecution.self)
        .found(by: "agent_id", Agent.self)
        .found(by: "organization_id", Organization.self)

    static let table = Table<FactRow<Metric>>("agent_metrics", primaryKey: "id", description: "Measured values.") {
        Column("id", .uuid, \.fact.id)
        Column("agent_execution_id", .uuid, \.fact.agentExecution).references("agent_executions").indexed()
        Column("agent_id", .uuid, \.fact.agent).references("agents").indexed()
        Column("organization_id", .uuid, \.fact.owner).reading("organization_id").references("organizations").indexed()
        Column("metric_type", .text, \.fact.metricType).indexed()
        Column("value", .double, \.fact.value, unit: "see unit")
        Column("unit", .text, \.fact.unit)
        Column("dimensions", .jsonb, \.fact.dimensions)
        Column("timestamp", .timestamptz, \.occurredAt).indexed().reading()
        Column("position", .bigint, \.position, unit: "log position").reading()
        TableCheck("metric_value_check", "value >= 0")
    }
}
