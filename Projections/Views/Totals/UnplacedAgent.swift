import LedgerDomain
import LedgerEvents

/// An agent that took part in a workflow without standing on its canvas: what other platforms brought, for one, which
/// tells of runs and not of nodes.
package struct UnplacedAgent: Stored {
    package static let kind = "unplaced_agent"
    package static let isToldByItsTag = false

    package var workflow = WorkflowID.zero
    /// Nil where not even the agent is known.
    package var agent: AgentID?
    /// When it first took part.
    package var since = Instant.zero
    /// How many agent executions are its parts now: telemetry may say later that they were another's.
    package var parts = 0

    package init() {}

    init(_ agent: AgentID?, in workflow: WorkflowID) {
        self.workflow = workflow
        self.agent = agent
    }

    /// Always the same for the same agent in the same workflow.
    package static func id(_ agent: AgentID?, in workflow: WorkflowID) -> ID<UnplacedAgent> {
        ID(bits: UUIDv5.named("\(Self.kind)/\(agent ?? .zero)", in: workflow.bits))
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "workflow_id", &self.workflow)
        try v.field(2, "agent_id", &self.agent)
        try v.field(3, "since", &self.since)
        try v.field(4, "parts", &self.parts)
    }
}

/// Where an agent stood in a workflow when it took part in a run.
struct AgentPlace: Equatable {
    var agent: AgentID?
    var workflow: WorkflowID
    /// Whether a node stands there for it.
    var isNode: Bool

    /// `inout` to look at the part where it lies; it is not changed. Nil where no workflow is known.
    init?(_ part: inout AgentExecution?) {
        guard let part, let workflow = part.workflow else { return nil }
        self.agent = part.agent
        self.workflow = workflow
        self.isNode = part.node != nil
    }
}

/// Under which names an agent stands in a workflow: of those that were asked for last, because making them takes longer
/// than all else about an event.
struct StandingNames {
    struct Names {
        /// The nodes at which it stands; nil where no agent is told.
        var places: EventTag?
        var unplaced: ID<UnplacedAgent>
    }

    private struct Standing: Hashable {
        var agent: AgentID?
        var workflow: WorkflowID
    }

    private var known: [Standing: Names] = [:]

    private static let most = 4096

    mutating func names(of agent: AgentID?, in workflow: WorkflowID) -> Names {
        let standing = Standing(agent: agent, workflow: workflow)
        if let names = self.known[standing] { return names }
        let names = Names(
            places: agent.map { WorkflowNode.places(of: $0, in: workflow) },
            unplaced: UnplacedAgent.id(agent, in: workflow))
        if self.known.count == Self.most { self.known.removeAll(keepingCapacity: true) }
        self.known[standing] = names
        return names
    }
}
