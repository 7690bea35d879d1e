import LedgerEvents

/// What one agent's container may use.
public struct ContainerAllocation: Entity {
    @usableFromInline package static let kind = "container_allocation"
    @usableFromInline package typealias Rules = ContainerAllocationDecider

    public var id = ContainerAllocationID.zero
    public var agent = AgentID.zero
    /// Nil: the agent is a user's.
    public var organization: OrganizationID?
    public var tier = ContainerTier.basic
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero
    public var releasedAt: Instant?
    public var releaseReason: String?
    public var ownerUser: UserID?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package var person: UserID? { self.ownerUser }
    @usableFromInline package static var isIndexed: Bool { true }
    @usableFromInline package var aliases: [EventTag] { self.releasedAt == nil ? [Self.alias(of: self.agent)] : [] }

    package static func alias(of agent: AgentID) -> EventTag { EventTag(kind: "container_of_agent", id: agent.bits) }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "agent_id", &self.agent)
        try v.field(3, "organization_id", &self.organization)
        try v.field(4, "tier", &self.tier)
        try v.field(5, "created_at", &self.createdAt)
        try v.field(6, "updated_at", &self.updatedAt)
        try v.field(7, "released_at", &self.releasedAt)
        try v.field(8, "release_reason", &self.releaseReason)
        try v.field(9, "owner_user_id", &self.ownerUser)
    }
}

public typealias ContainerAllocationID = ID<ContainerAllocation>
