import LedgerDomain
import LedgerEvents

/// Writes the story of one run of a workflow, from the queue to its end, with all that its agents did.
struct RunScript {
    /// What a run needs to know of the company.
    struct Setting {
        var organization: SimulatedOrganization
        var workflow: SimulatedWorkflow
        /// The workflow's agents, at least one.
        var agents: [SimulatedAgent]
        var models: [SimulatedModel]
        /// People to whom something happens on this day.
        var busy: [UserID]
    }

    let setting: Setting
    let run: WorkflowExecutionID
    /// The run's id as OpenTelemetry would write it.
    let trace: String
    var dice: Dice
    var script: Script
    /// When a run of the same workflow was started from within this one; nil for most.
    private(set) var childQueuedAt: Instant?

    /// - Parameter parent: the run that this one was started from.
    init(in place: Int, at instant: Instant, _ setting: Setting, parent: WorkflowExecutionID?, dice: Dice) {
        self.setting = setting
        self.dice = dice
        self.script = Script(organization: place, from: instant, actor: .runtime, source: .worker)
        self.script.isRun = true
        self.run = self.dice.id(at: instant)
        let (high, low) = (UInt64(truncatingIfNeeded: self.run.bits >> 64), UInt64(truncatingIfNeeded: self.run.bits))
        self.trace = Self.hexadecimal(high) + Self.hexadecimal(low)
        self.queue(parent)
        if self.dice.chance(perMille: 12) {
            self.cancel("asked for twice", after: self.dice.within(200...4000))
        } else {
            // One in a hundred and twenty has no chance, however often it is tried.
            self.attempts(isDoomed: self.dice.chance(perMille: 8))
        }
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    // MARK: From the queue to the end

    private enum Ending {
        case completed, failed, timedOut, cancelled
    }

    private mutating func attempts(isDoomed: Bool) {
        var attempt = 0
        while true {
            self.script.add(
                after: self.dice.skewed(100...20_000),
                .workflowExecution(
                    .dispatch(
                        .with {
                            $0.id = self.run
                            $0.worker = Self.workers[self.dice.below(Self.workers.count)]
                        })))
            if attempt == 0, self.dice.chance(perMille: 12) {
                return self.cancel("no longer needed", after: self.dice.within(50...3000))
            }
            self.script.add(
                after: self.dice.skewed(20...2000),
                .workflowExecution(.start(.with { $0.id = self.run })))
            let started = self.script.now
            switch isDoomed ? .failed : self.ending(attempt) {
            case .completed: return self.complete()
            case .timedOut: return self.timeOut(since: started)
            case .cancelled: return self.breakOff()
            case .failed:
                self.fail(attempt)
                let isGivenUp = !isDoomed && self.dice.chance(perMille: 150)
                if attempt == self.setting.workflow.maxRetries || isGivenUp { return }
                attempt += 1
                self.retry(attempt)
            }
        }
    }

    private static let workers = (1...8).map { "worker-\($0)" }

    private mutating func ending(_ attempt: Int) -> Ending {
        switch self.dice.below(1000) {
        case 0..<20: .timedOut
        case 20..<50: .cancelled
        case 50..<(attempt == 0 ? 150 : 400): .failed
        case _: .completed
        }
    }

    private mutating func queue(_ parent: WorkflowExecutionID?) {
        var queued = WorkflowExecutionQueued()
        queued.id = self.run
        queued.workflow = self.setting.workflow.id
        queued.agent = self.dice.chance(perMille: 300) ? self.setting.agents[0].id : nil
        queued.parent = parent
        queued.input = JSONText(
            uncheckedCanonical: #"{"ticket":"T-\#(self.dice.within(10_000...99_999))","language":"en"}"#)
        queued.metadata =
            self.dice.chance(perMille: 100) ? JSONText(uncheckedCanonical: #"{"priority":"high"}"#) : .emptyObject
        let asker = self.dice.pick(self.setting.organization.members)
        if parent != nil {
            queued.triggeredBy = .internal
        } else {
            switch self.dice.below(10) {
            case 0..<4: return self.fire(with: queued.input)
            case 4..<6:
                queued.triggeredBy = .webhook
                queued.externalTrigger = "hook-\(self.dice.hexadecimal(8))"
                // Whoever calls knows its own.
                queued.correlation = self.dice.id(at: self.script.now)
            case 6..<8:
                queued.triggeredBy = .api
                if let key = self.setting.organization.key { self.script.actor = .apiKey(key.bits) }
                self.script.source = .api
            // Whose account is closed or whose role is changed on this day does not ask in person.
            case _ where asker.role == .viewer || self.setting.busy.contains(asker.user):
                queued.triggeredBy = .internal
                self.script.onBehalfOf = asker.actor
            case _:
                queued.triggeredByUser = asker.user
                self.script.actor = asker.actor
                self.script.source = .web
            }
        }
        self.script.add(.workflowExecution(.queue(queued)))
        self.script.actor = .runtime
        self.script.onBehalfOf = nil
        self.script.source = .worker
    }

    /// The clock starts it.
    private mutating func fire(with input: JSONText) {
        self.script.actor = .scheduler
        self.script.add(
            .workflowTrigger(
                .fire(
                    .with {
                        $0.id = self.setting.workflow.schedule
                        $0.workflowExecution = self.run
                        $0.input = input
                    })))
        self.script.actor = .runtime
    }

    private mutating func retry(_ attempt: Int) {
        let backoff = (30 * Milliseconds.second) << attempt
        let asked = self.script.now.advanced(byMilliseconds: 500)
        self.script.add(
            after: 500,
            .workflowExecution(
                .scheduleRetry(
                    .with {
                        $0.id = self.run
                        $0.notBefore = asked.advanced(byMilliseconds: backoff)
                    })))
        self.script.wait(milliseconds: backoff)
    }

    private mutating func pause(_ reason: String) {
        self.script.add(
            after: self.dice.within(100...2000),
            .workflowExecution(
                .pause(
                    .with {
                        $0.id = self.run
                        $0.reason = reason
                    })))
    }

    private mutating func cancel(_ reason: String, after milliseconds: Int) {
        self.script.actor = self.setting.organization.administrator.actor
        self.script.source = .web
        self.script.add(
            after: milliseconds,
            .workflowExecution(
                .cancel(
                    .with {
                        $0.id = self.run
                        $0.reason = reason
                    })))
        self.script.actor = .runtime
        self.script.source = .worker
    }

    private mutating func reportUsage() {
        let (cpu, memory) = (self.dice.within(1...400), self.dice.within(128...2048))
        let usage = #"{"cpu_seconds":\#(cpu),"memory_mb":\#(memory)}"#
        self.script.add(
            after: 40,
            .workflowExecution(
                .reportResourceUsage(
                    .with {
                        $0.id = self.run
                        $0.usage = JSONText(uncheckedCanonical: usage)
                    })))
    }

    // MARK: The ways it goes

    private mutating func complete() {
        if self.dice.chance(perMille: 30) {
            self.childQueuedAt = self.script.now.advanced(byMilliseconds: self.dice.within(100...5000))
        }
        let agents = self.setting.agents
        var last: AgentExecutionID?
        if self.setting.workflow.isParallel, agents.count > 1 {
            self.workSideBySide(agents[0], agents[1])
            for agent in agents[2...] { last = self.work(agent) }
        } else {
            for agent in agents {
                last = self.work(agent)
                if self.dice.chance(perMille: 40) { self.waitForApproval() }
            }
        }
        if self.dice.chance(perMille: 150) { self.reportUsage() }
        self.script.add(
            after: self.dice.within(20...400),
            .workflowExecution(
                .complete(
                    .with {
                        $0.id = self.run
                        $0.output = JSONText(
                            uncheckedCanonical: #"{"answer_tokens":\#(self.dice.within(20...900)),"resolved":true}"#)
                    })))
        if self.dice.chance(perMille: 500) { self.evaluate(last) }
    }

    private mutating func waitForApproval() {
        self.pause("waits for approval")
        self.script.actor = self.setting.organization.administrator.actor
        self.script.source = .web
        self.script.add(
            after: self.dice.skewed(Milliseconds.minute...(8 * Milliseconds.hour)),
            .workflowExecution(.resume(.with { $0.id = self.run })))
        self.script.actor = .runtime
        self.script.source = .worker
    }

    private mutating func fail(_ attempt: Int) {
        let agents = self.setting.agents
        let broken = self.dice.below(agents.count)
        for agent in agents[..<broken] { self.work(agent) }
        let error = self.dice.pick(Names.errors)
        self.work(agents[broken], until: .failed(error.message))
        self.log(.critical, error.message, in: nil)
        self.script.add(
            after: self.dice.within(10...200),
            .workflowExecution(
                .fail(
                    .with {
                        $0.id = self.run
                        $0.errorCode = error.code
                        $0.errorMessage = error.message
                    })))
    }

    private mutating func timeOut(since started: Instant) {
        let stuck = self.work(self.setting.agents[0], until: .stuck)
        let deadline = started.advanced(byMilliseconds: self.setting.workflow.timeoutSeconds * Milliseconds.second)
        self.script.now = max(self.script.now, deadline)
        self.script.add(
            .workflowExecution(
                .timeOut(
                    .with {
                        $0.id = self.run
                        $0.message = "ran for longer than \(self.setting.workflow.timeoutSeconds) s"
                    })))
        self.end(stuck, "the run timed out")
    }

    /// Somebody cancels while an agent is at work, or while the run waits for an answer.
    private mutating func breakOff() {
        let waiting = self.setting.agents.dropFirst().map { self.queuePart($0) }
        let busy = self.work(self.setting.agents[0], until: .stuck)
        if self.dice.chance(perMille: 400) {
            self.pause("waits for an answer")
            self.cancel("nobody answered", after: self.dice.within(Milliseconds.hour...(6 * Milliseconds.hour)))
        } else {
            self.cancel("the customer withdrew", after: self.dice.within(500...60_000))
        }
        self.end(busy, "the run was cancelled")
        for part in waiting { self.skip(part, "the run was cancelled") }
    }
}
