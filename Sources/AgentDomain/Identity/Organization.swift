import LedgerEvents

/// A customer: it owns agents and workflows, has members, and pays for what it uses.
public struct Organization: Entity {
    @usableFromInline package static let kind = "organization"
    @usableFromInline package typealias Rules = OrganizationDecider

    public enum Status: String, Enumeration {
        case active, suspended, cancelled

        @usableFromInline package static var defaultValue: Status { .active }

        /// The states that an organization in this one may go to.
        package var successors: [Status] {
            switch self {
            case .active: [.suspended]
            case .suspended: [.active, .cancelled]
            case .cancelled: []
            }
        }
    }

    /// Runs a month, where nothing else was agreed.
    package static let defaultExecutionQuota = 500

    public var id = OrganizationID.zero
    public var name = ""
    public var slug = ""
    /// Slugs it once had, in the order in which it gave them up.
    public var formerSlugs: [String] = []
    public var status = Status.active
    public var statusReason: String?
    public var tier = SubscriptionTier.starter
    public var description: String?
    public var url: String?
    public var settings = JSONText.emptyObject
    public var billingEmail: String?
    public var billingAddress: JSONText?
    public var paymentMethod: String?
    public var executionQuota = 0
    public var quotaPeriodStart = Day.zero
    public var apiKeys: [OrganizationAPIKey] = []
    /// Who founded it, where that was a user.
    public var createdBy: UserID?
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero
    public var deletedAt: Instant?

    /// Whether telemetry named it first: then it dates from the earliest time at which a span names it.
    public var isObserved = false

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.id }
    @usableFromInline package static var isIndexed: Bool { true }
    /// Its quota counts the starts of runs, and every event of its own carries its tag.
    @usableFromInline package static var isToldByItsTag: Bool { false }

    /// Slugs and keys are never anyone else's again, not even after deletion.
    @usableFromInline package var aliases: [EventTag] {
        (self.formerSlugs + [self.slug]).map(Self.alias(ofSlug:))
            + self.apiKeys.flatMap { [Self.alias(ofKeyHash: $0.hash), Self.alias(of: $0.id)] }
    }

    @usableFromInline package var listings: [EventTag] { self.deletedAt == nil ? [Self.kept] : [] }

    /// All organizations that are not deleted.
    static let kept = EventTag(kind: "organizations", text: "kept")

    package static func alias(ofSlug slug: String) -> EventTag { EventTag(kind: "organization_slug", text: slug) }
    package static func alias(ofKeyHash hash: String) -> EventTag { EventTag(kind: "api_key_hash", text: hash) }
    package static func alias(of key: APIKeyID) -> EventTag { EventTag(kind: "api_key_id", id: key.bits) }

    /// The day on which the count of monthly runs begins anew.
    package var monthlyResetDate: Day { self.quotaPeriodStart.startOfNextMonth }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "name", &self.name)
        try v.field(3, "slug", &self.slug)
        try v.field(4, "former_slugs", &self.formerSlugs)
        try v.field(5, "status", &self.status)
        try v.field(6, "status_reason", &self.statusReason)
        try v.field(7, "subscription_tier", &self.tier)
        try v.field(8, "description", &self.description)
        try v.field(9, "url", &self.url)
        try v.field(10, "settings", &self.settings)
        try v.field(11, "billing_email", &self.billingEmail)
        try v.field(12, "billing_address", &self.billingAddress)
        try v.field(13, "payment_method_id", &self.paymentMethod)
        try v.field(14, "monthly_execution_quota", &self.executionQuota)
        try v.field(15, "quota_period_start", &self.quotaPeriodStart)
        try v.field(16, "api_keys", &self.apiKeys)
        try v.field(17, "created_at", &self.createdAt)
        try v.field(18, "updated_at", &self.updatedAt)
        try v.field(19, "deleted_at", &self.deletedAt)
        try v.field(20, "created_by", &self.createdBy)
        try v.field(21, "is_observed", &self.isObserved)
    }
}

public typealias OrganizationID = ID<Organization>

/// Names a key that acts for an organization (`api_key:ID` as an actor).
public enum APIKeyIdentity: Identified { @usableFromInline package static let kind = "api_key" }
public typealias APIKeyID = ID<APIKeyIdentity>

/// One key, by what may be known of it.
public struct OrganizationAPIKey: NestedRecord {
    /// What its holder may do in the organization, until it is revoked.
    package static let role = Role.member

    public var id = APIKeyID.zero
    public var name = ""
    public var hash = ""
    public var prefix = ""
    public var issuedAt = Instant.zero
    public var revokedAt: Instant?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "name", &self.name)
        try v.field(3, "key_hash", &self.hash)
        try v.field(4, "key_prefix", &self.prefix)
        try v.field(5, "issued_at", &self.issuedAt)
        try v.field(6, "revoked_at", &self.revokedAt)
    }
}

extension DecisionContext {
    /// An organization that takes new things.
    @discardableResult
    func requireOpen(_ id: OrganizationID, _ order: CommandContext) throws(Rejection) -> Organization {
        let organization = try self.requireLive(id, order)
        if order.isHistory { return organization }
        if organization.status == .cancelled { throw .broken("organization \(id) is cancelled and takes nothing new") }
        self.guardAgainst(EventQuery.Item(types: [OrganizationCancelled.type], tags: [id.tag]))
        return organization
    }

    /// An organization that is not deleted, save for history.
    @discardableResult
    func requireLive(_ id: OrganizationID, _ order: CommandContext) throws(Rejection) -> Organization {
        guard order.isHistory else { return try self.requireLive(id) }
        guard let organization = self.peek(id) else { throw .notFound(Organization.kind, id.description) }
        return organization
    }

    /// An organization that is not deleted. Only its end guards the append: all that it owns carries its tag.
    @discardableResult
    func requireLive(_ id: OrganizationID) throws(Rejection) -> Organization {
        guard let organization = self.peek(id) else { throw .notFound(Organization.kind, id.description) }
        if let instant = organization.deletedAt { throw .deleted(Organization.kind, id, instant) }
        self.guardAgainst(EventQuery.Item(types: [OrganizationDeleted.type], tags: [id.tag]))
        return organization
    }
}
