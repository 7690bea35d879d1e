import LedgerEvents

/// What several kinds of common work look at.
extension DecisionContext {
    /// A conversation that has not ended by then, save for history. Only its end guards the append: all that is said in it
    /// carries its tag.
    func requireOpenConversation(_ id: ConversationID, _ order: CommandContext) throws(Rejection) -> Conversation {
        guard let conversation = self.peek(id) else { throw .notFound(Conversation.kind, id.description) }
        self.guardAgainst(EventQuery.Item(types: [ConversationEnded.type], tags: [id.tag]))
        try conversation.requireOpen(order)
        return conversation
    }

    /// Whose something is: the member that is named, else the actor, else the one that the thing around it belongs to.
    func requirePerson(
        _ user: UserID, of organization: OrganizationID, _ order: CommandContext, else fallback: UserID? = nil
    ) throws(Rejection) -> UserID {
        if user == .zero, order.actor.user == nil, let fallback { return fallback }
        let id = user == .zero ? order.actor.user.map { UserID(bits: $0) } : user
        guard let id else { throw .invalid("user_id", "must be given where the actor is not a user") }
        try self.requireMember(id, of: organization, "user_id", order)
        return id
    }
}

extension Conversation {
    /// Its own organization; another one that is named is refused.
    func organization(named: OrganizationID) throws(Rejection) -> OrganizationID {
        guard named == .zero || named == self.organization else {
            throw .broken("conversation \(self.id) belongs to organization \(self.organization), not to \(named)")
        }
        return self.organization
    }
}
