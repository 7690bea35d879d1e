import AgentDomain
import EventSourcing
import Testing

/// What people and agents make together.
extension Scenario {
    func conversation(of user: UserID, with agent: AgentID, in organization: OrganizationID) -> ConversationID {
        let id = self.newID(Conversation.self)
        self.accept(
            .conversation(
                .start(
                    .with {
                        $0.id = id
                        $0.organization = organization
                        $0.user = user
                        $0.agent = agent
                    })), gives: "conversation.started")
        return id
    }

    func task(in conversation: ConversationID) -> TaskID {
        let id = self.newID(AgentTask.self)
        self.accept(
            .task(
                .create(
                    .with {
                        $0.id = id
                        $0.conversation = conversation
                        $0.method = "process"
                        $0.prompt = "Summarize the year"
                    })), gives: "task.created")
        return id
    }
}
