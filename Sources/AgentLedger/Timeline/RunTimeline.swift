import AgentDomain
import EventSourcing

/// What happened in one run of a workflow, on the axis of time: by the clock of those who reported it.
public struct RunTimeline: Sendable {
    /// Something that takes time.
    public struct Span: Sendable {
        public enum Kind: String, Sendable {
            case attempt
            case agentExecution = "agent_execution"
            case modelCall = "model_call"
            case toolCall = "tool_call"
        }

        public var kind: Kind
        /// The agent, model or tool; `attempt 2`.
        public var name: String
        /// How many spans it lies in.
        public var depth: Int
        /// The thing's id; for an attempt, the run's.
        public var id: UInt128
        /// The event that is told of it first.
        public var position: Position
        /// When it was asked for, where it had to wait.
        public var queuedAt: Instant?
        /// Nil while it waits.
        public var startedAt: Instant?
        /// Nil while it goes on.
        public var endedAt: Instant?
        public var pauses: [Pause] = []
        /// `completed`, `failed`, `timeout`, …; what it is in while it goes on.
        public var status: String
        public var hasFailed = false
        /// Why it failed, was cancelled or skipped.
        public var reason: String?
        public var inputTokens = 0
        public var outputTokens = 0
        /// By our prices, else as reported; nil while nobody knows.
        public var cost: Money?

        /// Whether it ended before it started by the sources' clocks, one of which is wrong.
        public var endsBeforeStart: Bool { self.startedAt.map { $0 > self.endedAt ?? $0 } ?? false }
    }

    public struct Pause: Sendable {
        public var from: Instant
        public var to: Instant?
    }

    public var run: WorkflowExecutionID
    public var workflow = WorkflowID.zero
    public var workflowName = ""
    public var status = WorkflowExecution.Status.queued
    /// The event by which it was asked for, and the one by which it started first.
    public var queuedPosition = Position.start
    public var startedPosition: Position?
    /// The axis: from when it was asked for to the last that is known.
    public var start = Instant.zero
    public var end = Instant.zero
    /// In the order in which they began, each before what lies in it.
    public var spans: [Span] = []
    public var modelCalls = 0
    public var toolCalls = 0
    public var inputTokens = 0
    public var outputTokens = 0
    /// By currency, in the order of their codes.
    public var costs: [Money] = []
    /// Model calls of which nobody knows what they cost.
    public var unknownCosts = 0
    /// The agents that take part.
    public var agents: [AgentID] = []

    init(of run: WorkflowExecutionID) { self.run = run }

    mutating func add(_ call: ModelCall) {
        let cost = call.computedCost ?? call.reportedCost
        self.modelCalls += 1
        self.inputTokens += call.totalInputTokens
        self.outputTokens += call.totalOutputTokens
        guard let cost else {
            self.unknownCosts += 1
            return
        }
        if let index = self.costs.firstIndex(where: { $0.currency == cost.currency }) {
            self.costs[index].amount += cost.amount
        } else {
            self.costs.append(cost)
            self.costs.sort { $0.currency < $1.currency }
        }
    }
}
