import LedgerDomain
import LedgerEvents

/// What happened in one run of a workflow, on the axis of time: by the clock of those who reported it.
package struct RunTimeline: Sendable {
    /// Something that takes time.
    package struct Span: Sendable {
        package enum Kind: String, Sendable {
            case attempt
            case agentExecution = "agent_execution"
            case modelCall = "model_call"
            case toolCall = "tool_call"
        }

        package var kind: Kind
        /// The agent, model or tool; `attempt 2`.
        package var name: String
        /// How many spans it lies in.
        package var depth: Int
        /// The thing's id; for an attempt, the run's.
        package var id: UInt128
        /// The event that is told of it first.
        package var position: Position
        /// When it was asked for, where it had to wait.
        package var queuedAt: Instant?
        /// Nil while it waits.
        package var startedAt: Instant?
        /// Nil while it goes on.
        package var endedAt: Instant?
        package var pauses: [Pause] = []
        /// `completed`, `failed`, `timeout`, …; what it is in while it goes on.
        package var status: String
        package var hasFailed = false
        /// Why it failed, was cancelled or skipped.
        package var reason: String?
        package var inputTokens = 0
        package var outputTokens = 0
        /// By our prices, else as reported; nil while nobody knows.
        package var cost: Money?

        /// Whether it ended before it started by the sources' clocks, one of which is wrong.
        package var endsBeforeStart: Bool { self.startedAt.map { $0 > self.endedAt ?? $0 } ?? false }
    }

    package struct Pause: Sendable {
        package var from: Instant
        package var to: Instant?
    }

    package var run: WorkflowExecutionID
    package var workflow = WorkflowID.zero
    package var workflowName = ""
    package var status = WorkflowExecution.Status.queued
    /// The event by which it was asked for, and the one by which it started first.
    package var queuedPosition = Position.start
    package var startedPosition: Position?
    /// The axis: from when it was asked for to the last that is known.
    package var start = Instant.zero
    package var end = Instant.zero
    /// In the order in which they began, each before what lies in it.
    package var spans: [Span] = []
    package var modelCalls = 0
    package var toolCalls = 0
    package var inputTokens = 0
    package var outputTokens = 0
    /// By currency, in the order of their codes.
    package var costs: [Money] = []
    /// Model calls of which nobody knows what they cost.
    package var unknownCosts = 0
    /// The agents that take part.
    package var agents: [AgentID] = []

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
