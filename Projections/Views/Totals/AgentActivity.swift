import LedgerDomain
import LedgerEvents

/// What an agent did last: the latest end of a run that it hosted, or of its part in a run.
package struct AgentActivity: Stored {
    package static let kind = "agent_activity"
    package static let isToldByItsTag = false

    package var endedAt: Instant?
    /// `completed`, `failed`, `timeout`, `cancelled`.
    package var status = ""
    /// Nil where it never started.
    package var durationMilliseconds: Int?

    package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "ended_at", &self.endedAt)
        try v.field(2, "status", &self.status)
        try v.field(3, "duration_ms", &self.durationMilliseconds)
    }

    /// Ends are told in the order of the log, which need not be that of time.
    mutating func note(_ end: AgentEnd) {
        guard end.instant >= self.endedAt ?? end.instant else { return }
        self.endedAt = end.instant
        self.status = end.status
        self.durationMilliseconds = end.durationMilliseconds
    }
}

/// The end of something that an agent did.
struct AgentEnd {
    var agent: AgentID
    var instant: Instant
    var status: String
    var durationMilliseconds: Int?

    /// `inout` to look at the run where it lies; it is not changed.
    init?(_ run: inout WorkflowExecution?) {
        self.init(run?.agent, run?.completedAt, run?.status.rawValue, run?.durationMilliseconds)
    }

    init?(_ part: inout AgentExecution?) {
        self.init(part?.agent, part?.completedAt, part?.status.rawValue, part?.durationMilliseconds)
    }

    /// Nil where no agent is told, or it has not ended.
    private init?(_ agent: AgentID?, _ instant: Instant?, _ status: String?, _ durationMilliseconds: Int64?) {
        guard let agent, let instant, let status else { return nil }
        self.agent = agent
        self.instant = instant
        self.status = status
        self.durationMilliseconds = durationMilliseconds.map { Int($0) }
    }
}
