import LedgerEvents

/// A person with a login. What a user may do in an organization, memberships say.
public struct User: Entity {
    @usableFromInline package static let kind = "user"
    @usableFromInline package typealias Rules = UserDecider

    public enum Status: String, Enumeration {
        case active, inactive

        @usableFromInline package static var defaultValue: Status { .active }

        /// The states that a user in this one may go to.
        package var successors: [Status] {
            switch self {
            case .active: [.inactive]
            case .inactive: [.active]
            }
        }
    }

    /// The platform role that is needed for what stands above organizations: prices, accounts, governance.
    package static let platformAdministrator = "admin"

    /// Sessions that a user may have open; the oldest falls out of sight when one more begins.
    package static let sessionLimit = 100

    public var id = UserID.zero
    public var email = ""
    public var emailVerifiedAt: Instant?
    public var displayName: String?
    public var givenName: String?
    public var familyName: String?
    public var avatarURL: String?
    public var authProvider = AuthProvider.email
    public var authProviderID: String?
    public var passwordHash: String?
    public var passwordSetAt: Instant?
    /// Where the secret of the second factor lies; nil while there is none.
    public var mfaSecret: String?
    public var tier = SubscriptionTier.starter
    public var platformRoles: [String] = []
    public var namespaceAccess: [String] = []
    public var status = Status.active
    public var statusReason: String?
    public var lastLoginAt: Instant?
    public var sessions: [SessionID] = []
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero
    public var deletedAt: Instant?

    @usableFromInline package init() {}

    @usableFromInline package var person: UserID? { self.id }
    @usableFromInline package static var isIndexed: Bool { true }

    @usableFromInline package var aliases: [EventTag] {
        guard self.deletedAt == nil else { return [] }
        let login = self.authProviderID.map { [Self.alias(of: self.authProvider, $0)] } ?? []
        return [Self.alias(ofEmail: self.email)] + login
    }

    package static func alias(ofEmail email: String) -> EventTag {
        EventTag(kind: "user_email", text: email.lowercased())
    }

    package static func alias(of provider: AuthProvider, _ id: String) -> EventTag {
        EventTag(kind: "user_login", text: "\(provider.rawValue)/\(id)")
    }

    package var isEmailVerified: Bool { self.emailVerifiedAt != nil }
    package var isMFAEnabled: Bool { self.mfaSecret != nil }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "email", &self.email)
        try v.field(3, "email_verified_at", &self.emailVerifiedAt)
        try v.field(4, "display_name", &self.displayName)
        try v.field(5, "given_name", &self.givenName)
        try v.field(6, "family_name", &self.familyName)
        try v.field(7, "avatar_url", &self.avatarURL)
        try v.field(8, "auth_provider", &self.authProvider)
        try v.field(9, "auth_provider_id", &self.authProviderID)
        try v.field(10, "password_hash", &self.passwordHash)
        try v.field(11, "password_set_at", &self.passwordSetAt)
        try v.field(12, "mfa_secret_reference", &self.mfaSecret)
        try v.field(13, "subscription_tier", &self.tier)
        try v.field(14, "roles", &self.platformRoles)
        try v.field(15, "namespace_access", &self.namespaceAccess)
        try v.field(16, "status", &self.status)
        try v.field(17, "status_reason", &self.statusReason)
        try v.field(18, "last_login_at", &self.lastLoginAt)
        try v.field(19, "sessions", &self.sessions)
        try v.field(20, "created_at", &self.createdAt)
        try v.field(21, "updated_at", &self.updatedAt)
        try v.field(22, "deleted_at", &self.deletedAt)
    }
}

public typealias UserID = ID<User>

/// Names a login that lasts until the user logs out.
public enum SessionIdentity: Identified { @usableFromInline package static let kind = "session" }
public typealias SessionID = ID<SessionIdentity>

/// Who vouches for a user's identity.
public enum AuthProvider: String, Enumeration {
    case email, google, microsoft, github

    @usableFromInline package static var defaultValue: AuthProvider { .email }
}

extension DecisionContext {
    /// A user who is not deleted. Only the user's end guards the append.
    @discardableResult
    func requireLive(_ id: UserID) throws(Rejection) -> User {
        guard let user = self.peek(id) else { throw .notFound(User.kind, id.description) }
        if let instant = user.deletedAt { throw .deleted(User.kind, id, instant) }
        self.guardAgainst(EventQuery.Item(types: [UserDeleted.type], tags: [id.tag]))
        return user
    }

    /// A user who is neither deleted nor deactivated.
    @discardableResult
    func requireActive(_ id: UserID) throws(Rejection) -> User {
        let user = try self.requireLive(id)
        if user.status == .inactive { throw .broken("user \(id) is inactive; reactivate the user first") }
        self.guardAgainst(EventQuery.Item(types: [UserDeactivated.type], tags: [id.tag]))
        return user
    }

    /// A user who may be named in new work; a report of what has happened may name one who was deactivated since, and
    /// history one who was deleted.
    @discardableResult
    func requireNameable(_ id: UserID, _ order: CommandContext) throws(Rejection) -> User {
        if order.isHistory, let user = self.peek(id) { return user }
        return order.isReport ? try self.requireLive(id) : try self.requireActive(id)
    }
}
