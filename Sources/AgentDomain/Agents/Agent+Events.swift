import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum AgentEvent: EntityEvent {
    case created(AgentCreated)
    case configured(AgentConfigured)
    case renamed(AgentRenamed)
    case shared(AgentSharedWithOrganization)
    case unshared(AgentUnshared)
    case activated(AgentActivated)
    case deactivated(AgentDeactivated)
    case failed(AgentFailed)
    case deployed(AgentDeployed)
    case undeployed(AgentUndeployed)
    case apiKeyRotated(AgentAPIKeyRotated)
    case webhookChanged(AgentWebhookChanged)
    case scheduled(AgentScheduled)
    case heartbeatReceived(AgentHeartbeatReceived)
    case versionArchived(AgentVersionArchived)
    case deleted(AgentDeleted)
    case withdrawn(AgentWithdrawn)
    case redated(AgentRedated)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.created), EventCase(Self.configured), EventCase(Self.renamed), EventCase(Self.shared),
        EventCase(Self.unshared), EventCase(Self.activated), EventCase(Self.deactivated), EventCase(Self.failed),
        EventCase(Self.deployed), EventCase(Self.undeployed), EventCase(Self.apiKeyRotated),
        EventCase(Self.webhookChanged), EventCase(Self.scheduled), EventCase(Self.heartbeatReceived),
        EventCase(Self.versionArchived), EventCase(Self.deleted),
        EventCase(Self.withdrawn), EventCase(Self.redated),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .created(let payload): try visitor.visit(payload)
        case .configured(let payload): try visitor.visit(payload)
        case .renamed(let payload): try visitor.visit(payload)
        case .shared(let payload): try visitor.visit(payload)
        case .unshared(let payload): try visitor.visit(payload)
        case .activated(let payload): try visitor.visit(payload)
        case .deactivated(let payload): try visitor.visit(payload)
        case .failed(let payload): try visitor.visit(payload)
        case .deployed(let payload): try visitor.visit(payload)
        case .undeployed(let payload): try visitor.visit(payload)
        case .apiKeyRotated(let payload): try visitor.visit(payload)
        case .webhookChanged(let payload): try visitor.visit(payload)
        case .scheduled(let payload): try visitor.visit(payload)
        case .heartbeatReceived(let payload): try visitor.visit(payload)
        case .versionArchived(let payload): try visitor.visit(payload)
        case .deleted(let payload): try visitor.visit(payload)
        case .withdrawn(let payload): try visitor.visit(payload)
        case .redated(let payload): try visitor.visit(payload)
        }
    }
}

public struct AgentCreated: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.created"
    @usableFromInline package static let mentions = [8]
    public var id = AgentID.zero
    /// The owner is an organization or a user, never both.
    public var organization: OrganizationID?
    public var ownerUser: UserID?
    /// The owner's live agents have different names.
    public var name = ""
    /// Of all agents there ever were, this one's alone.
    public var slug: String?
    /// The type that it was made from.
    public var template: AgentTypeID?
    /// Nil in a command means 1.0.0.
    public var version: String?
    /// The actor, where it is a user. Written by the decider.
    public var createdBy: UserID?
    public var configuration = AgentConfiguration()

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "owner_user_id", &self.ownerUser)
        try v.field(4, "name", &self.name)
        try v.field(5, "slug", &self.slug)
        try v.field(6, "type_id", &self.template)
        try v.field(7, "version", &self.version)
        try v.field(8, "created_by", &self.createdBy)
        try self.configuration.fields(&v)
    }
}

/// A new revision with its whole configuration.
public struct AgentConfigured: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.configured"
    public var id = AgentID.zero
    /// One more than the last. Written by the decider.
    public var revision = 0
    /// Higher than the last; nil in a command means the next patch.
    public var version: String?
    public var configuration = AgentConfiguration()

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
        try v.field(2, "revision", &self.revision)
        try v.field(3, "version", &self.version)
        try self.configuration.fields(&v)
    }
}

public struct AgentRenamed: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.renamed"
    public var id = AgentID.zero
    public var name = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
        try v.field(2, "name", &self.name)
    }
}

public struct AgentSharedWithOrganization: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.shared_with_organization"
    public var id = AgentID.zero
    public var organization = OrganizationID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
        try v.field(2, "shared_with_organization_id", &self.organization)
    }
}

public struct AgentUnshared: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.unshared"
    public var id = AgentID.zero
    public var organization = OrganizationID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
        try v.field(2, "shared_with_organization_id", &self.organization)
    }
}

/// An old version was put away.
public struct AgentVersionArchived: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.version_archived"
    public var id = AgentID.zero
    public var version = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
        try v.field(2, "version", &self.version)
    }
}

/// The agent is gone and its name is free again, its slug is not.
public struct AgentDeleted: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.deleted"
    public var id = AgentID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
    }
}

/// No run names it any more since telemetry was corrected: the present does not know it.
public struct AgentWithdrawn: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.withdrawn"
    public var id = AgentID.zero
    public var organization = OrganizationID.zero
    public var reason = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "reason", &self.reason)
    }
}

/// Since telemetry was corrected, the first that names it is another: it dates from then.
public struct AgentRedated: EntityPayload {
    @usableFromInline package static let type: EventType = "agent.redated"
    public var id = AgentID.zero
    public var organization = OrganizationID.zero
    public var createdAt = Instant.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "agent_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "created_at", &self.createdAt)
    }
}
