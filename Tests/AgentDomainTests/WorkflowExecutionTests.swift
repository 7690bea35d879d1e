import LedgerDomain
import LedgerEvents
import Testing

@Suite("A workflow execution")
struct WorkflowExecutionTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let report: WorkflowID

    init() {
        self.acme = self.scenario.organization()
        self.report = self.scenario.workflow("weekly report", of: self.acme)
    }

    private func state(_ run: WorkflowExecutionID) throws -> WorkflowExecution {
        try #require(self.scenario.find(run))
    }

    @Test("takes its organization, revision, retries and correlation from where they are known")
    func queueing() throws {
        let run = try self.state(self.scenario.run(of: self.report) { $0.organization = ID(bits: 99) })
        #expect(run.organization == self.acme)
        #expect(run.workflowRevision == 1)
        #expect(run.maxRetries == 3)
        #expect(run.correlationID.bits == run.id.bits)
        #expect(run.status == .queued)
        #expect(run.startedAt == nil)
        #expect(run.queuedAt == self.scenario.now)
    }

    @Test("needs a workflow that takes runs, and an id of its own")
    func refusals() {
        self.scenario.refuse(self.scenario.queued(ID(bits: 99)), .notFound, says: "there is no workflow")
        self.scenario.refuse(
            self.scenario.queued(self.report) { $0.id = .zero }, .invalidValue, says: "execution_id must be given")
        self.scenario.refuse(
            self.scenario.queued(self.report) { $0.maxRetries = -1 }, .invalidValue, says: "max_retries is -1")
        self.scenario.refuse(
            self.scenario.queued(self.report) { $0.parent = ID(bits: 99) }, .notFound,
            says: "there is no workflow_execution")
        let run = self.scenario.run(of: self.report)
        let other = self.scenario.workflow("digest", of: self.acme)
        self.scenario.refuse(self.scenario.queued(other) { $0.id = run }, .alreadyExists, says: "other contents")
        self.scenario.accept(.workflow(.archive(.with { $0.id = other })), gives: "workflow.archived")
        self.scenario.refuse(self.scenario.queued(other), .ruleBroken, says: "takes no new runs")
        self.scenario.accept(.workflow(.delete(.with { $0.id = self.report })), gives: "workflow.deleted")
        self.scenario.refuse(self.scenario.queued(self.report), .ruleBroken, says: "takes no new runs")
        self.scenario.refuse(
            .workflowExecution(.start(.with { $0.id = ID(bits: 98) })), .notFound, says: "there is no")
    }

    @Test("has an agent and a parent that its workflow's organization may have to do with")
    func strangers() {
        let globex = self.scenario.organization("globex")
        let agent = self.scenario.agent(of: globex)
        let parent = self.scenario.run(of: self.scenario.workflow(of: globex))
        self.scenario.refuse(
            self.scenario.queued(self.report) { $0.agent = ID(bits: 99) }, .notFound, says: "there is no agent")
        self.scenario.refuse(
            self.scenario.queued(self.report) { $0.agent = agent }, .ruleBroken, says: "nor shared with it")
        self.scenario.refuse(
            self.scenario.queued(self.report) { $0.parent = parent }, .ruleBroken,
            says: "belongs to another organization")
    }

    @Test("keeps the times and the reasons of what happened to it")
    func times() throws {
        let run = self.scenario.running(self.report)
        let started = self.scenario.now
        self.scenario.accept(
            .workflowExecution(
                .pause(
                    .with {
                        $0.id = run
                        $0.reason = "lunch"
                    })), gives: "workflow_execution.paused")
        #expect(try self.state(run).statusMessage == "lunch")
        #expect(try self.state(run).pausedAt == self.scenario.now)
        self.scenario.accept(.workflowExecution(.resume(.with { $0.id = run })), gives: "workflow_execution.resumed")
        #expect(try self.state(run).statusMessage == nil)
        self.scenario.accept(
            .workflowExecution(
                .complete(
                    .with {
                        $0.id = run
                        $0.output = #"{"pages":3}"#
                        $0.message = "done"
                    })), gives: "workflow_execution.completed")
        let state = try self.state(run)
        #expect(state.startedAt == started)
        #expect(state.durationMilliseconds == 3000)
        #expect(state.output == #"{"pages":3}"#)
        #expect(state.statusMessage == "done")
        #expect(state.updatedAt == self.scenario.now)
    }

    @Test("that fails is retried as often as its limit allows, and begins anew each time")
    func retries() throws {
        let run = self.scenario.run(of: self.report) { $0.maxRetries = 2 }
        let retry = DomainCommand.workflowExecution(.scheduleRetry(.with { $0.id = run }))
        for attempt in 1...2 {
            self.scenario.reach(.failed, run)
            #expect(
                self.scenario.accept(retry, gives: "workflow_execution.retry_scheduled") == [
                    .workflowExecution(
                        .retryScheduled(
                            .with {
                                $0.id = run
                                $0.retryCount = attempt
                            }))
                ])
            let state = try self.state(run)
            #expect(state.retryCount == attempt)
            #expect(state.startedAt == nil)
            #expect(state.completedAt == nil)
            #expect(state.errorCode == nil)
            #expect(state.durationMilliseconds == nil)
        }
        self.scenario.reach(.failed, run)
        self.scenario.refuse(retry, .ruleBroken, says: "was retried 2 times; max_retries is 2")
    }

    @Test("is not dispatched before its retry is due")
    func waiting() throws {
        let run = self.scenario.run(of: self.report)
        self.scenario.reach(.failed, run)
        let due = self.scenario.now.advanced(bySeconds: 60)
        self.scenario.accept(
            .workflowExecution(
                .scheduleRetry(
                    .with {
                        $0.id = run
                        $0.notBefore = due
                    })), gives: "workflow_execution.retry_scheduled")
        #expect(try self.state(run).retryAt == due)
        self.scenario.refuse(
            .workflowExecution(.dispatch(.with { $0.id = run })), .ruleBroken, says: "dispatch it at \(due) or later")
        // The clock moves on by a second first.
        self.scenario.now = due.advanced(bySeconds: -1)
        self.scenario.reach(.completed, run)
    }

    @Test("of a workflow without retries is not retried")
    func noRetries() {
        let run = self.scenario.run(of: self.report) { $0.maxRetries = 0 }
        self.scenario.reach(.failed, run)
        self.scenario.refuse(
            .workflowExecution(.scheduleRetry(.with { $0.id = run })), .ruleBroken, says: "max_retries is 0")
    }

    @Test("that takes too long lets its resources go in the same decision")
    func timeouts() throws {
        let run = self.scenario.running(self.report)
        let events = self.scenario.accept(
            .workflowExecution(
                .timeOut(
                    .with {
                        $0.id = run
                        $0.message = "an hour is over"
                    })), gives: "workflow_execution.timed_out", "workflow_execution.resources_released")
        #expect(events.last == .workflowExecution(.resourcesReleased(.with { $0.id = run })))
        let state = try self.state(run)
        #expect(state.status == .timeout)
        #expect(state.errorCode == "timeout")
        #expect(state.statusMessage == "an hour is over")
        #expect(state.resourcesReleasedAt == self.scenario.now)
        #expect(state.completedAt == self.scenario.now)
    }

    @Test("reports what it uses, in any state, and only what is new")
    func resourceUsage() throws {
        let run = self.scenario.run(of: self.report)
        func report(_ usage: JSONText) -> DomainCommand {
            .workflowExecution(
                .reportResourceUsage(
                    .with {
                        $0.id = run
                        $0.usage = usage
                    }))
        }
        self.scenario.accept(report("{}"))
        self.scenario.refuse(report("[]"), .invalidValue, says: "resource_usage must be a JSON object")
        self.scenario.accept(report(#"{"cpu":1}"#), gives: "workflow_execution.resource_usage_reported")
        self.scenario.reach(.completed, run)
        self.scenario.accept(report(#"{"cpu":2}"#), gives: "workflow_execution.resource_usage_reported")
        #expect(try self.state(run).resourceUsage == #"{"cpu":2}"#)
    }

    @Test("has its correlation id to itself; its children share it")
    func correlations() throws {
        let trace = CorrelationID(bits: 0xABCD)
        let root = self.scenario.run(of: self.report) { $0.correlation = trace }
        self.scenario.refuse(
            self.scenario.queued(self.report) { $0.correlation = trace }, .notUnique,
            says: "correlation_id \(trace) is taken by workflow_execution \(root)")
        let child = self.scenario.run(of: self.report) {
            $0.parent = root
            $0.correlation = CorrelationID(bits: 1)
        }
        let grandchild = self.scenario.run(of: self.report) { $0.parent = child }
        #expect(try self.state(child).correlationID == trace)
        #expect(try self.state(grandchild).correlationID == trace)
        let plain = self.scenario.run(of: self.report)
        self.scenario.refuse(
            self.scenario.queued(self.report) { $0.correlation = CorrelationID(bits: plain.bits) }, .notUnique,
            says: "is that of another root execution")
    }

    @Test("cannot take by its own id the correlation id that another root has")
    func correlationByID() {
        let id = WorkflowExecutionID(bits: 0xABCD)
        let root = self.scenario.run(of: self.report) { $0.correlation = CorrelationID(bits: id.bits) }
        self.scenario.refuse(
            self.scenario.queued(self.report) { $0.id = id }, .notUnique, says: "is taken by workflow_execution \(root)"
        )
    }
}
