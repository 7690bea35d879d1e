import LedgerDomain
import LedgerEvents
import Testing

/// An active workflow that a trigger starts.
private struct Triggered {
    let scenario = Scenario()
    let acme: OrganizationID
    let report: WorkflowID
    let trigger: WorkflowTriggerID

    init() {
        self.acme = self.scenario.organization()
        self.report = self.scenario.workflow(of: self.acme)
        self.trigger = self.scenario.newID()
        self.scenario.accept(.workflow(.activate(.with { $0.id = self.report })), gives: "workflow.activated")
        self.scenario.accept(
            self.add(.schedule) {
                $0.id = self.trigger
                $0.settings.scheduleCron = "0 8 * * 1-5"
            }, gives: "workflow_trigger.added")
    }

    var state: WorkflowTrigger? { self.scenario.find(self.trigger) }

    func add(_ type: WorkflowTriggerType, _ fill: (inout WorkflowTriggerAdded) -> Void = { _ in }) -> DomainCommand {
        var added = WorkflowTriggerAdded()
        added.id = self.scenario.newID()
        added.workflow = self.report
        added.triggerType = type
        fill(&added)
        return .workflowTrigger(.add(added))
    }

    func change(_ fill: (inout WorkflowTriggerSettings) -> Void) -> DomainCommand {
        var changed = WorkflowTriggerChanged()
        changed.id = self.trigger
        changed.settings = self.state?.settings ?? WorkflowTriggerSettings()
        fill(&changed.settings)
        return .workflowTrigger(.change(changed))
    }

    func fire(_ fill: (inout WorkflowTriggerFired) -> Void = { _ in }) -> DomainCommand {
        var fired = WorkflowTriggerFired()
        fired.id = self.trigger
        fill(&fired)
        return .workflowTrigger(.fire(fired))
    }

    /// Fires, and gives the run that comes of it.
    func run() -> WorkflowExecutionID {
        let run = self.scenario.newID(WorkflowExecution.self)
        self.scenario.accept(self.fire { $0.workflowExecution = run }, gives: "workflow_trigger.fired")
        return run
    }

    func allow(_ limit: Int) {
        self.scenario.accept(self.change { $0.maxConcurrentExecutions = limit }, gives: "workflow_trigger.changed")
    }
}

@Suite("A workflow's trigger")
struct WorkflowTriggerTests {
    private let triggered = Triggered()
    private var scenario: Scenario { self.triggered.scenario }

    @Test("is enabled from the beginning, allows one run at a time, and belongs to its workflow's organization")
    func beginning() throws {
        let state = try #require(self.triggered.state)
        #expect(state.enabled)
        #expect(state.maxConcurrentExecutions == 1)
        #expect(state.settings.eventFilter == "{}")
        #expect(state.organization == self.triggered.acme)
        #expect(state.timesFired == 0)
        #expect(state.lastFiredAt == nil)
        #expect(state.updatedAt == state.createdAt)
    }

    @Test("knows when: a schedule by cron, a webhook by its address, an event by its type, a hand by nothing")
    func types() throws {
        self.scenario.accept(
            self.triggered.add(.webhook) {
                $0.settings.webhookURL = "https://hooks.example/7"
                $0.settings.webhookSecretReference = "vault:acme/hook"
                $0.enabled = false
            }, gives: "workflow_trigger.added")
        self.scenario.accept(
            self.triggered.add(.event) {
                $0.settings.eventType = "ticket.opened"
                $0.settings.eventSource = "helpdesk"
                $0.settings.eventFilter = #"{"priority":"high"}"#
            }, gives: "workflow_trigger.added")
        self.scenario.accept(self.triggered.add(.manual), gives: "workflow_trigger.added")
    }

    @Test("that does not know when is refused, as is one that knows what belongs to another type")
    func settings() {
        self.scenario.refuse(self.triggered.change { $0.scheduleCron = nil }, .invalidValue, says: "schedule_cron")
        self.scenario.refuse(
            self.triggered.change { $0.scheduleCron = "61 * * * *" }, .invalidValue, says: "schedule_cron has \"61\"")
        self.scenario.refuse(
            self.triggered.change { $0.scheduleCron = "daily" }, .invalidValue, says: "must be five fields")
        self.scenario.refuse(
            self.triggered.change { $0.webhookURL = "https://a.example" }, .invalidValue,
            says: "webhook_url belongs to webhook triggers, not to schedule")
        self.scenario.refuse(
            self.triggered.change { $0.maxConcurrentExecutions = 0 }, .invalidValue,
            says: "max_concurrent_executions is 0; it must be 1 to")
        self.scenario.refuse(self.triggered.add(.webhook), .invalidValue, says: "webhook_url must say where")
        self.scenario.refuse(
            self.triggered.add(.webhook) { $0.settings.webhookURL = "hooks.example" }, .invalidValue,
            says: "must be an http or https address")
        self.scenario.refuse(self.triggered.add(.event), .invalidValue, says: "event_type must name the events")
        self.scenario.refuse(
            self.triggered.add(.event) {
                $0.settings.eventType = "ticket.opened"
                $0.settings.eventFilter = "[]"
            }, .invalidValue, says: "event_filter must be a JSON object")
        self.scenario.refuse(
            self.triggered.add(.manual) { $0.settings.eventSource = "helpdesk" }, .invalidValue,
            says: "event_source belongs to event triggers, not to manual")
    }

