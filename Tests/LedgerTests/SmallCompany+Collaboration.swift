import AgentDomain
import EventSourcing
import Testing

/// What people and agents of the company make together.
extension SmallCompany {
    func collaboration(_ acme: OrganizationID, _ ada: UserID) async throws {
        _ = try await self.conversation(acme, ada)
    }

    private func conversation(_ acme: OrganizationID, _ ada: UserID) async throws -> ConversationID {
        let conversation = self.company.newID(Conversation.self)
        try await self.company.execute(
            .conversation(
                .start(
                    .with {
                        $0.id = conversation
                        $0.organization = acme
                        $0.user = ada
                        $0.agentName = "planner"
                        $0.agentType = "context"
                        $0.title = "The year in numbers"
                    })))
        let message = self.company.newID(ConversationMessage.self)
        try await self.company.execute(
            .conversationMessage(
                .record(
                    .with {
                        $0.id = message
                        $0.conversation = conversation
                        $0.user = ada
                        $0.content = "What comes first?"
                    })))
        return conversation
    }
}
