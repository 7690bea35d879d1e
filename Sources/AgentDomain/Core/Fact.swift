import LedgerEvents

/// A thing that happens once and never changes: it is its own event, recorded as it stands.
///
/// Field numbers and names are stored. Add; never rename, reuse or remove.
@usableFromInline package protocol Fact: CreatedOnce, Recordable where Rules == FactRules<Self> {}

/// What can be recorded: a payload that checks itself.
@usableFromInline package protocol Recordable: EntityPayload, Stored where Target == Self {
    static var command: String { get }
    static var permission: Permission { get }
    /// Whether clients may record it; else the ledger's own readers alone do.
    static var isForClients: Bool { get }
    /// Whether later telemetry may correct it.
    static var isRevisable: Bool { get }
    /// The name of its id in `FactWithdrawn`, as in the fact itself; nil where it is never withdrawn.
    static var withdrawnIDName: StaticString? { get }
    /// The run that it is part of, if it is part of one.
    var run: WorkflowExecutionID? { get }
    /// Whether the best version of the fact counts, in whatever order the versions arrive. `isOutdated` compares them.
    static var holdsBestVersion: Bool { get }
    /// Whether another version of the fact says more.
    func isOutdated(by other: Self) -> Bool
    /// Whether the states already show that the fact is not recorded yet.
    func isUnknown(in world: any DecisionContext) -> Bool
    /// Takes over what stays as it was recorded first when the fact is recorded anew.
    mutating func keep(from old: Self)
    /// Checks the fact and fills in what the ledger knows and the client need not say.
    mutating func settle(_ order: CommandContext, in world: any DecisionContext) throws(Rejection)
}

extension Recordable {
    @usableFromInline package static var permission: Permission { .role(.member) }
    @usableFromInline package static var isForClients: Bool { true }
    @usableFromInline package static var isRevisable: Bool { false }
    @usableFromInline package static var withdrawnIDName: StaticString? { nil }
    @usableFromInline package static var holdsBestVersion: Bool { false }
    @usableFromInline package func isOutdated(by other: Self) -> Bool { false }
    @usableFromInline package var run: WorkflowExecutionID? { nil }
    @usableFromInline package func isUnknown(in world: any DecisionContext) -> Bool { false }
    @usableFromInline package mutating func keep(from old: Self) {}
}

extension Fact {
    @usableFromInline package var creation: any EntityPayload { self }
    /// Facts come in great numbers; only those that others change or look up are kept as states.
    @usableFromInline package static var isKeptInLog: Bool { !Self.isIndexed }
}

@usableFromInline package indirect enum FactEvent<Recorded: Recordable>: EntityEvent {
    case recorded(Recorded)
    /// Only of facts that are derived from telemetry: see `FactRevised`.
    case revised(FactRevised<Recorded>)
    case withdrawn(FactWithdrawn<Recorded>)

    @usableFromInline package static var cases: [EventCase<Self>] {
        var cases = [EventCase<Self>(Self.recorded)]
        if Recorded.isRevisable { cases.append(EventCase(Self.revised)) }
        if Recorded.withdrawnIDName != nil { cases.append(EventCase(Self.withdrawn)) }
        return cases
    }

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .recorded(let fact): try visitor.visit(fact)
        case .revised(let revised): try visitor.visit(revised)
        case .withdrawn(let withdrawn): try visitor.visit(withdrawn)
        }
    }

    @inlinable
    package var target: UInt128 {
        switch self {
        case .recorded(let fact): fact.id.bits
        case .revised(let revised): revised.fact.id.bits
        case .withdrawn(let withdrawn): withdrawn.id.bits
        }
    }
}

@usableFromInline package indirect enum FactCommand<Recorded: Recordable>: EntityCommand {
    case record(Recorded)
    /// Records the fact, or another version of it. Given by assembly alone.
    case revise(Recorded)
    /// Takes the fact back. Given by assembly alone.
    case withdraw(FactWithdrawn<Recorded>)

    @usableFromInline package static var cases: [CommandCase<Self>] {
        guard Recorded.isForClients else { return [] }
        return [CommandCase(Recorded.command, permission: Recorded.permission, creates: true, Self.record)]
    }

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .record(let fact): try visitor.visit(fact)
        case .revise(let fact): try visitor.visit(fact)
        case .withdraw(let withdrawn): try visitor.visit(withdrawn)
        }
    }

    @inlinable
    package var target: UInt128 {
        switch self {
        case .record(let fact), .revise(let fact): fact.id.bits
        case .withdraw(let withdrawn): withdrawn.id.bits
        }
    }

    @inlinable
    package var payloadType: ObjectIdentifier {
        switch self {
        case .record, .revise: ObjectIdentifier(Recorded.self)
        case .withdraw: ObjectIdentifier(FactWithdrawn<Recorded>.self)
        }
    }

    @usableFromInline package func isOfUnknown(in world: any DecisionContext) -> Bool {
        switch self {
        case .record(let fact): fact.isUnknown(in: world)
        case .revise(let fact): fact.isUnknown(in: world)
        case .withdraw: false
        }
    }
}

@usableFromInline package enum FactRules<Recorded: Recordable>: Decider {
    @inlinable
    package static func decide(
        _ command: FactCommand<Recorded>, given state: Recorded?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [FactEvent<Recorded>] {
        switch command {
        case .record(var fact):
            if case .some = state { return [] }
            try Require.id(fact.id, "\(Recorded.kind)_id")
            try fact.settle(order, in: world)
            return [.recorded(fact)]
        case .revise(let fact): return try Self.revise(fact, given: state, order, in: world)
        case .withdraw(let withdrawn): return Self.withdraw(withdrawn, given: state, in: world)
        }
    }

    @inlinable
    package static func evolve(_ state: inout Recorded?, by event: FactEvent<Recorded>, _ envelope: Envelope) {
        switch event {
        case .recorded(let fact): state = fact
        case .revised(let revised): state = revised.fact
        case .withdrawn: state = nil
        }
    }
}

/// A thing whose state tells how it was made: all that its first event said.
@usableFromInline package protocol CreatedOnce: Entity {
    var creation: any EntityPayload { get }
}

extension DecisionContext {
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