    @Test("says where a webhook's secret lies, and never repeats one that it was given")
    func secret() throws {
        let command = self.triggered.add(.webhook) {
            $0.settings.webhookURL = "https://hooks.example/7"
            $0.settings.webhookSecretReference = "hunter2"
        }
        self.scenario.refuse(command, .invalidValue, says: "webhook_secret_reference must say where the secret lies")
        let rejection = try #require(throws: Rejection.self) {
            guard case .workflowTrigger(let add) = command else { return }
            let order = CommandContext(actor: .system("tests"), occurredAt: self.scenario.now)
            _ = try WorkflowTriggerDecider.decide(add, given: nil, order, in: self.scenario)
        }
        #expect(!rejection.message.contains("hunter2"))
    }

    @Test("is the only one of its type in its workflow, until it is removed")
    func uniqueness() {
        let another = self.triggered.add(.schedule) { $0.settings.scheduleCron = "0 9 * * *" }
        self.scenario.refuse(another, .notUnique, says: "is taken by workflow_trigger \(self.triggered.trigger)")
        let other = self.scenario.workflow("digest", of: self.triggered.acme)
        self.scenario.accept(
            self.triggered.add(.schedule) {
                $0.workflow = other
                $0.settings.scheduleCron = "0 9 * * *"
            }, gives: "workflow_trigger.added")
        self.scenario.accept(
            .workflowTrigger(.remove(.with { $0.id = self.triggered.trigger })), gives: "workflow_trigger.removed")
        self.scenario.accept(another, gives: "workflow_trigger.added")
        self.scenario.refuse(self.triggered.fire(), .ruleBroken, says: "was removed at", "add another")
    }

    @Test("is added to a workflow that is there and not archived")
    func workflows() {
        self.scenario.refuse(
            self.triggered.add(.manual) { $0.workflow = self.scenario.newID() }, .notFound, says: "workflow")
        self.scenario.refuse(
            self.triggered.add(.manual) { $0.id = .zero }, .invalidValue, says: "workflow_trigger_id must be given")
        self.scenario.refuse(
            self.triggered.add(.manual) { $0.id = self.triggered.trigger }, .alreadyExists, says: "workflow_trigger")
        self.scenario.refuse(
            .workflowTrigger(.enable(.with { $0.id = self.scenario.newID() })), .notFound, says: "workflow_trigger")
        self.scenario.accept(.workflow(.archive(.with { $0.id = self.triggered.report })), gives: "workflow.archived")
        self.scenario.refuse(self.triggered.add(.manual), .ruleBroken, says: "is archived and changes no more")
        self.scenario.accept(.workflow(.delete(.with { $0.id = self.triggered.report })), gives: "workflow.deleted")
        self.scenario.refuse(self.triggered.add(.manual), .ruleBroken, says: "was deleted at")
    }

    @Test("waits only while it is enabled and there")
    func waiting() {
        let waiting = WorkflowTrigger.waiting(.schedule)
        #expect(self.scenario.members(of: waiting, as: WorkflowTrigger.self) == [self.triggered.trigger])
        self.scenario.accept(
            .workflowTrigger(
                .disable(
                    .with {
                        $0.id = self.triggered.trigger
                        $0.reason = "holidays"
                    })), gives: "workflow_trigger.disabled")
        #expect(self.triggered.state?.disabledReason == "holidays")
        #expect(self.scenario.members(of: waiting, as: WorkflowTrigger.self).isEmpty)
        self.scenario.refuse(self.triggered.fire(), .ruleBroken, says: "is disabled and does not fire; enable it")
        self.scenario.accept(
            .workflowTrigger(.enable(.with { $0.id = self.triggered.trigger })), gives: "workflow_trigger.enabled")
        #expect(self.scenario.members(of: waiting, as: WorkflowTrigger.self) == [self.triggered.trigger])
    }
}

@Suite("A trigger that fires")
struct WorkflowTriggerFiringTests {
    private let triggered = Triggered()
    private var scenario: Scenario { self.triggered.scenario }

    @Test("queues a run of its workflow, of its own kind, in the same append")
    func firing() throws {
        let ada = self.scenario.user()
        self.scenario.actor = .user(ada.bits)
        let id = self.scenario.newID(WorkflowExecution.self)
        self.scenario.accept(
            self.triggered.fire {
                $0.workflowExecution = id
                $0.input = #"{"ticket":7}"#
                $0.externalTrigger = "delivery-1"
            }, gives: "workflow_trigger.fired")
        let run = try #require(self.scenario.find(id))
        #expect(run.status == .queued)
        #expect(run.workflow == self.triggered.report)
        #expect(run.organization == self.triggered.acme)
        #expect(run.trigger == self.triggered.trigger)
        #expect(run.triggeredBy == .schedule)
        #expect(run.triggeredByUser == ada)
        #expect(run.externalTrigger == "delivery-1")
        #expect(run.input == #"{"ticket":7}"#)
        #expect(run.workflowRevision == 1)
        #expect(run.maxRetries == 3)
        #expect(self.triggered.state?.timesFired == 1)
        #expect(self.triggered.state?.lastFiredAt == self.scenario.now)
    }

