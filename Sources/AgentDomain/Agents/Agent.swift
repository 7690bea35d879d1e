import LedgerEvents

/// Something that works on its own: a prompt with a model, a service, or an agent elsewhere.
public struct Agent: Entity {
    @usableFromInline package static let kind = "agent"
    @usableFromInline package typealias Rules = AgentDecider

    public enum Status: String, Enumeration {
        case draft, active, inactive, error

        @usableFromInline package static var defaultValue: Status { .draft }

        /// The states that an agent in this one may go to.
        package var successors: [Status] {
            switch self {
            case .draft: [.active]
            case .active: [.inactive, .error]
            case .inactive: [.active]
            case .error: [.active, .inactive]
            }
        }
    }

    public var id = AgentID.zero
    public var organization: OrganizationID?
    public var ownerUser: UserID?
    public var name = ""
    /// Names it once had.
    public var formerNames: [String] = []
    public var slug: String?
    public var template: AgentTypeID?
    public var status = Status.draft
    public var errorMessage: String?
    public var revision = 0
    /// From the oldest to the current one.
    public var versions: [AgentVersion] = []
    /// Beside its owner, in the order in which it was shared.
    public var sharedWith: [OrganizationID] = []
    public var container: String?
    /// When it was last deployed, whether it still is or not.
    public var deployedAt: Instant?
    public var apiKeyHash: String?
    public var apiKeyPrefix: String?
    public var apiKeyRotatedAt: Instant?
    public var configuration = AgentConfiguration()
    public var webhookURL: String?
    public var schedule: String?
    public var lastHeartbeatAt: Instant?
    public var heartbeatMetrics = JSONText.emptyObject
    public var createdBy: UserID?
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero
    public var deletedAt: Instant?
    /// Whether telemetry named it first: then it dates from the earliest time at which a span names it.
    public var isObserved = false
    /// Whether something that named it names it no more, or names it for another time: then it is to be seen whether
    /// anything names it, and since when.
    public var isInDoubt = false

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package var person: UserID? { self.ownerUser }
    /// The current version's number.
    package var version: String { self.versions.last?.version ?? SemanticVersion.first }

    /// When its schedule makes it due first behind a moment; nil for one without a schedule, or that is not active.
    package func nextScheduledRun(after instant: Instant) -> Instant? {
        guard self.status == .active, self.deletedAt == nil, let text = self.schedule else { return nil }
        // What cannot be read was refused.
        return (try? CronExpression(text))?.next(after: instant)
    }

    @usableFromInline package static var isIndexed: Bool { true }

    /// The name is free again after deletion, the slug never.
    @usableFromInline package var aliases: [EventTag] {
        var aliases: [EventTag] = []
        if self.deletedAt == nil {
            aliases.append(Self.alias(of: self.name, ownedBy: self.organization?.bits ?? self.ownerUser?.bits ?? 0))
        }
        if let slug = self.slug { aliases.append(Self.alias(ofSlug: slug)) }
        if let hash = self.apiKeyHash { aliases.append(Self.alias(ofKeyHash: hash)) }
        return aliases
    }

    @usableFromInline package var listings: [EventTag] {
        let doubts = self.isInDoubt ? [Observations.inDoubt] : []
        guard let organization = self.organization, self.status == .active, self.deletedAt == nil,
            self.lastHeartbeatAt != nil
        else { return doubts }
        return doubts + [Self.beating(in: organization)]
    }

    /// The active agents of an organization that were heard of.
    static func beating(in organization: OrganizationID) -> EventTag {
        EventTag(kind: "beating_agents", id: organization.bits)
    }

    /// `owner` is the id of an organization or a user.
    package static func alias(of name: String, ownedBy owner: UInt128) -> EventTag {
        EventTag(kind: "agent_name", text: "\(UUIDText.format(owner))/\(name)")
    }

    package static func alias(ofSlug slug: String) -> EventTag { EventTag(kind: "agent_slug", text: slug) }
    package static func alias(ofKeyHash hash: String) -> EventTag { EventTag(kind: "agent_key_hash", text: hash) }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "owner_user_id", &self.ownerUser)
        try v.field(4, "name", &self.name)
        try v.field(5, "former_names", &self.formerNames)
        try v.field(6, "slug", &self.slug)
        try v.field(7, "type_id", &self.template)
        try v.field(8, "status", &self.status)
        try v.field(9, "error_message", &self.errorMessage)
        try v.field(10, "revision", &self.revision)
        try v.field(11, "versions", &self.versions)
        try v.field(12, "shared_with_organizations", &self.sharedWith)
        try v.field(13, "container_id", &self.container)
        try v.field(14, "deployed_at", &self.deployedAt)
        try v.field(15, "key_hash", &self.apiKeyHash)
        try v.field(16, "key_prefix", &self.apiKeyPrefix)
        try v.field(17, "key_rotated_at", &self.apiKeyRotatedAt)
        try self.configuration.fields(&v)
        try v.field(40, "webhook_url", &self.webhookURL)
        try v.field(41, "schedule", &self.schedule)
        try v.field(42, "last_heartbeat", &self.lastHeartbeatAt)
        try v.field(43, "heartbeat_metrics", &self.heartbeatMetrics)
        try v.field(44, "created_by", &self.createdBy)
        try v.field(45, "created_at", &self.createdAt)
        try v.field(46, "updated_at", &self.updatedAt)
        try v.field(47, "deleted_at", &self.deletedAt)
        try v.field(48, "is_observed", &self.isObserved)
        try v.field(49, "is_in_doubt", &self.isInDoubt)
    }
}

public typealias AgentID = ID<Agent>

/// One revision of an agent, by its numbers; its configuration is in the log.
public struct AgentVersion: NestedRecord {
    public var revision = 0
    public var version = ""
    public var configuredAt = Instant.zero
    public var archivedAt: Instant?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "revision", &self.revision)
        try v.field(2, "version", &self.version)
        try v.field(3, "configured_at", &self.configuredAt)
        try v.field(4, "archived_at", &self.archivedAt)
    }
}
