import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum InfrastructureMetricTable {
    static let relation = Slugs.following(
        Relation.derived(fromFacts: Metric.self, Self.table) { measured, others in
            Row(
                metric: measured.fact, organization: try others.slug(of: measured.fact.owner),
                agent: try others.slug(of: measured.fact.agent), timestamp: measured.occurredAt)
        }.found(by: "id", Metric.self))

    struct Row {
        var metric: Metric
        var organization: String?
        var agent: String?
        var timestamp: Instant
    }

    static let table = Table<Row>("agent_metrics", primaryKey: "id", description: "Measured values of agents.") {
        Column("id", .uuid, \.metric.id, default: .randomUUID)
        Column("organization_slug", .text, \.organization).references("organizations", "slug").indexed()
        Column("agent_slug", .text, \.agent).references("agents", "slug").indexed()
        Column("metric_type", .text, \.metric.metricType).indexed()
        Column("value", .double, \.metric.value, unit: "see unit")
        Column("unit", .text, \.metric.unit)
        Column("dimensions", .jsonb, \.metric.dimensions, default: .value(.json("{}")))
        Column("timestamp", .timestamptz, \.timestamp, default: .now).indexed()
        InfrastructureRowSecurity.observed("agent_metrics")
        AgentInfrastructure.named("agent_metrics")
    }
}
