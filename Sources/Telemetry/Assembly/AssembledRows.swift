import LedgerDomain
import LedgerEvents

/// The rows that a set of spans and log records stands for: what the tables hold once all of them are known.
///
/// A function of the set alone: the order in which the spans arrived, and how they were cut into requests, does not
/// affect it. Parents come before their children, and rows of one kind are in the order of their times and ids.
package struct AssembledRows: Equatable, Sendable {
    package var runs: [AssembledRun] = []
    package var agentExecutions: [AssembledAgentExecution] = []
    package var modelCalls: [AssembledFact<ModelCall>] = []
    package var toolCalls: [AssembledFact<ToolCall>] = []
    package var logLines: [AssembledFact<LogLine>] = []
    package var evaluations: [AssembledFact<Evaluation>] = []

    package init() {}
}

/// A run of a workflow.
package struct AssembledRun: Equatable, Sendable {
    package var id = WorkflowExecutionID.zero
    /// The trace that the run is listed under; of a run that has several, the one that starts first.
    package var trace = TraceID.zero
    /// At most 255 characters; longer names are cut and end with a hash of the whole.
    package var workflow = ""
    /// An outer run of the same trace.
    package var parent: WorkflowExecutionID?
    package var startedAt = Instant.zero
    /// Nil: only log records tell of it, and none of its end.
    package var completedAt: Instant?
    package var hasFailed = false
    /// The status message of one that completed.
    package var message: String?
    package var errorCode: String?
    /// At most 2,000 characters. Of one that failed.
    package var errorMessage: String?
    /// Set where the root's status and the end of the run disagree: `root OK, agent failed`.
    package var statusConflict: String?
    /// The root's attributes that became no column.
    package var metadata = JSONText.emptyObject
    package var conversation: String?
    package var session: String?
    package var endUser: String?
    /// The span, or log record, that the run is derived from.
    package var cause = EventID.zero

    package init() {}
}

/// An agent's part in a run.
package struct AssembledAgentExecution: Equatable, Sendable {
    package var id = AgentExecutionID.zero
    package var trace = TraceID.zero
    package var run = WorkflowExecutionID.zero
    /// The agent's name; cut like a workflow's.
    package var agent = ""
    package var parent: AgentExecutionID?
    package var startedAt = Instant.zero
    package var completedAt: Instant?
    package var hasFailed = false
    /// At most 2,000 characters.
    package var errorMessage: String?
    package var errorType: String?
    /// The span's attributes that became no column.
    package var traceData = JSONText.emptyObject
    package var conversation: String?
    package var session: String?
    package var endUser: String?
    /// Other spans that tell of the same part.
    package var otherSpans: [TraceSpanID] = []
    package var cause = EventID.zero

    package init() {}
}

/// A call, a log line or an evaluation, complete but for what the ledger adds (organization, computed cost).
package struct AssembledFact<F: Fact>: Equatable, Sendable {
    package var fact: F
    package var trace: TraceID
    /// When it happened: the end of a call, the start of a log line's span.
    package var occurredAt: Instant
    package var cause: EventID

    package init(_ fact: F, trace: TraceID, occurredAt: Instant, cause: EventID) {
        self.fact = fact
        self.trace = trace
        self.occurredAt = occurredAt
        self.cause = cause
    }
}
