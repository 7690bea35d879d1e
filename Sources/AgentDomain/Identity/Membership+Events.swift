import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum MembershipEvent: EntityEvent {
    case added(MembershipAdded)
    case roleChanged(MembershipRoleChanged)
    case permissionsChanged(MembershipPermissionsChanged)
    case removed(MembershipRemoved)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.added), EventCase(Self.roleChanged), EventCase(Self.permissionsChanged), EventCase(Self.removed),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .added(let payload): try visitor.visit(payload)
        case .roleChanged(let payload): try visitor.visit(payload)
        case .permissionsChanged(let payload): try visitor.visit(payload)
        case .removed(let payload): try visitor.visit(payload)
        }
    }
}

public struct MembershipAdded: EntityPayload {
    @usableFromInline package static let type: EventType = "membership.added"
    public var id = MembershipID.zero
    public var organization = OrganizationID.zero
    public var user = UserID.zero
    public var role = Role.member

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "membership_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "user_id", &self.user)
        try v.field(4, "role", &self.role)
    }
}

public struct MembershipRoleChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "membership.role_changed"
    public var id = MembershipID.zero
    public var role = Role.member

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "membership_id", &self.id)
        try v.field(2, "role", &self.role)
    }
}

/// What the member may do beyond the role, in full.
public struct MembershipPermissionsChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "membership.permissions_changed"
    public var id = MembershipID.zero
    public var permissions: [String] = []

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "membership_id", &self.id)
        try v.field(2, "permissions", &self.permissions)
    }
}

public struct MembershipRemoved: EntityPayload {
    @usableFromInline package static let type: EventType = "membership.removed"
    public var id = MembershipID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "membership_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}
