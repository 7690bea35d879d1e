import LedgerDomain
import LedgerEvents
import LedgerViews
import Testing

@Suite("Views of what people and agents make together")
struct CollaborationTests {
    @Test("count a conversation's messages and know the last")
    func messages() async throws {
        let company = Company()
        let folder = try Folder()
        let views = try KeptViews(path: folder.path, log: company.log, origin: 1, isDisposable: true)
        let talk = try await company.conversation()
        for second in [30, 10, 20] {
            company.now = (Instant("2025-09-01T10:00:00Z") ?? .zero).advanced(bySeconds: Int64(second))
            try await company.say(in: talk)
        }
        try views.catchUp()
        let activity = try #require(try views.find(ID<ConversationActivity>(bits: talk.bits)))
        #expect(activity.messages == 3)
        #expect(activity.lastMessageAt == Instant("2025-09-01T10:00:31Z"))
    }
}

extension Company {
    func conversation() async throws -> ConversationID {
        let organization = try await self.organization()
        let user = self.newID(User.self)
        try await self.execute(
            .user(
                .register(
                    .with {
                        $0.id = user
                        $0.email = "ada@example.org"
                    })))
        let talk = self.newID(Conversation.self)
        try await self.execute(
            .conversation(
                .start(
                    .with {
                        $0.id = talk
                        $0.organization = organization
                        $0.user = user
                        $0.agentName = "planner"
                        $0.agentType = "context"
                    })))
        return talk
    }

    func say(in talk: ConversationID) async throws {
        let message = self.newID(ConversationMessage.self)
        try await self.execute(
            .conversationMessage(
                .record(
                    .with {
                        $0.id = message
                        $0.conversation = talk
                        $0.role = .system
                        $0.content = "hello"
                    })))
    }
}
