import LedgerDomain
import LedgerEvents
import Testing

@Suite("Facts of a run")
struct FactTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let report: WorkflowID
    let run: WorkflowExecutionID

    init() {
        self.acme = self.scenario.organization()
        self.report = self.scenario.workflow("weekly report", of: self.acme)
        self.run = self.scenario.running(self.report)
    }

    private func toolCall(_ fill: (inout ToolCall) -> Void) -> DomainCommand {
        var call = ToolCall()
        call.id = self.scenario.newID()
        call.workflowExecution = self.run
        call.name = "search"
        fill(&call)
        return .toolCall(.record(call))
    }

    private func logLine(_ fill: (inout LogLine) -> Void) -> DomainCommand {
        var line = LogLine()
        line.id = self.scenario.newID()
        line.workflowExecution = self.run
        fill(&line)
        return .logLine(.record(line))
    }

    private func metric(_ fill: (inout Metric) -> Void) -> DomainCommand {
        var metric = Metric()
        metric.id = self.scenario.newID()
        metric.metricType = "latency"
        metric.value = 1
        fill(&metric)
        return .metric(.record(metric))
    }

    private func evaluation(_ fill: (inout Evaluation) -> Void) -> DomainCommand {
        var evaluation = Evaluation()
        evaluation.id = self.scenario.newID()
        evaluation.workflowExecution = self.run
        evaluation.evaluator = "critic"
        evaluation.score = ExactDecimal(50)
        fill(&evaluation)
        return .evaluation(.record(evaluation))
    }

    @Test("a model call takes its organization from the run, and is a chat unless it says otherwise")
    func modelCall() {
        let events = self.scenario.accept(
            self.scenario.modelCall(in: self.run) { $0.organization = ID(bits: 9) }, gives: "model_call.recorded")
        guard case .modelCall(.recorded(let call)) = events.first else { return }
        #expect(call.organization == self.acme)
        #expect(call.operation == "chat")
        #expect(call.computedCost == nil)
    }

    @Test("a model call needs a model, a run, and tokens that are not negative")
    func modelCallRefusals() {
        let scenario = self.scenario
        scenario.refuse(
            scenario.modelCall(in: self.run) { $0.model = "" }, .invalidValue, says: "model must not be empty")
        scenario.refuse(scenario.modelCall(in: self.run) { $0.id = .zero }, .invalidValue, says: "model_call_id")
        scenario.refuse(scenario.modelCall(in: ID(bits: 99)), .notFound, says: "there is no workflow_execution")
        scenario.refuse(
            scenario.modelCall(in: self.run) { $0.agentExecution = ID(bits: 99) }, .notFound,
            says: "there is no agent_execution")
        let elsewhere = scenario.agentExecution(in: scenario.running(self.report))
        scenario.refuse(
            scenario.modelCall(in: self.run) { $0.agentExecution = elsewhere }, .ruleBroken,
            says: "belongs to another workflow execution")
        let buckets: [(String, WritableKeyPath<ModelCall, Int>)] = [
            ("input_tokens", \.inputTokens), ("cached_input_tokens", \.cachedInputTokens),
            ("cache_write_tokens", \.cacheWriteTokens), ("output_tokens", \.outputTokens),
            ("reasoning_tokens", \.reasoningTokens),
        ]
        for (name, bucket) in buckets {
            scenario.refuse(
                scenario.modelCall(in: self.run) { $0[keyPath: bucket] = -1 }, .invalidValue, says: "\(name) is -1")
            scenario.refuse(
                scenario.modelCall(in: self.run) { $0[keyPath: bucket] = .max }, .invalidValue,
                says: "\(name) is \(Int.max)")
        }
    }

    @Test("what a source says a call cost must be an amount that sums can hold")
    func reportedCost() {
        let huge = Money(ExactDecimal("9000000000000000000") ?? .zero, .usd)
        self.scenario.refuse(
            self.scenario.modelCall(in: self.run) { $0.reportedCost = huge }, .invalidValue, says: "reported_cost")
        self.scenario.refuse(
            self.scenario.modelCall(in: self.run) { $0.reportedCost = Money(ExactDecimal(-1), .usd) }, .invalidValue,
            says: "reported_cost")
    }

    @Test("a call may be told of after its run has ended")
    func lateCall() {
        self.scenario.accept(
            .workflowExecution(.complete(.with { $0.id = self.run })), gives: "workflow_execution.completed")
        self.scenario.accept(self.scenario.modelCall(in: self.run), gives: "model_call.recorded")
    }

    @Test("a tool call needs a name and a duration that is not negative")
    func toolCall() {
        self.scenario.accept(self.toolCall { $0.outcome = .error }, gives: "tool_call.recorded")
        self.scenario.refuse(self.toolCall { $0.name = "" }, .invalidValue, says: "tool_name")
        self.scenario.refuse(self.toolCall { $0.durationMilliseconds = -1 }, .invalidValue, says: "duration_ms is -1")
        self.scenario.refuse(self.toolCall { $0.workflowExecution = ID(bits: 99) }, .notFound, says: "there is no")
    }

    @Test("a log line needs a run that exists")
    func logLine() {
        let part = self.scenario.agentExecution(in: self.run)
        let events = self.scenario.accept(
            self.logLine {
                $0.agentExecution = part
                $0.level = .critical
                $0.message = "out of paper"
            }, gives: "log_line.recorded")
        guard case .logLine(.recorded(let line)) = events.first else { return }
        #expect(line.organization == self.acme)
        self.scenario.refuse(self.logLine { $0.workflowExecution = ID(bits: 99) }, .notFound, says: "there is no")
        let elsewhere = self.scenario.running(self.report)
        self.scenario.refuse(
            self.logLine {
                $0.workflowExecution = elsewhere
                $0.agentExecution = part
            }, .ruleBroken, says: "belongs to another")
    }

    @Test("a metric is a number that is not negative, of something with a name")
    func metrics() {
        let agent = self.scenario.agent(of: self.acme)
        let part = self.scenario.agentExecution(in: self.run) { $0.agent = agent }
        let events = self.scenario.accept(self.metric { $0.agentExecution = part }, gives: "metric.recorded")
        guard case .metric(.recorded(let metric)) = events.first else { return }
        #expect(metric.organization == self.acme)
        #expect(metric.agent == agent)
        self.scenario.accept(self.metric { $0.agent = agent }, gives: "metric.recorded")
        for value in [-0.5, .infinity, -.infinity, .nan] {
            self.scenario.refuse(self.metric { $0.value = value }, .invalidValue, says: "value is")
        }
        self.scenario.refuse(self.metric { $0.metricType = "" }, .invalidValue, says: "metric_type")
        self.scenario.refuse(self.metric { $0.agent = ID(bits: 99) }, .notFound, says: "there is no agent")
        self.scenario.refuse(self.metric { $0.agentExecution = ID(bits: 99) }, .notFound, says: "there is no")
        self.scenario.refuse(
            self.metric { $0.organization = ID(bits: 99) }, .notFound, says: "there is no organization")
        let globex = self.scenario.organization("globex")
        let elsewhere = self.metric {
            $0.agent = agent
            $0.organization = globex
        }
        self.scenario.refuse(elsewhere, .ruleBroken, says: "is neither owned by organization \(globex) nor shared")
        self.scenario.accept(
            .agent(
                .shareWithOrganization(
                    .with {
                        $0.id = agent
                        $0.organization = globex
                    })), gives: "agent.shared_with_organization")
        self.scenario.accept(elsewhere, gives: "metric.recorded")
    }

    @Test("a score lies within 0 and 100 and is kept to its last digit")
    func scores() {
        for (score, kept) in [("0", "0"), ("100", "100"), ("66.665", "66.665"), ("1e-12", "0.000000000001")] {
            let events = self.scenario.accept(
                self.evaluation {
                    $0.evaluator = score
                    $0.score = ExactDecimal(score) ?? .zero
                }, gives: "evaluation.recorded")
            guard case .evaluation(.recorded(let evaluation)) = events.first else { return }
            #expect(evaluation.score?.description == kept)
        }
        for score in ["-0.000000000001", "100.000000000001", "101"] {
            self.scenario.refuse(
                self.evaluation { $0.score = ExactDecimal(score) ?? .zero }, .invalidValue, says: "score is \(score)")
        }
        self.scenario.refuse(self.evaluation { $0.evaluator = "" }, .invalidValue, says: "evaluator_name")
        self.scenario.refuse(self.evaluation { $0.workflowExecution = ID(bits: 99) }, .notFound, says: "there is no")
    }

    @Test("an evaluation supersedes the last one of its evaluator on the same thing, and no other")
    func superseding() throws {
        func record(_ fill: (inout Evaluation) -> Void = { _ in }) throws -> EvaluationID {
            let events = self.scenario.accept(self.evaluation(fill), gives: "evaluation.recorded")
            guard case .evaluation(.recorded(let evaluation)) = try #require(events.first) else { return .zero }
            return evaluation.id
        }
        let part = self.scenario.agentExecution(in: self.run)
        let first = try record { $0.supersedes = ID(bits: 99) }
        let otherEvaluator = try record { $0.evaluator = "judge" }
        let otherThing = try record { $0.agentExecution = part }
        #expect(self.scenario.find(first)?.supersedes == nil)
        let second = try record { $0.supersededBy = ID(bits: 99) }
        #expect(self.scenario.find(second)?.supersedes == first)
        #expect(self.scenario.find(first)?.supersededBy == second)
        let third = try record()
        #expect(self.scenario.find(third)?.supersedes == second)
        #expect(self.scenario.find(second)?.supersededBy == third)
        for current in [third, otherEvaluator, otherThing] {
            #expect(self.scenario.find(current)?.supersededBy == nil)
        }
        #expect(self.scenario.find(otherThing)?.supersedes == nil)
    }
}
