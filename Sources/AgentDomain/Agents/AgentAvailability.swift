import LedgerEvents

extension DecisionContext {
    /// An agent, save for history not a deleted one, that an organization owns, or that is shared with it by somebody who is active. Only what ends that guards
    /// the append.
    @discardableResult
    func requireAvailable(_ id: AgentID, to organization: OrganizationID, _ order: CommandContext) throws(Rejection)
        -> Agent
    {
        guard let agent = self.peek(id) else { throw .notFound(Agent.kind, id.description) }
        if let instant = agent.deletedAt, !order.isHistory { throw .deleted(Agent.kind, id, instant) }
        guard agent.isAvailable(to: organization) else {
            throw .broken("agent \(id) is neither owned by organization \(organization) nor shared with it")
        }
        self.guardAgainst(
            EventQuery.Item(types: [AgentDeleted.type, AgentWithdrawn.type, AgentUnshared.type], tags: [id.tag]))
        if agent.organization != organization { try self.requireActiveOwner(of: agent, order) }
        return agent
    }

    /// Refuses an agent whose owner is suspended, cancelled, deleted or deactivated, save in a report of what happened.
    private func requireActiveOwner(of agent: Agent, _ order: CommandContext) throws(Rejection) {
        if order.isReport || order.isHistory { return }
        if let owner = agent.organization {
            let condition = self.condition(of: owner) ?? .active
            guard condition == .active else {
                throw .broken(
                    "agent \(agent.id) belongs to organization \(owner), which is \(condition.rawValue); it takes no new work"
                )
            }
        }
        if let owner = agent.ownerUser { try self.requireActive(owner) }
    }
}
