import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum AgentTypeEvent: EntityEvent {
    case defined(AgentTypeDefined)
    case revised(AgentTypeRevised)
    case retired(AgentTypeRetired)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.defined), EventCase(Self.revised), EventCase(Self.retired),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .defined(let payload): try visitor.visit(payload)
        case .revised(let payload): try visitor.visit(payload)
        case .retired(let payload): try visitor.visit(payload)
        }
    }
}

public struct AgentTypeDefined: EntityPayload {
    @usableFromInline package static let type: EventType = "agent_type.defined"
    public var id = AgentTypeID.zero
    /// Nil: the platform's, for everybody.
    public var organization: OrganizationID?
    /// The owner's types in use have different names.
    public var name = ""
    public var description: String?
    /// What an agent of the type starts from.
    public var defaultConfig = JSONText.emptyObject
    /// What an agent's `config` has to give, by name.
    public var requiredParams: [String] = []

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_type_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "name", &self.name)
        try v.field(4, "description", &self.description)
        try v.field(5, "default_config", &self.defaultConfig)
        try v.field(6, "required_params", &self.requiredParams)
    }
}

/// What is said of it anew, in full. Agents that are there already meet it when they are next configured.
public struct AgentTypeRevised: EntityPayload {
    @usableFromInline package static let type: EventType = "agent_type.revised"
    public var id = AgentTypeID.zero
    /// One more than the last. Written by the decider.
    public var revision = 0
    public var description: String?
    public var defaultConfig = JSONText.emptyObject
    public var requiredParams: [String] = []

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_type_id", &self.id)
        try v.field(2, "revision", &self.revision)
        try v.field(3, "description", &self.description)
        try v.field(4, "default_config", &self.defaultConfig)
        try v.field(5, "required_params", &self.requiredParams)
    }
}

/// No more agents are made of it; those that are there stay, and its name is free again.
public struct AgentTypeRetired: EntityPayload {
    @usableFromInline package static let type: EventType = "agent_type.retired"
    public var id = AgentTypeID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_type_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}
