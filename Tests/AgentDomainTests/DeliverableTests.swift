import LedgerDomain
import LedgerEvents
import Testing

@Suite("A deliverable")
struct DeliverableTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let ada: UserID
    let talk: ConversationID
    let task: TaskID
    let project: ProjectID
    let step: ProjectStepID
    let deliverable: DeliverableID

    init() {
        self.acme = self.scenario.organization()
        self.ada = self.scenario.user()
        let writer = self.scenario.agent("writer", of: self.acme)
        self.talk = self.scenario.conversation(of: self.ada, with: writer, in: self.acme)
        self.task = self.scenario.task(in: self.talk)
        self.project = self.scenario.project(in: self.talk)
        self.step = self.scenario.step("a", of: self.project)
        self.deliverable = self.scenario.deliverable(of: self.task)
    }

    private var state: Deliverable? { self.scenario.find(self.deliverable) }

    private func create(_ fill: (inout DeliverableCreated) -> Void = { _ in }) -> DomainCommand {
        var created = DeliverableCreated()
        created.id = self.scenario.newID()
        created.title = "Report"
        created.type = "document"
        fill(&created)
        return .deliverable(.create(created))
    }

    private func add(_ fill: (inout DeliverableVersionAdded) -> Void = { _ in }) -> DomainCommand {
        var added = DeliverableVersionAdded()
        added.id = self.scenario.newID()
        added.deliverable = self.deliverable
        added.content = "# Report"
        fill(&added)
        return .deliverableVersion(.add(added))
    }

    private func version(_ fill: (inout DeliverableVersionAdded) -> Void = { _ in }) -> DeliverableVersionID {
        let command = self.add(fill)
        guard case .deliverableVersion(let add) = command else { return .zero }
        self.scenario.accept(command, gives: "deliverable_version.added")
        return ID(bits: add.target)
    }

    private func makeCurrent(_ id: DeliverableVersionID) -> DomainCommand {
        .deliverableVersion(.makeCurrent(.with { $0.id = id }))
    }

    private func current(_ ids: [DeliverableVersionID]) -> [Bool?] { ids.map { self.scenario.find($0)?.isCurrent } }

    @Test("belongs where its task does, and is its user's and agent's")
    func belonging() throws {
        let state = try #require(self.state)
        #expect(state.organization == self.acme)
        #expect(state.user == self.ada)
        #expect(state.conversation == self.talk)
        #expect(state.agentName == "writer")
        #expect(state.versionCount == 0)
        #expect(state.currentVersion == nil)
        #expect(state.owner == self.acme)
    }

    @Test("belongs to the project of its step, or to nothing but an organization and a user")
    func origins() {
        let events = self.scenario.accept(self.create { $0.projectStep = self.step }, gives: "deliverable.created")
        guard case .deliverable(.created(let created)) = events.first else { return }
        #expect(created.project == self.project)
        #expect(created.conversation == self.talk)
        #expect(created.user == self.ada)
        self.scenario.accept(
            self.create {
                $0.organization = self.acme
                $0.user = self.ada
            }, gives: "deliverable.created")
        self.scenario.accept(self.create { $0.conversation = self.talk }, gives: "deliverable.created")
    }

    @Test("is not made of what is not there or does not go together")
    func refusals() {
        let globex = self.scenario.organization("globex")
        let other = self.scenario.project(in: self.talk)
        self.scenario.refuse(self.create(), .notFound, says: "there is no organization")
        self.scenario.refuse(self.create { $0.id = .zero }, .invalidValue, says: "deliverable_id must be given")
        self.scenario.refuse(self.create { $0.title = "" }, .invalidValue, says: "title must not be empty")
        self.scenario.refuse(self.create { $0.type = "" }, .invalidValue, says: "type must not be empty")
        self.scenario.refuse(self.create { $0.agentName = "" }, .invalidValue, says: "agent_name must not be empty")
        self.scenario.refuse(self.create { $0.metadata = "1" }, .invalidValue, says: "metadata must be a JSON object")
        self.scenario.refuse(self.create { $0.task = ID(bits: 99) }, .notFound, says: "there is no task")
        self.scenario.refuse(self.create { $0.project = ID(bits: 99) }, .notFound, says: "there is no project")
        self.scenario.refuse(self.create { $0.projectStep = ID(bits: 99) }, .notFound, says: "there is no project_step")
        self.scenario.refuse(self.create { $0.conversation = ID(bits: 99) }, .notFound, says: "no conversation")
        self.scenario.refuse(
            self.create {
                $0.task = self.task
                $0.organization = globex
            }, .ruleBroken, says: "task \(self.task) belongs to organization \(self.acme), not to \(globex)")
        self.scenario.refuse(
            self.create {
                $0.projectStep = self.step
                $0.project = other
            }, .ruleBroken, says: "is of project \(self.project), not of \(other)")
        self.scenario.refuse(
            self.create {
                $0.organization = self.acme
            }, .invalidValue, says: "user_id must be given where the actor is not a user")
        self.scenario.refuse(
            self.create { $0.id = self.deliverable }, .alreadyExists, says: "deliverable \(self.deliverable)")
    }

    @Test("gets another title")
    func titles() {
        func retitle(_ title: String, _ id: DeliverableID) -> DomainCommand {
            .deliverable(
                .retitle(
                    .with {
                        $0.id = id
                        $0.title = title
                    }))
        }
        self.scenario.accept(retitle("The year", self.deliverable), gives: "deliverable.retitled")
        #expect(self.state?.title == "The year")
        self.scenario.refuse(retitle("", self.deliverable), .invalidValue, says: "title must not be empty")
        self.scenario.refuse(retitle("a", ID(bits: 99)), .notFound, says: "there is no deliverable")
    }

    @Test("has versions that count from 1 without gaps, of which the last added is current")
    func versions() throws {
        let ids = [self.version(), self.version { $0.createdByType = "manual_edit" }, self.version { $0.number = 9 }]
        #expect(ids.map { self.scenario.find($0)?.number } == [1, 2, 3])
        #expect(ids.map { self.scenario.find($0)?.createdByType } == ["ai_response", "manual_edit", "ai_response"])
        #expect(self.current(ids) == [false, false, true])
        #expect(self.state?.versionCount == 3)
        #expect(self.state?.currentVersion == ids[2])
        #expect(self.state?.updatedAt == self.scenario.now)
    }

    @Test("goes back to an earlier version, and then on with the next number")
    func choosing() throws {
        let first = self.version()
        let second = self.version()
        self.scenario.accept(self.makeCurrent(first), gives: "deliverable_version.made_current")
        #expect(self.current([first, second]) == [true, false])
        #expect(self.state?.currentVersion == first)
        let third = self.version()
        #expect(self.scenario.find(third)?.number == 3)
        #expect(self.current([first, second, third]) == [false, false, true])
        self.scenario.refuse(self.makeCurrent(ID(bits: 99)), .notFound, says: "there is no deliverable_version")
    }

    @Test("takes no version without contents, nor one that is another already")
    func versionRefusals() {
        let globex = self.scenario.organization("globex")
        let theirs = self.scenario.task(
            in: self.scenario.conversation(
                of: self.ada, with: self.scenario.agent("reader", of: globex), in: globex))
        let first = self.version { $0.task = self.task }
        self.scenario.refuse(self.add { $0.content = nil }, .ruleBroken, says: "its content or its file_attachments")
        self.scenario.accept(
            self.add {
                $0.content = nil
                $0.fileAttachments = #"[{"name":"a.png"}]"#
            }, gives: "deliverable_version.added")
        self.scenario.refuse(self.add { $0.id = .zero }, .invalidValue, says: "deliverable_version_id must be given")
        self.scenario.refuse(self.add { $0.format = "" }, .invalidValue, says: "format must not be empty")
        self.scenario.refuse(self.add { $0.createdByType = "" }, .invalidValue, says: "created_by_type must not")
        self.scenario.refuse(self.add { $0.metadata = "1" }, .invalidValue, says: "metadata must be a JSON object")
        self.scenario.refuse(self.add { $0.deliverable = ID(bits: 99) }, .notFound, says: "there is no deliverable")
        self.scenario.refuse(self.add { $0.task = theirs }, .notFound, says: "there is no task \(theirs)")
        self.scenario.refuse(
            self.add {
                $0.id = first
                $0.content = "other"
            }, .alreadyExists, says: "deliverable_version \(first)")
    }

    @Test("is a conversation's work product only where it is there, as projects are")
    func workProducts() {
        func set(_ type: String, _ id: UInt128) -> DomainCommand {
            .conversation(
                .setWorkProduct(
                    .with {
                        $0.id = self.talk
                        $0.workProductType = type
                        $0.workProduct = EventID(bits: id)
                    }))
        }
        self.scenario.accept(set("deliverable", self.deliverable.bits), gives: "conversation.work_product_set")
        self.scenario.accept(set("project", self.project.bits), gives: "conversation.work_product_set")
        self.scenario.refuse(set("deliverable", self.project.bits), .notFound, says: "there is no deliverable")
        self.scenario.refuse(set("project", self.deliverable.bits), .notFound, says: "there is no project")
    }
}