    @Test("twice for one moment fires once, and names the run by that moment")
    func naming() throws {
        self.scenario.accept(self.triggered.fire(), gives: "workflow_trigger.fired")
        self.triggered.allow(2)
        self.scenario.accept(self.triggered.fire(), gives: "workflow_trigger.fired")
        let runs = self.scenario.events.compactMap { event -> WorkflowExecutionID? in
            guard case .workflowExecution(.queued(let queued)) = event else { return nil }
            return queued.id
        }
        #expect(runs.count == 2)
        #expect(runs == runs.sorted(), "time-ordered")
    }

    @Test("does not take a run that is another's")
    func otherRun() {
        let run = self.scenario.run(of: self.triggered.report)
        self.scenario.refuse(
            self.triggered.fire { $0.workflowExecution = run }, .alreadyExists, says: "workflow_execution \(run)")
    }

    @Test("keeps no more runs going than it allows: queued, running and paused ones count, ended ones do not")
    func limit() {
        self.triggered.allow(2)
        let (first, second) = (self.triggered.run(), self.triggered.run())
        self.scenario.refuse(
            self.triggered.fire(), .ruleBroken, says: "keeps 2 executions going", "max_concurrent_executions is 2",
            "wait until one ends, or raise the limit")
        self.scenario.reach(.paused, first)
        self.scenario.refuse(self.triggered.fire(), .ruleBroken, says: "keeps 2 executions going")
        self.scenario.reach(.completed, second)
        _ = self.triggered.run()
        self.scenario.refuse(self.triggered.fire(), .ruleBroken, says: "keeps 2 executions going")
        self.triggered.allow(3)
        _ = self.triggered.run()
        // Runs that others asked for are not its own.
        _ = self.scenario.run(of: self.triggered.report)
    }

    @Test("makes a retry wait where it has fired again since")
    func retries() {
        let first = self.triggered.run()
        self.scenario.reach(.failed, first)
        let second = self.triggered.run()
        self.scenario.reach(.pending, second)
        self.scenario.accept(
            .workflowExecution(.scheduleRetry(.with { $0.id = first })), gives: "workflow_execution.retry_scheduled")
        self.scenario.refuse(
            .workflowExecution(.dispatch(.with { $0.id = first })), .ruleBroken, says: "keeps 1 executions going")
        self.scenario.accept(
            .workflowExecution(.cancel(.with { $0.id = second })), gives: "workflow_execution.cancelled")
        self.scenario.reach(.completed, first)
    }

    @Test("needs a workflow that is active")
    func workflows() {
        self.scenario.accept(.workflow(.pause(.with { $0.id = self.triggered.report })), gives: "workflow.paused")
        self.scenario.refuse(self.triggered.fire(), .ruleBroken, says: "is paused and runs nothing; activate it")
        self.scenario.accept(.workflow(.archive(.with { $0.id = self.triggered.report })), gives: "workflow.archived")
        self.scenario.refuse(self.triggered.fire(), .ruleBroken, says: "is archived")
    }

    @Test("is the only way to a run of its own")
    func onlyWay() {
        self.scenario.refuse(
            self.scenario.queued(self.triggered.report) { $0.trigger = self.triggered.trigger }, .invalidValue,
            says: "let workflow_trigger.fire queue it")
    }

    @Test("by a webhook, an event or a hand says so", arguments: WorkflowTriggerType.allCases)
    func origins(type: WorkflowTriggerType) {
        let trigger = self.scenario.newID(WorkflowTrigger.self)
        let run = self.scenario.newID(WorkflowExecution.self)
        self.scenario.accept(
            .workflowTrigger(.remove(.with { $0.id = self.triggered.trigger })), gives: "workflow_trigger.removed")
        self.scenario.accept(
            self.triggered.add(type) {
                $0.id = trigger
                $0.settings.scheduleCron = type == .schedule ? "* * * * *" : nil
                $0.settings.webhookURL = type == .webhook ? "https://hooks.example" : nil
                $0.settings.eventType = type == .event ? "ticket.opened" : nil
            }, gives: "workflow_trigger.added")
        self.scenario.accept(
            self.triggered.fire {
                $0.id = trigger
                $0.workflowExecution = run
            }, gives: "workflow_trigger.fired")
        let origins: [WorkflowTriggerType: WorkflowExecution.Trigger] = [
            .schedule: .schedule, .webhook: .webhook, .event: .internal, .manual: .manual,
        ]
        #expect(self.scenario.find(run)?.triggeredBy == origins[type])
    }
}
