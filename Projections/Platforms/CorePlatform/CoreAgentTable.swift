import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

enum CoreAgentTable {
    static let relation = Relation.derived(from: Agent.self, lookingAt: [Organization.self], Self.table) {
        agent, others in
        Row(agent: agent, organizationSlug: try others.find(agent.organization)?.slug)
    }.found(byStateIn: "id")

    struct Row {
        var agent: Agent
        var organizationSlug: String?

        var status: String { self.agent.deletedAt == nil ? self.agent.status.rawValue : "deleted" }
    }

    static let table = Table<Row>("agents", primaryKey: "id", description: "Agents that people talk with.") {
        Column("id", .uuid, \.agent.id, default: .randomUUID)
        Column("name", .text, \.agent.name)
        Column("slug", .text, \.agent.slug)
        Column("agent_type", .enumeration(AgentProtocol.self), \.agent.configuration.protocol)
        Column("description", .text, \.agent.configuration.description)
        Column("status", .enumeration("agent_status", Agent.Status.allCases.map(\.rawValue) + ["deleted"]), \.status)
        Column("organization_slug", .text, \.organizationSlug, description: "Of the organization that owns it.")
        Column("created_at", .timestamptz, \.agent.createdAt, default: .now)
        Column("updated_at", .timestamptz, \.agent.updatedAt, default: .now)
        TableIndex("idx_agents_active", "status", where: "status = 'active'")
        Deviation(
            "agents", documented: "there is no such table, yet an index stands on it",
            reason: "the index cannot be made", ours: "a table of all agents, with that index")
    }
}
