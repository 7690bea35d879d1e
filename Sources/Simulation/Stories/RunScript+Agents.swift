import LedgerDomain
import LedgerEvents

/// What an agent does in a run.
extension RunScript {
    /// How an agent's part ends.
    enum PartEnding {
        case completed
        case failed(String)
        /// It is at work when the story turns elsewhere.
        case stuck
    }

    /// An agent's part, from the queue to its end.
    @discardableResult
    mutating func work(
        _ agent: SimulatedAgent, until ending: PartEnding = .completed, under parent: AgentExecutionID? = nil
    ) -> AgentExecutionID {
        let part = self.queuePart(agent, under: parent)
        if case .completed = ending, self.dice.chance(perMille: 25) {
            self.skip(part, "its condition did not hold")
            return part
        }
        self.start(part)
        for round in 0..<self.dice.within(1...3) {
            self.converse(agent, part, isFirst: round == 0)
        }
        if parent == nil, self.dice.chance(perMille: 120) { self.work(self.helper(of: agent), under: part) }
        switch ending {
        case .completed:
            if self.dice.chance(perMille: 40) { self.repeatAfterFailure(agent, part) }
            self.measure(agent, part)
            self.complete(part)
        case .failed(let reason):
            self.log(.error, reason, in: part)
            self.end(part, reason)
        case .stuck: break
        }
        return part
    }

    /// Two agents at work at the same time.
    mutating func workSideBySide(_ a: SimulatedAgent, _ b: SimulatedAgent) {
        let (count, start) = (self.script.requests.count, self.script.now)
        self.work(a)
        let (first, firstEnd) = (self.script.cut(to: count), self.script.now)
        self.script.now = start
        self.work(b)
        let second = self.script.cut(to: count)
        self.script.interleave(first, second)
        self.script.now = max(self.script.now, firstEnd)
    }

    /// Whom an agent asks for help: a neighbour.
    private mutating func helper(of agent: SimulatedAgent) -> SimulatedAgent {
        self.dice.pick(self.setting.organization.agents)
    }

    mutating func queuePart(_ agent: SimulatedAgent, under parent: AgentExecutionID? = nil) -> AgentExecutionID {
        let part: AgentExecutionID = self.dice.id(at: self.script.now.advanced(byMilliseconds: 5))
        self.script.add(
            after: 5,
            .agentExecution(
                .queue(
                    .with {
                        $0.id = part
                        $0.workflowExecution = self.run
                        $0.agent = agent.id
                        $0.parent = parent
                        $0.input = JSONText(uncheckedCanonical: #"{"step":\#(self.dice.within(1...9))}"#)
                    })))
        return part
    }

    mutating func skip(_ part: AgentExecutionID, _ reason: String) {
        self.script.add(
            after: 10,
            .agentExecution(
                .skip(
                    .with {
                        $0.id = part
                        $0.reason = reason
                    })))
    }

    private mutating func start(_ part: AgentExecutionID) {
        self.script.add(
            after: self.dice.within(5...300),
            .agentExecution(.start(.with { $0.id = part })))
        self.log(self.dice.chance(perMille: 700) ? .debug : .info, Names.messages[0], in: part)
    }

    private mutating func complete(_ part: AgentExecutionID) {
        self.script.add(
            after: self.dice.within(5...100),
            .agentExecution(
                .complete(
                    .with {
                        $0.id = part
                        $0.output = JSONText(uncheckedCanonical: #"{"confidence":0.\#(self.dice.within(51...99))}"#)
                    })))
    }

    /// Ends a part that is at work.
    mutating func end(_ part: AgentExecutionID, _ reason: String) {
        self.script.add(
            after: 20,
            .agentExecution(
                .fail(
                    .with {
                        $0.id = part
                        $0.reason = reason
                        $0.errorDetails = JSONText(uncheckedCanonical: #"{"retryable":true}"#)
                    })))
    }

    /// Fails, goes back to the queue and works once more.
    private mutating func repeatAfterFailure(_ agent: SimulatedAgent, _ part: AgentExecutionID) {
        let reason = self.dice.pick(Names.errors).message
        self.log(.error, reason, in: part)
        self.end(part, reason)
        self.script.add(after: 1000, .agentExecution(.retry(.with { $0.id = part })))
        self.start(part)
        self.converse(agent, part, isFirst: false)
    }

    /// One question to the model, and the tools that it asks for.
    private mutating func converse(_ agent: SimulatedAgent, _ part: AgentExecutionID, isFirst: Bool) {
        // The last is the one that is being tried out.
        let tried = self.dice.chance(perMille: 15) ? self.setting.models.count - 1 : agent.model
        let model = self.setting.models[tried]
        let usesTools = self.dice.chance(perMille: 450)
        self.call(model, in: part, isCached: !isFirst, finish: usesTools ? Self.toolCalls : Self.stop)
        guard usesTools else { return }
        for _ in 0..<self.dice.skewed(1...3) { self.useTool(in: part) }
        self.log(.info, self.dice.pick(Names.messages), in: part)
    }

    private static let stop = ["stop"]
    private static let toolCalls = ["tool_calls"]
}
