import LedgerDomain
import LedgerEvents
import Testing

@Suite("A task")
struct TaskTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let ada: UserID
    let writer: AgentID
    let talk: ConversationID
    let task: TaskID

    init() {
        self.acme = self.scenario.organization()
        self.ada = self.scenario.user()
        self.writer = self.scenario.agent("writer", of: self.acme)
        self.talk = self.scenario.conversation(of: self.ada, with: self.writer, in: self.acme)
        self.task = self.scenario.task(in: self.talk)
    }

    private var state: AgentTask? { self.scenario.find(self.task) }

    private func create(_ fill: (inout TaskCreated) -> Void = { _ in }) -> DomainCommand {
        var created = TaskCreated()
        created.id = self.scenario.newID()
        created.conversation = self.talk
        created.method = "process"
        created.prompt = "Write it"
        fill(&created)
        return .task(.create(created))
    }

    private func progress(_ percent: Int, _ message: String? = nil) -> DomainCommand {
        .task(
            .reportProgress(
                .with {
                    $0.id = self.task
                    $0.progress = percent
                    $0.message = message
                }))
    }

    private func evaluate(_ evaluation: JSONText) -> DomainCommand {
        .task(
            .evaluate(
                .with {
                    $0.id = self.task
                    $0.evaluation = evaluation
                }))
    }

    private func start() { self.scenario.accept(.task(.start(.with { $0.id = self.task })), gives: "task.started") }

    @Test("begins as pending, with five minutes for a text, of its conversation's organization, user and agent")
    func beginning() throws {
        let state = try #require(self.state)
        #expect(state.status == .pending)
        #expect(state.progress == 0)
        #expect(state.timeoutSeconds == 300)
        #expect(state.deliverableType == "text")
        #expect(state.organization == self.acme)
        #expect(state.user == self.ada)
        #expect(state.agentName == "writer")
        #expect(state.startedAt == nil)
        #expect(state.params == "{}")
        #expect(state.evaluation == "{}")
        #expect(state.owner == self.acme)
    }

    @Test("needs no conversation, but then an organization and a user")
    func alone() {
        self.scenario.refuse(
            self.create {
                $0.conversation = nil
                $0.user = self.ada
            }, .notFound, says: "no organization")
        self.scenario.refuse(
            self.create {
                $0.conversation = nil
                $0.organization = self.acme
            }, .invalidValue, says: "user_id must be given where the actor is not a user")
        self.scenario.actor = .user(self.ada.bits)
        self.scenario.accept(
            self.create {
                $0.conversation = nil
                $0.organization = self.acme
            }, gives: "task.created")
    }

    @Test("is not made with what it cannot have")
    func refusals() {
        let globex = self.scenario.organization("globex")
        let grace = self.scenario.newID(User.self)
        self.scenario.refuse(self.create { $0.id = .zero }, .invalidValue, says: "task_id must be given")
        self.scenario.refuse(self.create { $0.id = self.task }, .alreadyExists, says: "task \(self.task)")
        self.scenario.refuse(self.create { $0.conversation = ID(bits: 99) }, .notFound, says: "no conversation")
        self.scenario.refuse(
            self.create { $0.organization = globex }, .ruleBroken, says: "belongs to organization \(self.acme)")
        self.scenario.refuse(self.create { $0.user = grace }, .notFound, says: "there is no user")
        self.scenario.refuse(self.create { $0.method = "" }, .invalidValue, says: "method must not be empty")
        self.scenario.refuse(self.create { $0.prompt = "" }, .invalidValue, says: "prompt must not be empty")
        self.scenario.refuse(self.create { $0.title = "" }, .invalidValue, says: "title must not be empty")
        self.scenario.refuse(self.create { $0.params = "[]" }, .invalidValue, says: "params must be a JSON object")
        self.scenario.refuse(self.create { $0.metadata = "[]" }, .invalidValue, says: "metadata must be a JSON object")
        self.scenario.refuse(self.create { $0.timeoutSeconds = 0 }, .invalidValue, says: "timeout_seconds is 0")
        self.scenario.refuse(self.create { $0.deliverableType = "" }, .invalidValue, says: "deliverable_type must not")
        self.scenario.refuse(
            .task(.start(.with { $0.id = ID(bits: 99) })), .notFound, says: "there is no task")
        self.scenario.accept(.conversation(.end(.with { $0.id = self.talk })), gives: "conversation.ended")
        self.scenario.now = self.scenario.now.advanced(bySeconds: 1)
        self.scenario.refuse(self.create(), .ruleBroken, says: "conversation \(self.talk) ended at")
    }

    @Test("makes progress from 0 to 100 and never back, while it is in progress")
    func progressReports() {
        self.scenario.refuse(self.progress(1), .ruleBroken, says: "while it is in_progress", "is pending")
        self.start()
        self.scenario.accept(self.progress(40, "halfway"), gives: "task.progress_reported")
        self.scenario.accept(self.progress(40))
        self.scenario.accept(self.progress(40, "nearly halfway"), gives: "task.progress_reported")
        self.scenario.refuse(self.progress(39), .invalidValue, says: "at 40 already and never goes back to 39")
        for percent in [-1, 101] {
            self.scenario.refuse(
                self.progress(percent), .invalidValue, says: "progress is \(percent); it must lie within 0 and 100")
        }
        self.scenario.accept(self.progress(100), gives: "task.progress_reported")
        #expect(self.state?.status == .inProgress)
        #expect(self.state?.progressMessage == "nearly halfway")
    }

    @Test("is complete at 100 percent, with its response and what is known of the model")
    func completion() throws {
        self.start()
        self.scenario.accept(
            .task(
                .complete(
                    .with {
                        $0.id = self.task
                        $0.response = "Done"
                        $0.llmMetadata = #"{"model":"large"}"#
                    })), gives: "task.completed")
        let state = try #require(self.state)
        #expect(state.status == .completed)
        #expect(state.progress == 100)
        #expect(state.response == "Done")
        #expect(state.llmMetadata == #"{"model":"large"}"#)
        #expect(state.completedAt == self.scenario.now)
        self.scenario.refuse(self.progress(90), .ruleBroken, says: "task \(self.task) is completed")
        // What stands already changes nothing, also after the end.
        self.scenario.accept(self.progress(100))
    }

    @Test("that took too long says so in its error code; one that failed keeps its error")
    func failures() throws {
        self.start()
        self.scenario.accept(.task(.timeOut(.with { $0.id = self.task })), gives: "task.timed_out")
        #expect(self.state?.status == .timeout)
        #expect(self.state?.errorCode == "timeout")
        let other = self.scenario.task(in: self.talk)
        self.scenario.accept(.task(.start(.with { $0.id = other })), gives: "task.started")
        self.scenario.accept(
            .task(
                .fail(
                    .with {
                        $0.id = other
                        $0.errorCode = "rate_limit"
                        $0.errorMessage = "too many requests"
                        $0.errorData = #"{"retry_after":3}"#
                    })), gives: "task.failed")
        let failed = try #require(self.scenario.find(other))
        #expect(failed.errorCode == "rate_limit")
        #expect(failed.errorMessage == "too many requests")
        #expect(failed.errorData == #"{"retry_after":3}"#)
    }

    @Test("is judged when it has ended, and judged anew")
    func evaluations() {
        self.scenario.refuse(self.evaluate("{}"), .ruleBroken, says: "when it has ended", "is pending")
        self.start()
        self.scenario.accept(.task(.cancel(.with { $0.id = self.task })), gives: "task.cancelled")
        self.scenario.accept(self.evaluate(#"{"rating":2}"#), gives: "task.evaluated")
        self.scenario.accept(self.evaluate(#"{"rating":4}"#), gives: "task.evaluated")
        #expect(self.state?.evaluation == #"{"rating":4}"#)
        self.scenario.refuse(self.evaluate("4"), .invalidValue, says: "evaluation must be a JSON object")
    }

    @Test("goes only where its state allows, and says where that is")
    func transitions() {
        let steps: [(to: AgentTask.Status, gives: EventType, make: (TaskID) -> DomainCommand)] = [
            (.inProgress, "task.started", { id in .task(.start(.with { $0.id = id })) }),
            (.completed, "task.completed", { id in .task(.complete(.with { $0.id = id })) }),
            (.failed, "task.failed", { id in .task(.fail(.with { $0.id = id })) }),
            (.timeout, "task.timed_out", { id in .task(.timeOut(.with { $0.id = id })) }),
            (.cancelled, "task.cancelled", { id in .task(.cancel(.with { $0.id = id })) }),
        ]
        for from in AgentTask.Status.allCases {
            for (to, gives, make) in steps where to != from {
                let id = self.scenario.task(in: self.talk)
                if ![.pending, .cancelled].contains(from) {
                    self.scenario.accept(steps[0].make(id), gives: steps[0].gives)
                }
                if let step = steps.first(where: { $0.to == from }), from != .inProgress {
                    self.scenario.accept(step.make(id), gives: step.gives)
                }
                #expect(self.scenario.find(id)?.status == from)
                if from.successors.contains(to) {
                    self.scenario.accept(make(id), gives: gives)
                } else {
                    self.scenario.refuse(
                        make(id), .invalidTransition,
                        says: from == .pending
                            ? "a task cannot go from pending to \(to.rawValue); allowed: in_progress, cancelled"
                            : "task is \(from.rawValue); no further transition is allowed")
                }
            }
        }
        #expect(AgentTask.Status.inProgress.successors == [.completed, .failed, .timeout, .cancelled])
    }
}
