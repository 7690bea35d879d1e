import LedgerEvents

/// An agent's place in a marketplace.
public struct MarketplaceListing: Entity {
    @usableFromInline package static let kind = "marketplace_listing"
    @usableFromInline package typealias Rules = MarketplaceListingDecider

    public enum Status: String, Enumeration {
        case pending, published, unpublished, error

        @usableFromInline package static var defaultValue: Status { .pending }

        /// The states that a listing in this one may go to.
        package var successors: [Status] {
            switch self {
            case .pending: [.published, .unpublished, .error]
            case .published: [.unpublished, .error]
            case .unpublished: [.pending]
            case .error: [.pending, .published, .unpublished]
            }
        }
    }

    package static let defaultMarketplace = "hyphrki"

    public var id = MarketplaceListingID.zero
    public var agent = AgentID.zero
    /// Nil: the agent is a user's.
    public var organization: OrganizationID?
    public var ownerUser: UserID?
    public var marketplace = ""
    public var marketplaceAgent: String?
    public var status = Status.pending
    public var statusReason: String?
    public var publishedAt: Instant?
    public var unpublishedAt: Instant?
    public var usage = JSONText.emptyObject
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package var person: UserID? { self.ownerUser }
    @usableFromInline package static var isIndexed: Bool { true }
    @usableFromInline package var aliases: [EventTag] { [Self.alias(of: self.agent)] }

    package static func alias(of agent: AgentID) -> EventTag { EventTag(kind: "listing_of_agent", id: agent.bits) }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "agent_id", &self.agent)
        try v.field(3, "organization_id", &self.organization)
        try v.field(4, "owner_user_id", &self.ownerUser)
        try v.field(5, "marketplace_name", &self.marketplace)
        try v.field(6, "marketplace_agent_id", &self.marketplaceAgent)
        try v.field(7, "status", &self.status)
        try v.field(8, "status_reason", &self.statusReason)
        try v.field(9, "published_at", &self.publishedAt)
        try v.field(10, "unpublished_at", &self.unpublishedAt)
        try v.field(11, "usage_metrics", &self.usage)
        try v.field(12, "created_at", &self.createdAt)
        try v.field(13, "updated_at", &self.updatedAt)
    }
}

public typealias MarketplaceListingID = ID<MarketplaceListing>
