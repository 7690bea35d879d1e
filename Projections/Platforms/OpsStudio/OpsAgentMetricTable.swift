import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum OpsAgentMetricTable {
    static let relation = Relation.derived(fromFacts: Metric.self, Self.table) { metric, others in
        Row(metric: metric, agent: try others.find(metric.fact.agentExecution)?.opsAgent)
    }.found(by: "agent_execution_id", AgentExecution.self).found(by: "organization_id", Organization.self)
        .whole { try $0.lastMoveOfAgentExecutions() }

    struct Row {
        var metric: FactRow<Metric>
        var agent: ThingID?

        /// The agent that is measured stands among them, because `agent_id` names a node.
        var dimensions: JSONText {
            guard let agent = self.metric.fact.agent else { return self.metric.fact.dimensions }
            return self.metric.fact.dimensions.setting("agent_id", to: agent.description)
        }
    }

    static let table = Table<Row>(
        "agent_metrics", primaryKey: "id", "timestamp", partitioned: .monthly("timestamp"),
        description: "Measured values."
    ) {
        Column(
            "id", .bigint, \.metric.position, unit: "log position",
            description: "Where the value stands in the log: the same in every export.")
        Column("agent_execution_id", .uuid, \.metric.fact.agentExecution)
            .references("agent_executions", onDelete: .cascade).indexed("idx_metrics_agent_exec")
        Column(
            "agent_id", .uuid, \.agent, description: "That of the agent execution; null where there is none."
        ).references("agents").indexed("idx_metrics_agent")
        Column("organization_id", .uuid, \.metric.fact.owner).references("organizations").indexed("idx_metrics_org")
        Column("metric_type", .varchar(255), { $0.metric.fact.metricType.cut(to: 255) }).indexed("idx_metrics_type")
        Column("value", .double, \.metric.fact.value, unit: "see unit")
        Column("unit", .varchar(50), { $0.metric.fact.unit?.cut(to: 50) })
        Column(
            "dimensions", .jsonb, \.dimensions, nullable: true, default: .emptyObject,
            description: "The value's own, and agent_id: the agent itself, where it is known.")
        Column("timestamp", .timestamptz, \.metric.occurredAt, default: .now)
        TableCheck("metric_value_check", "value >= 0")
        TableIndex("idx_metrics_timestamp", .descending("timestamp"))
        TableIndex("idx_metrics_agent_timestamp", "agent_id", .descending("timestamp"))
        Deviation.monthlyPartitions
        Deviation(
            "id", documented: "counted up by the database",
            reason: "it would differ from one export to the next", ours: "the position in the log, without a default")
    }
}
