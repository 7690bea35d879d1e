import LedgerDomain
import LedgerEvents
import Testing

@Suite("People and a task")
struct TaskPeopleTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let ada: UserID
    let writer: AgentID
    let task: TaskID

    init() {
        self.acme = self.scenario.organization()
        self.ada = self.scenario.user()
        self.writer = self.scenario.agent("writer", of: self.acme)
        let talk = self.scenario.conversation(of: self.ada, with: self.writer, in: self.acme)
        self.task = self.scenario.task(in: talk)
        self.scenario.accept(.task(.start(.with { $0.id = self.task })), gives: "task.started")
    }

    private var state: AgentTask? { self.scenario.find(self.task) }

    private func assign(_ user: UserID?, _ agent: AgentID?) -> DomainCommand {
        .task(
            .assign(
                .with {
                    $0.id = self.task
                    $0.user = user
                    $0.agent = agent
                }))
    }

    private func request(of approver: UserID? = nil) -> DomainCommand {
        .task(
            .requestApproval(
                .with {
                    $0.id = self.task
                    $0.approver = approver
                    $0.message = "May this go out?"
                }))
    }

    private func approve(_ number: Int = 0) -> DomainCommand {
        .task(
            .approve(
                .with {
                    $0.id = self.task
                    $0.number = number
                    $0.comment = "yes"
                }))
    }

    private func reject(_ number: Int = 0) -> DomainCommand {
        .task(
            .reject(
                .with {
                    $0.id = self.task
                    $0.number = number
                    $0.comment = "no"
                }))
    }

    private var complete: DomainCommand { .task(.complete(.with { $0.id = self.task })) }

    @Test("a task is given to a user or an agent, one after the other, until it has ended")
    func assignments() {
        self.scenario.accept(self.assign(self.ada, nil), gives: "task.assigned")
        self.scenario.accept(self.assign(nil, self.writer), gives: "task.assigned")
        #expect(self.state?.assignedUser == nil)
        #expect(self.state?.assignedAgent == self.writer)
        self.scenario.refuse(self.assign(nil, nil), .ruleBroken, says: "one of the two")
        self.scenario.refuse(self.assign(self.ada, self.writer), .ruleBroken, says: "one of the two")
        self.scenario.refuse(self.assign(ID(bits: 99), nil), .notFound, says: "there is no user")
        self.scenario.refuse(self.assign(nil, ID(bits: 99)), .notFound, says: "there is no agent")
        self.scenario.accept(self.complete, gives: "task.completed")
        self.scenario.refuse(self.assign(self.ada, nil), .ruleBroken, says: "is completed and is not assigned any more")
    }

    @Test("a task is remarked on by people at any time, which does not make it grow")
    func comments() throws {
        func comment(_ fill: (inout TaskComment) -> Void = { _ in }) -> DomainCommand {
            var comment = TaskComment()
            comment.id = self.scenario.newID()
            comment.task = self.task
            comment.user = self.ada
            comment.content = "good"
            fill(&comment)
            return .taskComment(.record(comment))
        }
        self.scenario.accept(self.complete, gives: "task.completed")
        let before = self.state
        let events = self.scenario.accept(comment(), gives: "task_comment.posted")
        guard case .taskComment(.recorded(let posted)) = events.first else { return }
        #expect(posted.organization == self.acme)
        #expect(self.state == before)
        #expect(TaskComment.isKeptInLog)
        self.scenario.refuse(comment { $0.content = "" }, .invalidValue, says: "content must not be empty")
        self.scenario.refuse(comment { $0.task = ID(bits: 99) }, .notFound, says: "there is no task")
        self.scenario.refuse(comment { $0.user = .zero }, .invalidValue, says: "user_id must be given")
        self.scenario.refuse(comment { $0.user = ID(bits: 99) }, .notFound, says: "there is no user")
        self.scenario.actor = .user(self.ada.bits)
        self.scenario.accept(comment { $0.user = .zero }, gives: "task_comment.posted")
    }

    @Test("a task that waits for approval is completed only when it is approved")
    func approval() throws {
        self.scenario.accept(self.request(), gives: "task.approval_requested")
        self.scenario.refuse(self.complete, .ruleBroken, says: "approval 1 of task \(self.task) is pending")
        self.scenario.accept(self.reject(), gives: "task.rejected")
        self.scenario.refuse(self.complete, .ruleBroken, says: "approval 1 of task \(self.task) is rejected")
        self.scenario.refuse(
            self.approve(), .invalidTransition,
            says: "task approval is rejected; no further transition is allowed")
        self.scenario.accept(self.request(), gives: "task.approval_requested")
        self.scenario.actor = .user(self.ada.bits)
        let events = self.scenario.accept(self.approve(), gives: "task.approved")
        guard case .task(.approved(let approved)) = events.first else { return }
        #expect(approved.number == 2)
        let approvals = try #require(self.state?.approvals)
        #expect(approvals.map(\.status) == [.rejected, .approved])
        #expect(approvals.map(\.comment) == ["no", "yes"])
        #expect(approvals.map(\.decidedBy) == [nil, self.ada])
        self.scenario.accept(self.complete, gives: "task.completed")
        self.scenario.refuse(self.request(), .ruleBroken, says: "is completed and needs no approval any more")
    }

    @Test("one approval is asked for at a time, and the one who is named decides it")
    func approvers() {
        let grace = self.scenario.user("grace@example.org")
        self.scenario.refuse(self.approve(), .notFound, says: "no approval of task")
        self.scenario.refuse(self.request(of: ID(bits: 99)), .notFound, says: "there is no user")
        self.scenario.accept(self.request(of: self.ada), gives: "task.approval_requested")
        self.scenario.refuse(self.request(of: grace), .ruleBroken, says: "approval 1", "approve or reject it first")
        self.scenario.refuse(self.approve(2), .notFound, says: "no approval 2 of task")
        self.scenario.actor = .user(grace.bits)
        self.scenario.refuse(self.approve(), .notAuthorized, says: "user \(self.ada) does")
        self.scenario.refuse(self.reject(), .notAuthorized, says: "user \(self.ada) does")
        self.scenario.actor = .user(self.ada.bits)
        self.scenario.accept(self.reject(1), gives: "task.rejected")
    }

    @Test("a task may fail or be cancelled while its approval is open")
    func endingWithout() {
        self.scenario.accept(self.request(), gives: "task.approval_requested")
        self.scenario.accept(.task(.fail(.with { $0.id = self.task })), gives: "task.failed")
    }
}
