import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

// Here organizations and agents are named by slugs.

extension Lookups {
    /// Nil when there is no such organization, or no id.
    func slug(of organization: OrganizationID?) throws -> String? { try self.find(organization)?.slug }

    /// Settled when the agent is created. Nil when there is no such agent, or no id.
    func slug(of agent: AgentID?) throws -> String? { try self.settled(agent).map(Slugs.slug) }
}

enum Slugs {
    /// An agent that was given none goes by its id.
    static func slug(of agent: Agent) -> String { agent.slug ?? agent.id.description }

    static let agentDeviation = Deviation(
        "slug", documented: "every agent has one", reason: "the ledger's agents need not", ours: "its id in its place")

    /// A relation of facts whose rows name organizations and agents, all handed over again after an organization took
    /// another slug, or an agent execution became another agent's.
    static func following(_ relation: Relation) -> Relation {
        relation.whole { snapshot in
            var last = try snapshot.lastMoveOfAgentExecutions()
            try snapshot.views.forEach(Organization.self) { _, loaded in
                if !loaded.state.formerSlugs.isEmpty { last = max(last, loaded.changedAt) }
            }
            return last
        }
    }
}
