import LedgerEvents

/// How long a kind of data is to be kept, of one organization or of all; a later one for the same supersedes it.
///
/// Recorded only: nothing deletes data, or leaves it out, because of a policy yet.
public struct RetentionPolicy: Fact {
    @usableFromInline package static let kind = "retention_policy"
    @usableFromInline package static let type: EventType = "retention_policy.set"
    @usableFromInline package static let command = "retention_policy.set"
    @usableFromInline package static let permission = Permission.role(.owner)
    @usableFromInline package typealias Rules = FactRules<RetentionPolicy>

    /// Stands for every kind of data.
    package static let allData = "all"
    /// The kinds of things that there are events of.
    static let kinds = Set(DomainEvent.cases.map { String($0.type.name.prefix { $0 != "." }) })

    public var id = RetentionPolicyID.zero
    /// Nil: of every organization that has no policy of its own.
    public var organization: OrganizationID?
    /// A kind of thing, such as `log_line`, or `all`.
    public var dataKind = ""
    /// Nil: for ever.
    public var retentionDays: Int?
    public var reason: String?
    /// The policy that this one takes the place of. Written by the decider.
    public var supersedes: RetentionPolicyID?
    /// The policy that took this one's place: the view's own, never in an event.
    public var supersededBy: RetentionPolicyID?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package static var isIndexed: Bool { true }
    @usableFromInline package var aliases: [EventTag] { self.supersededBy == nil ? [self.currentAlias] : [] }

    /// Held by the policy in force.
    var currentAlias: EventTag {
        EventTag(kind: "retention", text: "\(self.organization?.description ?? "")/\(self.dataKind)")
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "retention_policy_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "data_kind", &self.dataKind)
        try v.field(4, "retention_days", &self.retentionDays)
        try v.field(5, "reason", &self.reason)
        try v.field(6, "supersedes", &self.supersedes)
        try v.field(7, "superseded_by", &self.supersededBy)
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        guard self.dataKind == Self.allData || Self.kinds.contains(self.dataKind) else {
            throw .invalid(
                "data_kind", "\"\(self.dataKind)\" must be \(Self.allData) or a kind of thing, such as log_line")
        }
        if let days = self.retentionDays, !(1...36_525).contains(days) {
            throw .invalid("retention_days", "is \(days); it must lie within 1 and 36525, or be left out for ever")
        }
        if let organization = self.organization { try world.requireLive(organization) }
        self.supersededBy = nil
        self.supersedes = world.holder(of: self.currentAlias, as: RetentionPolicy.self)
    }
}

public typealias RetentionPolicyID = ID<RetentionPolicy>
@usableFromInline package typealias RetentionPolicyEvent = FactEvent<RetentionPolicy>
@usableFromInline package typealias RetentionPolicyCommand = FactCommand<RetentionPolicy>
