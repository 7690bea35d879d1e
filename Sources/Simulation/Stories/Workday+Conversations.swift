import LedgerDomain
import LedgerEvents

/// People talk with agents.
extension Workday {
    /// The founder asks, the administrator is called in, the agent answers; then all is said.
    mutating func converse() -> Bool {
        guard !self.organization.agents.isEmpty else { return false }
        let (founder, administrator) = (self.organization.founder, self.organization.administrator)
        let agent = self.dice.pick(self.organization.agents).id
        var script = self.script(as: founder.actor, hour: 9)
        let conversation = self.startConversation(with: agent, in: &script)
        self.say(.user, "Where do we stand this week?", in: conversation, &script)
        script.actor = .runtime
        self.say(.system, "Answer briefly.", in: conversation, &script)
        self.say(.tool, #"{"open_tickets":\#(self.dice.below(90))}"#, by: agent, in: conversation, &script)
        self.say(.assistant, "Fewer tickets are open than last week.", by: agent, in: conversation, &script)
        script.actor = founder.actor
        script.add(
            after: Milliseconds.minute,
            .conversation(
                .addParticipant(
                    .with {
                        $0.id = conversation
                        $0.user = administrator.user
                    })))
        script.actor = administrator.actor
        self.say(.user, "Thank you, that is all.", in: conversation, &script)
        script.add(
            after: Milliseconds.minute,
            .conversation(
                .removeParticipant(
                    .with {
                        $0.id = conversation
                        $0.user = administrator.user
                        $0.reason = "had another meeting"
                    })))
        script.actor = founder.actor
        script.add(
            after: Milliseconds.minute,
            .conversation(
                .title(
                    .with {
                        $0.id = conversation
                        $0.title = "The week in tickets"
                    })))
        let report: EventID = self.dice.id(at: script.now)
        self.setWorkProduct(of: conversation, to: "report", report, in: &script)
        self.end(conversation, in: &script)
        self.plan(script)
        return true
    }

    mutating func startConversation(with agent: AgentID, in script: inout Script) -> ConversationID {
        let conversation: ConversationID = self.dice.id(at: script.now.advanced(byMilliseconds: 1))
        script.add(
            .conversation(
                .start(
                    .with {
                        $0.id = conversation
                        $0.organization = self.organization.id
                        $0.agent = agent
                        $0.metadata = JSONText(uncheckedCanonical: #"{"client":"web"}"#)
                    })))
        return conversation
    }

    mutating func say(
        _ role: ConversationMessage.Role, _ content: String, by agent: AgentID? = nil,
        in conversation: ConversationID, _ script: inout Script
    ) {
        let pause = self.dice.within(800...Milliseconds.minute)
        let message: ConversationMessageID = self.dice.id(at: script.now.advanced(byMilliseconds: pause))
        script.add(
            after: pause,
            .conversationMessage(
                .record(
                    .with {
                        $0.id = message
                        $0.conversation = conversation
                        $0.role = role
                        $0.agent = agent
                        $0.content = content
                    })))
    }

    func end(_ conversation: ConversationID, in script: inout Script) {
        script.add(
            after: Milliseconds.minute,
            .conversation(
                .end(
                    .with {
                        $0.id = conversation
                        $0.reason = "all is said"
                    })))
    }

    func setWorkProduct(of conversation: ConversationID, to type: String, _ id: EventID, in script: inout Script) {
        script.add(
            after: Milliseconds.minute,
            .conversation(
                .setWorkProduct(
                    .with {
                        $0.id = conversation
                        $0.workProductType = type
                        $0.workProduct = id
                    })))
    }
}
