import AgentDomain
import EventSourcing

/// The rows that a set of spans and log records stands for: what the tables hold once all of them are known.
///
/// A function of the set alone: the order in which the spans arrived, and how they were cut into requests, does not
/// affect it. Parents come before their children, and rows of one kind are in the order of their times and ids.
public struct AssembledRows: Equatable, Sendable {
    public var runs: [AssembledRun] = []
    public var agentExecutions: [AssembledAgentExecution] = []
    public var modelCalls: [AssembledFact<ModelCall>] = []
    public var toolCalls: [AssembledFact<ToolCall>] = []
    public var logLines: [AssembledFact<LogLine>] = []
    public var evaluations: [AssembledFact<Evaluation>] = []

    public init() {}
}

/// A run of a workflow.
public struct AssembledRun: Equatable, Sendable {
    public var id = WorkflowExecutionID.zero
    /// The trace that the run is listed under; of a run that has several, the one that starts first.
    public var trace = TraceID.zero
    /// At most 255 characters; longer names are cut and end with a hash of the whole.
    public var workflow = ""
    /// An outer run of the same trace.
    public var parent: WorkflowExecutionID?
    public var startedAt = Instant.zero
    /// Nil: only log records tell of it, and none of its end.
    public var completedAt: Instant?
    public var hasFailed = false
    /// The status message of one that completed.
    public var message: String?
    public var errorCode: String?
    /// At most 2,000 characters. Of one that failed.
    public var errorMessage: String?
    /// Set where the root's status and the end of the run disagree: `root OK, agent failed`.
    public var statusConflict: String?
    /// The root's attributes that became no column.
    public var metadata = JSONText.emptyObject
    public var conversation: String?
    public var session: String?
    public var endUser: String?
    /// The span, or log record, that the run is derived from.
    public var cause = EventID.zero

    public init() {}
}

/// An agent's part in a run.
public struct AssembledAgentExecution: Equatable, Sendable {
    public var id = AgentExecutionID.zero
    public var trace = TraceID.zero
    public var run = WorkflowExecutionID.zero
    /// The agent's name; cut like a workflow's.
    public var agent = ""
    public var parent: AgentExecutionID?
    public var startedAt = Instant.zero
    public var completedAt: Instant?
    public var hasFailed = false
    /// At most 2,000 characters.
    public var errorMessage: String?
    public var errorType: String?
    /// The span's attributes that became no column.
    public var traceData = JSONText.emptyObject
    public var conversation: String?
    public var session: String?
    public var endUser: String?
    /// Other spans that tell of the same part.
    public var otherSpans: [TraceSpanID] = []
    public var cause = EventID.zero

    public init() {}
}

/// A call, a log line or an evaluation, complete but for what the ledger adds (organization, computed cost).
public struct AssembledFact<F: Fact>: Equatable, Sendable {
    public var fact: F
    public var trace: TraceID
    /// When it happened: the end of a call, the start of a log line's span.
    public var occurredAt: Instant
    public var cause: EventID

    public init(_ fact: F, trace: TraceID, occurredAt: Instant, cause: EventID) {
        self.fact = fact
        self.trace = trace
        self.occurredAt = occurredAt
        self.cause = cause
    }
}
