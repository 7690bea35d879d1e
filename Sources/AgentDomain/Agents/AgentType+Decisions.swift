import LedgerEvents

public indirect enum AgentTypeCommand: EntityCommand {
    case define(AgentTypeDefined)
    case revise(AgentTypeRevised)
    case retire(AgentTypeRetired)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("agent_type.define", creates: true, Self.define),
        CommandCase("agent_type.revise", Self.revise),
        CommandCase("agent_type.retire", Self.retire),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .define(let payload): try visitor.visit(payload)
        case .revise(let payload): try visitor.visit(payload)
        case .retire(let payload): try visitor.visit(payload)
        }
    }
}

@usableFromInline package enum AgentTypeDecider: Decider {
    @usableFromInline package static func decide(
        _ command: AgentTypeCommand, given state: AgentType?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [AgentTypeEvent] {
        if case .define(let defined) = command { return try self.define(defined, state, order, world) }
        guard let state else { throw .notFound(AgentType.kind, AgentTypeID(bits: command.target).description) }
        switch command {
        case .define: return []
        case .revise(let revised): return try self.revise(revised, state)
        case .retire(let retired): return state.retiredAt == nil ? [.retired(retired)] : []
        }
    }

    private static func define(
        _ command: AgentTypeDefined, _ state: AgentType?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [AgentTypeEvent] {
        try Require.id(command.id, "agent_type_id")
        if let state {
            guard state.organization == command.organization, state.name == command.name else {
                throw .alreadyExists(AgentType.kind, command.id)
            }
            return []
        }
        try Require.name(command.name, "name")
        try self.check(command.defaultConfig, command.requiredParams)
        if let organization = command.organization { try world.requireOpen(organization, order) }
        try world.requireFree(
            AgentType.alias(of: command.name, in: command.organization), for: command.id,
            what: "name \"\(command.name)\"")
        return [.defined(command)]
    }

    private static func revise(_ command: AgentTypeRevised, _ state: AgentType) throws(Rejection) -> [AgentTypeEvent] {
        if let instant = state.retiredAt {
            throw .broken("agent_type \(state.id) was retired at \(instant) and changes no more; define another one")
        }
        try self.check(command.defaultConfig, command.requiredParams)
        let stands =
            command.description == state.description && command.defaultConfig == state.defaultConfig
            && command.requiredParams == state.requiredParams
        if stands { return [] }
        var revised = command
        revised.revision = state.revision + 1
        return [.revised(revised)]
    }

    private static func check(_ config: JSONText, _ params: [String]) throws(Rejection) {
        try Require.object(config, "default_config")
        try Require.noSecrets(in: config, "default_config")
        try Require.names(params, "required_params")
    }

    @usableFromInline package static func evolve(
        _ state: inout AgentType?, by event: AgentTypeEvent, _ envelope: Envelope
    ) {
        if case .defined(let defined) = event { state = AgentType(defined, at: envelope.occurredAt) }
        state?.apply(event, at: envelope.occurredAt)
    }
}

extension AgentType {
    init(_ defined: AgentTypeDefined, at instant: Instant) {
        self.id = defined.id
        self.organization = defined.organization
        self.name = defined.name
        self.description = defined.description
        self.defaultConfig = defined.defaultConfig
        self.requiredParams = defined.requiredParams
        self.revision = 1
        self.createdAt = instant
    }

    mutating func apply(_ event: AgentTypeEvent, at instant: Instant) {
        self.updatedAt = instant
        switch event {
        case .defined: break
        case .revised(let revised):
            self.revision = revised.revision
            self.description = revised.description
            self.defaultConfig = revised.defaultConfig
            self.requiredParams = revised.requiredParams
        case .retired(let retired):
            self.retiredAt = instant
            self.retirementReason = retired.reason
        }
    }
}

extension DecisionContext {
    /// A type that an agent of this organization can be made from.
    func requireType(_ id: AgentTypeID, for organization: OrganizationID?) throws(Rejection) -> AgentType {
        let type = try self.require(id)
        if let instant = type.retiredAt {
            throw .broken("agent_type \(id) was retired at \(instant); no more agents are made of it")
        }
        guard type.organization == nil || type.organization == organization else {
            throw .broken("agent_type \(id) belongs to another organization")
        }
        return type
    }
}
