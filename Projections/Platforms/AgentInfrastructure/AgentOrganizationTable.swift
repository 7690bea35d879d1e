import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum AgentOrganizationTable {
    static let relation = Relation.derived(
        from: Agent.self, lookingAt: [Organization.self], Self.table, goneBy: { [.text(Slugs.slug(of: $0))] }
    ) { agent, others, body in
        let organizations = [agent.organization].compactMap { $0 } + agent.sharedWith
        for (index, organization) in organizations.enumerated() {
            guard let slug = try others.slug(of: organization) else { continue }
            try body(Row(agent: Slugs.slug(of: agent), organization: slug, place: index + 1))
        }
    }

    struct Row {
        var agent: String
        var organization: String
        var place: Int
    }

    static let table = Table<Row>(
        "agent_organizations", primaryKey: "agent_slug", "organization_slug",
        description: "Which organizations have an agent: agents.organization_slug, where foreign keys can see it."
    ) {
        Column("agent_slug", .text, \.agent).references("agents", "slug", onDelete: .cascade)
        Column("organization_slug", .text, \.organization).references("organizations", "slug").indexed()
        Column("place", .integer, \.place, unit: "ordinal", description: "In the array, from 1, which is the owner's.")
        InfrastructureRowSecurity.agentOrganizations
        InfrastructureRowSecurity.security.guarding(
            InfrastructureRowSecurity.agentOrganizations, of: "agent_organizations")
        Deviation(
            "table", documented: "nothing", reason: "no foreign key goes from an array of slugs",
            ours: "a row for each of an agent's organizations")
    }
}
