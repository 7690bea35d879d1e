import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum ContainerAllocationEvent: EntityEvent {
    case allocated(ContainerAllocated)
    case changed(ContainerChanged)
    case released(ContainerReleased)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.allocated), EventCase(Self.changed), EventCase(Self.released),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .allocated(let payload): try visitor.visit(payload)
        case .changed(let payload): try visitor.visit(payload)
        case .released(let payload): try visitor.visit(payload)
        }
    }
}

public struct ContainerAllocated: EntityPayload {
    @usableFromInline package static let type: EventType = "container_allocation.allocated"
    public var id = ContainerAllocationID.zero
    /// An agent has one container at a time.
    public var agent = AgentID.zero
    /// The agent's. Written by the decider.
    public var organization: OrganizationID?
    /// Nil in a command means what the owner's subscription gives.
    public var tier: ContainerTier?
    /// Cores, as the tier has them; 0 in a command means these.
    public var cpuLimit = 0
    /// As the tier has them; 0 in a command means these.
    public var memoryLimitMebibytes = 0
    /// As the tier has it; nil in a command means this.
    public var isolation: NetworkIsolation?
    /// The agent's, where no organization owns it. Written by the decider.
    public var ownerUser: UserID?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "container_allocation_id", &self.id)
        try v.field(2, "agent_id", &self.agent)
        try v.field(3, "organization_id", &self.organization)
        try v.field(4, "tier", &self.tier)
        try v.field(5, "cpu_limit", &self.cpuLimit)
        try v.field(6, "memory_limit_mb", &self.memoryLimitMebibytes)
        try v.field(7, "network_isolation", &self.isolation)
        try v.field(8, "owner_user_id", &self.ownerUser)
    }
}

public struct ContainerChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "container_allocation.changed"
    public var id = ContainerAllocationID.zero
    /// Nil in a command means what the owner's subscription gives.
    public var tier: ContainerTier?
    /// Cores, as the tier has them; 0 in a command means these.
    public var cpuLimit = 0
    /// As the tier has them; 0 in a command means these.
    public var memoryLimitMebibytes = 0
    /// As the tier has it; nil in a command means this.
    public var isolation: NetworkIsolation?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "container_allocation_id", &self.id)
        try v.field(2, "tier", &self.tier)
        try v.field(3, "cpu_limit", &self.cpuLimit)
        try v.field(4, "memory_limit_mb", &self.memoryLimitMebibytes)
        try v.field(5, "network_isolation", &self.isolation)
    }
}

public struct ContainerReleased: EntityPayload {
    @usableFromInline package static let type: EventType = "container_allocation.released"
    public var id = ContainerAllocationID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "container_allocation_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}
