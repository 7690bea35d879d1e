import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum MarketplaceListingEvent: EntityEvent {
    case requested(MarketplaceListingRequested)
    case published(MarketplaceListingPublished)
    case unpublished(MarketplaceListingUnpublished)
    case failed(MarketplaceListingFailed)
    case usageReported(MarketplaceListingUsageReported)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.requested), EventCase(Self.published), EventCase(Self.unpublished), EventCase(Self.failed),
        EventCase(Self.usageReported),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .requested(let payload): try visitor.visit(payload)
        case .published(let payload): try visitor.visit(payload)
        case .unpublished(let payload): try visitor.visit(payload)
        case .failed(let payload): try visitor.visit(payload)
        case .usageReported(let payload): try visitor.visit(payload)
        }
    }
}

/// Somebody wants the agent in a marketplace; for one that was taken off or failed, again.
public struct MarketplaceListingRequested: EntityPayload {
    @usableFromInline package static let type: EventType = "marketplace_listing.requested"
    public var id = MarketplaceListingID.zero
    /// An agent has one listing.
    public var agent = AgentID.zero
    /// The agent's. Written by the decider.
    public var organization: OrganizationID?
    /// Nil in a command means hyphrki.
    public var marketplace: String?
    /// The agent's, where no organization owns it. Written by the decider.
    public var ownerUser: UserID?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "marketplace_listing_id", &self.id)
        try v.field(2, "agent_id", &self.agent)
        try v.field(3, "organization_id", &self.organization)
        try v.field(4, "marketplace_name", &self.marketplace)
        try v.field(5, "owner_user_id", &self.ownerUser)
    }
}

public struct MarketplaceListingPublished: EntityPayload {
    @usableFromInline package static let type: EventType = "marketplace_listing.published"
    public var id = MarketplaceListingID.zero
    /// What the marketplace calls the agent.
    public var marketplaceAgent: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "marketplace_listing_id", &self.id)
        try v.field(2, "marketplace_agent_id", &self.marketplaceAgent)
    }
}

public struct MarketplaceListingUnpublished: EntityPayload {
    @usableFromInline package static let type: EventType = "marketplace_listing.unpublished"
    public var id = MarketplaceListingID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "marketplace_listing_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}

public struct MarketplaceListingFailed: EntityPayload {
    @usableFromInline package static let type: EventType = "marketplace_listing.failed"
    public var id = MarketplaceListingID.zero
    public var error = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "marketplace_listing_id", &self.id)
        try v.field(2, "error_message", &self.error)
    }
}

/// What the marketplace says of its use so far.
public struct MarketplaceListingUsageReported: EntityPayload {
    @usableFromInline package static let type: EventType = "marketplace_listing.usage_reported"
    public var id = MarketplaceListingID.zero
    public var usage = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "marketplace_listing_id", &self.id)
        try v.field(2, "usage_metrics", &self.usage)
    }
}
