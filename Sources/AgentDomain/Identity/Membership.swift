import LedgerEvents

/// A user's place in an organization. There is one for a user and an organization at a time.
public struct Membership: Entity {
    @usableFromInline package static let kind = "membership"
    @usableFromInline package typealias Rules = MembershipDecider

    public var id = MembershipID.zero
    public var organization = OrganizationID.zero
    public var user = UserID.zero
    public var role = Role.member
    /// What the member may do beyond the role.
    public var permissions: [String] = []
    public var joinedAt = Instant.zero
    public var updatedAt = Instant.zero
    public var removedAt: Instant?
    public var removalReason: String?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package static var isIndexed: Bool { true }

    @usableFromInline package var aliases: [EventTag] {
        self.removedAt == nil ? [Self.alias(of: self.user, in: self.organization)] : []
    }

    @usableFromInline package var groups: [EventTag] {
        guard self.removedAt == nil else { return [] }
        let all = Self.memberships(of: self.user)
        return self.role == .owner ? [Self.owners(of: self.organization), all] : [all]
    }

    @usableFromInline package var listings: [EventTag] { [Self.all(of: self.user)] }

    /// A user's memberships, also those that were removed.
    package static func all(of user: UserID) -> EventTag { EventTag(kind: "user_memberships_ever", id: user.bits) }

    package static func alias(of user: UserID, in organization: OrganizationID) -> EventTag {
        EventTag(kind: "membership", text: "\(organization)/\(user)")
    }

    static func owners(of organization: OrganizationID) -> EventTag {
        EventTag(kind: "organization_owners", id: organization.bits)
    }

    static func memberships(of user: UserID) -> EventTag { EventTag(kind: "user_memberships", id: user.bits) }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "user_id", &self.user)
        try v.field(4, "role", &self.role)
        try v.field(5, "permissions", &self.permissions)
        try v.field(6, "joined_at", &self.joinedAt)
        try v.field(7, "updated_at", &self.updatedAt)
        try v.field(8, "removed_at", &self.removedAt)
        try v.field(9, "removal_reason", &self.removalReason)
    }
}

public typealias MembershipID = ID<Membership>
