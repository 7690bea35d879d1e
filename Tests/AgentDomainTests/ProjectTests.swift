import LedgerDomain
import LedgerEvents
import Testing

@Suite("A project")
struct ProjectTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let ada: UserID
    let talk: ConversationID
    let project: ProjectID

    init() {
        self.acme = self.scenario.organization()
        self.ada = self.scenario.user()
        let writer = self.scenario.agent("writer", of: self.acme)
        self.talk = self.scenario.conversation(of: self.ada, with: writer, in: self.acme)
        self.project = self.scenario.project(in: self.talk)
    }

    private var state: Project? { self.scenario.find(self.project) }

    private func create(_ fill: (inout ProjectCreated) -> Void = { _ in }) -> DomainCommand {
        var created = ProjectCreated()
        created.id = self.scenario.newID()
        created.conversation = self.talk
        fill(&created)
        return .project(.create(created))
    }

    private func attach(_ subproject: ProjectID, to project: ProjectID) -> DomainCommand {
        .project(
            .attachSubproject(
                .with {
                    $0.id = project
                    $0.subproject = subproject
                }))
    }

    private func level(_ id: ProjectID) -> Int? { self.scenario.find(id)?.hierarchyLevel }

    @Test("begins as planned, at the top, of its conversation's organization and user")
    func beginning() throws {
        let state = try #require(self.state)
        #expect(state.status == .planning)
        #expect(state.organization == self.acme)
        #expect(state.user == self.ada)
        #expect(state.hierarchyLevel == 0)
        #expect(state.subprojectCount == 0)
        #expect(state.currentStep == nil)
        #expect(state.owner == self.acme)
    }

    @Test("is not made without a conversation that goes on, nor with what it cannot have")
    func refusals() {
        let globex = self.scenario.organization("globex")
        self.scenario.refuse(self.create { $0.id = .zero }, .invalidValue, says: "project_id must be given")
        self.scenario.refuse(self.create { $0.conversation = ID(bits: 99) }, .notFound, says: "no conversation")
        self.scenario.refuse(self.create { $0.organization = globex }, .ruleBroken, says: "not to \(globex)")
        self.scenario.refuse(self.create { $0.name = "" }, .invalidValue, says: "name must not be empty")
        self.scenario.refuse(self.create { $0.plan = "[]" }, .invalidValue, says: "plan_json must be a JSON object")
        self.scenario.refuse(self.create { $0.metadata = "1" }, .invalidValue, says: "metadata must be a JSON object")
        self.scenario.refuse(self.create { $0.user = ID(bits: 99) }, .notFound, says: "there is no user")
        self.scenario.refuse(self.create { $0.parent = ID(bits: 99) }, .notFound, says: "there is no project")
        let other = self.scenario.conversation(
            of: self.ada, with: self.scenario.agent("reader", of: self.acme), in: self.acme)
        self.scenario.refuse(
            self.create {
                $0.id = self.project
                $0.conversation = other
            }, .alreadyExists, says: "project \(self.project)")
        self.scenario.refuse(
            self.scenario.status(.inProgress, of: ID(bits: 99)), .notFound, says: "there is no project")
        self.scenario.accept(.conversation(.end(.with { $0.id = self.talk })), gives: "conversation.ended")
        self.scenario.now = self.scenario.now.advanced(bySeconds: 1)
        self.scenario.refuse(self.create(), .ruleBroken, says: "ended at")
    }

    @Test("has a plan, a name and a description, which change until it is over")
    func plans() {
        func change(_ fill: (inout ProjectPlanChanged) -> Void) -> DomainCommand {
            var changed = ProjectPlanChanged()
            changed.id = self.project
            changed.plan = #"{"steps":2}"#
            fill(&changed)
            return .project(.changePlan(changed))
        }
        self.scenario.accept(change { $0.name = "Report" }, gives: "project.plan_changed")
        self.scenario.accept(change { $0.description = "For all" }, gives: "project.plan_changed")
        #expect(self.state?.name == "Report")
        #expect(self.state?.description == "For all")
        #expect(self.state?.plan == #"{"steps":2}"#)
        self.scenario.refuse(change { $0.plan = "2" }, .invalidValue, says: "plan_json must be a JSON object")
        self.scenario.refuse(change { $0.name = "" }, .invalidValue, says: "name must not be empty")
        self.scenario.accept(self.scenario.status(.cancelled, of: self.project), gives: "project.status_changed")
        self.scenario.refuse(change { $0.name = "More" }, .ruleBroken, says: "is cancelled and changes no more")
    }

    @Test("goes only where its state allows, and says where that is")
    func transitions() {
        let paths: [Project.Status: [Project.Status]] = [
            .planning: [], .inProgress: [.inProgress], .paused: [.inProgress, .paused],
            .completed: [.inProgress, .completed], .failed: [.inProgress, .failed], .cancelled: [.cancelled],
        ]
        for from in Project.Status.allCases {
            for to in Project.Status.allCases where to != from {
                let id = self.scenario.project(in: self.talk)
                for step in paths[from] ?? [] {
                    self.scenario.accept(self.scenario.status(step, of: id), gives: "project.status_changed")
                }
                if from.successors.contains(to) {
                    self.scenario.accept(self.scenario.status(to, of: id), gives: "project.status_changed")
                } else {
                    let ways = from.successors.map(\.rawValue).joined(separator: ", ")
                    self.scenario.refuse(
                        self.scenario.status(to, of: id), .invalidTransition,
                        says: ways.isEmpty
                            ? "project is \(from.rawValue); no further transition is allowed"
                            : "a project cannot go from \(from.rawValue) to \(to.rawValue); allowed: \(ways)")
                }
            }
        }
    }

    @Test("made as a part of another stands one level below it and counts for it")
    func children() {
        let child = self.scenario.project(in: self.talk) { $0.parent = self.project }
        let grandchild = self.scenario.project(in: self.talk) { $0.parent = child }
        #expect(self.level(child) == 1)
        #expect(self.level(grandchild) == 2)
        #expect(self.state?.subprojectCount == 1)
        self.scenario.accept(self.scenario.status(.cancelled, of: child), gives: "project.status_changed")
        self.scenario.refuse(self.create { $0.parent = child }, .ruleBroken, says: "takes on no other project")
    }

    @Test("takes on another with all that is below it, each a level further down")
    func attaching() throws {
        let root = self.scenario.project(in: self.talk)
        let middle = self.scenario.project(in: self.talk) { $0.parent = root }
        let leaf = self.scenario.project(in: self.talk) { $0.parent = middle }
        let place = self.scenario.project(in: self.talk) { $0.parent = self.project }
        let events = self.scenario.accept(self.attach(root, to: place), gives: "project.subproject_attached")
        guard case .project(.subprojectAttached(let attached)) = events.first else { return }
        #expect(attached.hierarchyLevel == 2)
        #expect(attached.descendants == [middle, leaf])
        #expect([root, middle, leaf].map(self.level) == [2, 3, 4])
        #expect(self.scenario.find(root)?.parent == place)
        #expect(self.scenario.find(place)?.subprojectCount == 1)
    }

    @Test("is never below itself, nor part of two, nor of another organization's")
    func circles() {
        let child = self.scenario.project(in: self.talk) { $0.parent = self.project }
        let grandchild = self.scenario.project(in: self.talk) { $0.parent = child }
        let other = self.scenario.project(in: self.talk)
        self.scenario.refuse(
            self.attach(self.project, to: self.project), .ruleBroken, says: "cannot be part of itself")
        self.scenario.refuse(
            self.attach(self.project, to: grandchild), .ruleBroken,
            says: "project \(grandchild) is below project \(self.project), which cannot become part of it")
        self.scenario.refuse(
            self.attach(grandchild, to: other), .ruleBroken, says: "is part of project \(child) already")
        self.scenario.refuse(self.attach(ID(bits: 99), to: other), .notFound, says: "there is no project")
        let globex = self.scenario.organization("globex")
        let theirs = self.scenario.conversation(
            of: self.ada, with: self.scenario.agent("reader", of: globex), in: globex)
        let foreign = self.scenario.project(in: theirs)
        self.scenario.refuse(self.attach(foreign, to: other), .ruleBroken, says: "belongs to organization \(globex)")
        self.scenario.refuse(
            self.create { $0.parent = foreign }, .ruleBroken, says: "belongs to organization \(globex)")
        self.scenario.accept(self.scenario.status(.cancelled, of: other), gives: "project.status_changed")
        self.scenario.refuse(self.attach(self.project, to: other), .ruleBroken, says: "takes on no other project")
    }
}
