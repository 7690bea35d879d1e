import LedgerDomain
import LedgerEvents
import Testing

@Suite("A conversation")
struct ConversationTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let ada: UserID
    let writer: AgentID
    let talk: ConversationID

    init() {
        self.acme = self.scenario.organization()
        self.ada = self.scenario.user()
        self.writer = self.scenario.agent("writer", of: self.acme)
        self.talk = self.scenario.conversation(of: self.ada, with: self.writer, in: self.acme)
    }

    private var state: Conversation? { self.scenario.find(self.talk) }

    private func start(_ fill: (inout ConversationStarted) -> Void) -> DomainCommand {
        var started = ConversationStarted()
        started.id = self.scenario.newID()
        started.organization = self.acme
        started.user = self.ada
        started.agent = self.writer
        fill(&started)
        return .conversation(.start(started))
    }

    private func join(_ user: UserID? = nil, _ agent: AgentID? = nil) -> DomainCommand {
        .conversation(
            .addParticipant(
                .with {
                    $0.id = self.talk
                    $0.user = user
                    $0.agent = agent
                }))
    }

    private func leave(_ user: UserID? = nil, _ agent: AgentID? = nil) -> DomainCommand {
        .conversation(
            .removeParticipant(
                .with {
                    $0.id = self.talk
                    $0.user = user
                    $0.agent = agent
                }))
    }

    private func post(_ fill: (inout ConversationMessage) -> Void = { _ in }) -> DomainCommand {
        var message = ConversationMessage()
        message.id = self.scenario.newID()
        message.conversation = self.talk
        message.user = self.ada
        message.content = "hello"
        fill(&message)
        return .conversationMessage(.record(message))
    }

    private func end() {
        self.scenario.accept(.conversation(.end(.with { $0.id = self.talk })), gives: "conversation.ended")
    }

    @Test("is active from the start, with a user and an agent, whose name and type it takes over")
    func beginning() throws {
        let state = try #require(self.state)
        #expect(state.status == .active)
        #expect(state.agentName == "writer")
        #expect(state.agentType == "context")
        #expect(state.participants.map(\.user) == [self.ada, nil])
        #expect(state.participants.map(\.agent) == [nil, self.writer])
        #expect(state.startedAt == state.updatedAt)
        #expect(state.owner == self.acme)
    }

    @Test("is of the actor where it names no user, and of an agent that only has a name")
    func defaults() throws {
        self.scenario.refuse(
            self.start { $0.user = .zero }, .invalidValue, says: "user_id must be given where the actor is not a user")
        self.scenario.actor = .user(self.ada.bits)
        let events = self.scenario.accept(
            self.start {
                $0.user = .zero
                $0.agent = nil
                $0.agentName = "planner"
                $0.agentType = "external"
            }, gives: "conversation.started")
        guard case .conversation(.started(let started)) = events.first else { return }
        #expect(started.user == self.ada)
        #expect(self.scenario.find(started.id)?.participants.count == 1)
    }

    @Test("needs an organization that takes new things, a user and an agent that are there, a name and a type")
    func refusals() {
        let globex = self.scenario.organization("globex")
        let theirs = self.scenario.agent("reader", of: globex)
        self.scenario.refuse(self.start { $0.organization = ID(bits: 99) }, .notFound, says: "no organization")
        self.scenario.refuse(self.start { $0.user = ID(bits: 99) }, .notFound, says: "there is no user")
        self.scenario.refuse(self.start { $0.agent = ID(bits: 99) }, .notFound, says: "there is no agent")
        self.scenario.refuse(self.start { $0.agent = theirs }, .ruleBroken, says: "nor shared with it")
        self.scenario.refuse(self.start { $0.agent = nil }, .invalidValue, says: "agent_name must not be empty")
        self.scenario.refuse(
            self.start {
                $0.agent = nil
                $0.agentName = "planner"
            }, .invalidValue, says: "agent_type must not be empty")
        self.scenario.refuse(self.start { $0.title = "" }, .invalidValue, says: "title must not be empty")
        self.scenario.refuse(self.start { $0.metadata = "[]" }, .invalidValue, says: "metadata must be a JSON object")
        self.scenario.refuse(self.start { $0.id = .zero }, .invalidValue, says: "conversation_id must be given")
        self.scenario.refuse(
            self.start {
                $0.id = self.talk
                $0.user = self.scenario.newID()
            }, .alreadyExists, says: "conversation \(self.talk)")
        self.scenario.refuse(
            .conversation(.end(.with { $0.id = ID(bits: 99) })), .notFound, says: "there is no conversation")
        self.scenario.cancel(globex)
        self.scenario.refuse(self.start { $0.organization = globex }, .ruleBroken, says: "takes nothing new")
    }

    @Test("takes on users and agents, lets them go, and takes them on again")
    func participants() throws {
        let grace = self.scenario.user("grace@example.org")
        let reader = self.scenario.agent("reader", of: self.acme)
        self.scenario.accept(self.join(grace), gives: "conversation.participant_joined")
        self.scenario.accept(self.join(nil, reader), gives: "conversation.participant_joined")
        self.scenario.accept(self.leave(grace), gives: "conversation.participant_left")
        #expect(self.state?.participants.map { $0.leftAt == nil } == [true, true, false, true])
        self.scenario.accept(self.join(grace), gives: "conversation.participant_joined")
        #expect(self.state?.participants[2].leftAt == nil)
        #expect(self.state?.participants[2].joinedAt == self.scenario.now)
        self.scenario.refuse(self.join(), .ruleBroken, says: "a user or an agent")
        self.scenario.refuse(self.join(grace, reader), .ruleBroken, says: "one of the two")
        self.scenario.refuse(self.join(ID(bits: 99)), .notFound, says: "there is no user")
        self.scenario.refuse(self.join(nil, ID(bits: 99)), .notFound, says: "there is no agent")
        self.scenario.refuse(self.leave(ID(bits: 99)), .ruleBroken, says: "takes no part in conversation")
    }

    @Test("has a title and a work product, which may still change when it has ended")
    func products() throws {
        self.end()
        let title = DomainCommand.conversation(
            .title(
                .with {
                    $0.id = self.talk
                    $0.title = "Plans"
                }))
        self.scenario.accept(title, gives: "conversation.titled")
        let product = EventID(bits: 7)
        func set(_ type: String, _ id: EventID) -> DomainCommand {
            .conversation(
                .setWorkProduct(
                    .with {
                        $0.id = self.talk
                        $0.workProductType = type
                        $0.workProduct = id
                    }))
        }
        self.scenario.accept(set("report", product), gives: "conversation.work_product_set")
        #expect(self.state?.title == "Plans")
        #expect(self.state?.workProduct == product)
        self.scenario.refuse(set("", product), .invalidValue, says: "work_product_type must not be empty")
        self.scenario.refuse(set("report", .zero), .invalidValue, says: "work_product_id must be given")
        self.scenario.refuse(
            .conversation(.title(.with { $0.id = self.talk })), .invalidValue, says: "title must not be empty")
    }

    @Test("holds messages of those who take part, which do not make it grow")
    func messages() throws {
        let before = self.state
        let events = self.scenario.accept(
            self.post { $0.organization = ID(bits: 9) }, gives: "conversation_message.posted")
        guard case .conversationMessage(.recorded(let message)) = events.first else { return }
        #expect(message.organization == self.acme)
        #expect(ConversationMessage.isKeptInLog)
        #expect(self.state == before)
        self.scenario.accept(
            self.post {
                $0.role = .assistant
                $0.user = nil
                $0.agent = self.writer
            }, gives: "conversation_message.posted")
        self.scenario.accept(
            self.post {
                $0.role = .system
                $0.user = nil
            }, gives: "conversation_message.posted")
        self.scenario.actor = .user(self.ada.bits)
        let own = self.scenario.accept(self.post { $0.user = nil }, gives: "conversation_message.posted")
        guard case .conversationMessage(.recorded(let said)) = own.first else { return }
        #expect(said.user == self.ada)
    }

    @Test("takes no message without words, from nobody, from two, or from one who takes no part")
    func messageRefusals() {
        let grace = self.scenario.user("grace@example.org")
        self.scenario.refuse(self.post { $0.content = "" }, .invalidValue, says: "content must not be empty")
        self.scenario.refuse(self.post { $0.id = .zero }, .invalidValue, says: "conversation_message_id must be given")
        self.scenario.refuse(self.post { $0.metadata = "1" }, .invalidValue, says: "metadata must be a JSON object")
        self.scenario.refuse(self.post { $0.conversation = ID(bits: 99) }, .notFound, says: "no conversation")
        self.scenario.refuse(self.post { $0.user = nil }, .invalidValue, says: "user_id must be given")
        self.scenario.refuse(self.post { $0.agent = self.writer }, .ruleBroken, says: "one of the two")
        self.scenario.refuse(self.post { $0.user = grace }, .ruleBroken, says: "user \(grace) takes no part", "add it")
        self.scenario.accept(self.join(grace), gives: "conversation.participant_joined")
        self.scenario.accept(self.leave(grace), gives: "conversation.participant_left")
        let left = self.scenario.now
        self.scenario.now = left.advanced(bySeconds: 1)
        self.scenario.refuse(self.post { $0.user = grace }, .ruleBroken, says: "user \(grace) left", "at \(left)")
    }

    @Test("takes nobody and no message after its end, but may be told of late")
    func ending() throws {
        self.end()
        let end = try #require(self.state?.endedAt)
        #expect(self.state?.status == .ended)
        self.scenario.now = end.advanced(bySeconds: 1)
        self.scenario.refuse(self.post(), .ruleBroken, says: "conversation \(self.talk) ended at \(end)")
        self.scenario.refuse(
            self.join(self.scenario.user("grace@example.org")), .ruleBroken, says: "nothing happens in it")
        self.scenario.now = end.advanced(bySeconds: -1)
        self.scenario.accept(self.post(), gives: "conversation_message.posted")
    }
}
