import EventSourcing

extension World {
    /// An agent that an organization owns or that is shared with it. Only what ends that guards the append.
    @discardableResult
    func requireAvailable(_ id: AgentID, to organization: OrganizationID) throws(Rejection) -> Agent {
        guard let agent = self.peek(id) else { throw .notFound(Agent.kind, id.description) }
        if let instant = agent.deletedAt { throw .deleted(Agent.kind, id, instant) }
        guard agent.isAvailable(to: organization) else {
            throw .broken("agent \(id) is neither owned by organization \(organization) nor shared with it")
        }
        self.guardAgainst(
            Query.Item(types: [AgentDeleted.type, AgentWithdrawn.type, AgentUnshared.type], tags: [id.tag]))
        return agent
    }
}
