import EventSourcing

/// A thing that happens once and never changes: it is its own event, recorded as it stands.
///
/// Field numbers and names are stored. Add; never rename, reuse or remove.
public protocol Fact: Entity, Recordable where Rules == FactRules<Self> {}

/// What can be recorded: a payload that checks itself.
public protocol Recordable: EntityPayload, Stored where Target == Self {
    static var command: String { get }
    static var permission: Permission { get }
    /// Checks the fact and fills in what the ledger knows and the client need not say.
    mutating func settle(_ order: Order, in world: any World) throws(Rejection)
}

extension Recordable {
    public static var permission: Permission { .role(.member) }
}

extension Fact {
    /// Facts come in great numbers; only those that others change or look up are kept as states.
    public static var isKeptInLog: Bool { !Self.isIndexed }
}

public indirect enum FactEvent<Recorded: Recordable>: EntityEvent {
    case recorded(Recorded)

    public static var cases: [EventCase<Self>] { [EventCase(Self.recorded)] }

    @inlinable
    public func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .recorded(let fact): try visitor.visit(fact)
        }
    }
}

public indirect enum FactCommand<Recorded: Recordable>: EntityCommand {
    case record(Recorded)

    public static var cases: [CommandCase<Self>] {
        [CommandCase(Recorded.command, permission: Recorded.permission, creates: true, Self.record)]
    }

    @inlinable
    public func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .record(let fact): try visitor.visit(fact)
        }
    }
}

public enum FactRules<Recorded: Recordable>: Decider {
    @inlinable
    public static func decide(
        _ command: FactCommand<Recorded>, given state: Recorded?, _ order: Order, in world: any World
    ) throws(Rejection) -> [FactEvent<Recorded>] {
        switch command {
        case .record(var fact):
            if state != nil { return [] }
            try Require.id(fact.id, "\(Recorded.kind)_id")
            try fact.settle(order, in: world)
            return [.recorded(fact)]
        }
    }

    @inlinable
    public static func evolve(_ state: inout Recorded?, by event: FactEvent<Recorded>, _ envelope: Envelope) {
        switch event {
        case .recorded(let fact): state = fact
        }
    }
}

extension World {
    /// The organization of a run, once it is known that the agent execution belongs to it. Guards nothing: neither
    /// ever changes or goes away, and everything that happens in a run carries its tag.
    func organization(of run: WorkflowExecutionID, with agent: AgentExecutionID?) throws(Rejection) -> OrganizationID {
        if let agent {
            guard let itsRun = self.lend(agent, { $0?.workflowExecution }) else {
                throw .notFound(AgentExecution.kind, agent.description)
            }
            guard itsRun == run else {
                throw .broken("agent_execution \(agent) belongs to another workflow execution")
            }
        }
        guard let organization = self.lend(run, { $0?.organization }) else {
            throw .notFound(WorkflowExecution.kind, run.description)
        }
        return organization
    }
}
