import LedgerDomain
import LedgerEvents
import Testing

@Suite("An agent execution")
struct AgentExecutionTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let report: WorkflowID
    let run: WorkflowExecutionID

    init() {
        self.acme = self.scenario.organization()
        self.report = self.scenario.workflow("weekly report", of: self.acme)
        self.run = self.scenario.running(self.report)
    }

    private func start(_ id: AgentExecutionID) -> DomainCommand { .agentExecution(.start(.with { $0.id = id })) }

    private func queue(_ fill: (inout AgentExecutionQueued) -> Void) -> DomainCommand {
        var queued = AgentExecutionQueued()
        queued.id = self.scenario.newID()
        queued.workflowExecution = self.run
        fill(&queued)
        return .agentExecution(.queue(queued))
    }

    @Test("belongs to its run, with the run's organization and correlation")
    func belonging() throws {
        let agent = self.scenario.agent(of: self.acme)
        let id = self.scenario.agentExecution(in: self.run) {
            $0.agent = agent
            $0.organization = ID(bits: 99)
            $0.correlation = ID(bits: 98)
        }
        let state = try #require(self.scenario.find(id))
        #expect(state.organization == self.acme)
        #expect(state.correlationID.bits == self.run.bits)
        #expect(state.agent == agent)
        #expect(state.status == .queued)
    }

    @Test("needs a run and an agent that exist, and an id that no other part has")
    func refusals() {
        self.scenario.refuse(
            self.queue { $0.workflowExecution = ID(bits: 99) }, .notFound, says: "there is no workflow_execution")
        self.scenario.refuse(self.queue { $0.agent = ID(bits: 99) }, .notFound, says: "there is no agent")
        self.scenario.refuse(self.queue { $0.id = .zero }, .invalidValue, says: "agent_execution_id")
        let id = self.scenario.agentExecution(in: self.run)
        let other = self.scenario.run(of: self.report)
        self.scenario.refuse(
            self.queue {
                $0.id = id
                $0.workflowExecution = other
            }, .alreadyExists, says: "agent_execution \(id)")
        self.scenario.refuse(self.start(ID(bits: 99)), .notFound, says: "there is no agent_execution")
    }

    @Test("has a parent of its own run, or none")
    func parents() {
        let parent = self.scenario.agentExecution(in: self.run)
        let child = self.scenario.agentExecution(in: self.run) { $0.parent = parent }
        #expect(self.scenario.find(child)?.parent == parent)
        let elsewhere = self.scenario.agentExecution(in: self.scenario.running(self.report))
        self.scenario.refuse(
            self.queue { $0.parent = elsewhere }, .ruleBroken, says: "belongs to another workflow execution")
        self.scenario.refuse(self.queue { $0.parent = ID(bits: 99) }, .notFound, says: "there is no agent_execution")
    }

    @Test("does not start after its run has ended, but may be told of late")
    func finishedParent() throws {
        let late = self.scenario.agentExecution(in: self.run)
        let told = self.scenario.agentExecution(in: self.run)
        self.scenario.accept(
            .workflowExecution(.complete(.with { $0.id = self.run })), gives: "workflow_execution.completed")
        let end = try #require(self.scenario.find(self.run)?.completedAt)
        self.scenario.now = end.advanced(bySeconds: 60)
        self.scenario.refuse(self.start(late), .ruleBroken, says: "ended at \(end); no agent starts in it")
        // The command comes after the end, what it tells of does not: the clock moves on by a second first.
        self.scenario.now = end.advanced(bySeconds: -1)
        self.scenario.accept(self.start(told), gives: "agent_execution.started")
    }

    @Test("starts, completes, and says how long it took")
    func life() throws {
        let id = self.scenario.agentExecution(in: self.run) { $0.input = #"{"question":1}"# }
        self.scenario.accept(self.start(id), gives: "agent_execution.started")
        self.scenario.accept(
            .agentExecution(
                .complete(
                    .with {
                        $0.id = id
                        $0.output = #""answer""#
                    })), gives: "agent_execution.completed")
        let state = try #require(self.scenario.find(id))
        #expect(state.status == .completed)
        #expect(state.durationMilliseconds == 1000)
        #expect(state.output == #""answer""#)
        #expect(state.input == #"{"question":1}"#)
    }

    @Test("that failed is retried from the queue, and counts how often")
    func retries() throws {
        let id = self.scenario.agentExecution(in: self.run)
        for attempt in 1...4 {
            self.scenario.accept(self.start(id), gives: "agent_execution.started")
            self.scenario.accept(
                .agentExecution(
                    .fail(
                        .with {
                            $0.id = id
                            $0.reason = "no answer"
                        })), gives: "agent_execution.failed")
            #expect(self.scenario.find(id)?.statusReason == "no answer")
            self.scenario.accept(.agentExecution(.retry(.with { $0.id = id })), gives: "agent_execution.retried")
            let state = try #require(self.scenario.find(id))
            #expect(state.retryCount == attempt)
            #expect(state.statusReason == nil)
            #expect(state.startedAt == nil)
            #expect(state.completedAt == nil)
        }
    }

    @Test("goes only where its state allows, and says where that is")
    func transitions() {
        let commands: [(to: String, make: (AgentExecutionID) -> DomainCommand)] = [
            ("running", { id in .agentExecution(.start(.with { $0.id = id })) }),
            ("completed", { id in .agentExecution(.complete(.with { $0.id = id })) }),
            ("failed", { id in .agentExecution(.fail(.with { $0.id = id })) }),
            ("skipped", { id in .agentExecution(.skip(.with { $0.id = id })) }),
            ("queued", { id in .agentExecution(.retry(.with { $0.id = id })) }),
        ]
        let allowed = [
            "queued": "running, skipped", "running": "completed, failed", "failed": "queued",
        ]
        let paths = ["queued": [], "running": [0], "completed": [0, 1], "failed": [0, 2], "skipped": [3]]
        for (from, path) in paths {
            let id = self.scenario.agentExecution(in: self.run)
            for step in path { self.force(commands[step].make(id)) }
            #expect(self.scenario.find(id)?.status.rawValue == from)
            for (to, make) in commands where to != from || from == "queued" {
                if allowed[from]?.split(separator: ", ").map(String.init).contains(to) == true { continue }
                let words =
                    allowed[from].map { "an agent execution cannot go from \(from) to \(to); allowed: \($0)" }
                    ?? "agent execution is \(from); no further transition is allowed"
                self.scenario.refuse(make(id), .invalidTransition, says: words)
            }
            if from != "queued" { self.scenario.accept(commands.first { $0.to == from }!.make(id)) }
        }
    }

    private func force(_ command: DomainCommand) {
        switch command {
        case .agentExecution(.start): self.scenario.accept(command, gives: "agent_execution.started")
        case .agentExecution(.complete): self.scenario.accept(command, gives: "agent_execution.completed")
        case .agentExecution(.fail): self.scenario.accept(command, gives: "agent_execution.failed")
        case _: self.scenario.accept(command, gives: "agent_execution.skipped")
        }
    }
}
