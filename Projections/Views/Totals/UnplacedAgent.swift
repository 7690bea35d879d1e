import AgentDomain
import EventSourcing

/// An agent that took part in a workflow without standing on its canvas: what other platforms brought, for one, which
/// tells of runs and not of nodes.
public struct UnplacedAgent: Stored {
    public static let kind = "unplaced_agent"
    public static let isToldByItsTag = false

    public var workflow = WorkflowID.zero
    /// Nil where not even the agent is known.
    public var agent: AgentID?
    /// When it first took part.
    public var since = Instant.zero

    public init() {}

    init(_ agent: AgentID?, in workflow: WorkflowID, at instant: Instant) {
        self.workflow = workflow
        self.agent = agent
        self.since = instant
    }

    /// Always the same for the same agent in the same workflow.
    public static func id(_ agent: AgentID?, in workflow: WorkflowID) -> ID<UnplacedAgent> {
        ID(bits: UUIDv5.named("\(Self.kind)/\(agent ?? .zero)", in: workflow.bits))
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    public mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_id", &self.workflow)
        try v.field(2, "agent_id", &self.agent)
        try v.field(3, "since", &self.since)
    }
}
