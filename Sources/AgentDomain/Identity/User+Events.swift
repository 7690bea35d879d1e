import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum UserEvent: EntityEvent {
    case registered(UserRegistered)
    case emailChanged(UserEmailChanged)
    case emailVerified(UserEmailVerified)
    case passwordSet(UserPasswordSet)
    case authProviderLinked(UserAuthProviderLinked)
    case profileChanged(UserProfileChanged)
    case loggedIn(UserLoggedIn)
    case loggedOut(UserLoggedOut)
    case mfaEnabled(UserMFAEnabled)
    case mfaDisabled(UserMFADisabled)
    case platformRolesChanged(UserPlatformRolesChanged)
    case namespaceAccessChanged(UserNamespaceAccessChanged)
    case tierChanged(UserTierChanged)
    case deactivated(UserDeactivated)
    case reactivated(UserReactivated)
    case deleted(UserDeleted)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.registered), EventCase(Self.emailChanged), EventCase(Self.emailVerified),
        EventCase(Self.passwordSet), EventCase(Self.authProviderLinked), EventCase(Self.profileChanged),
        EventCase(Self.loggedIn), EventCase(Self.loggedOut), EventCase(Self.mfaEnabled), EventCase(Self.mfaDisabled),
        EventCase(Self.platformRolesChanged), EventCase(Self.namespaceAccessChanged), EventCase(Self.tierChanged),
        EventCase(Self.deactivated), EventCase(Self.reactivated), EventCase(Self.deleted),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .registered(let payload): try visitor.visit(payload)
        case .emailChanged(let payload): try visitor.visit(payload)
        case .emailVerified(let payload): try visitor.visit(payload)
        case .passwordSet(let payload): try visitor.visit(payload)
        case .authProviderLinked(let payload): try visitor.visit(payload)
        case .profileChanged(let payload): try visitor.visit(payload)
        case .loggedIn(let payload): try visitor.visit(payload)
        case .loggedOut(let payload): try visitor.visit(payload)
        case .mfaEnabled(let payload): try visitor.visit(payload)
        case .mfaDisabled(let payload): try visitor.visit(payload)
        case .platformRolesChanged(let payload): try visitor.visit(payload)
        case .namespaceAccessChanged(let payload): try visitor.visit(payload)
        case .tierChanged(let payload): try visitor.visit(payload)
        case .deactivated(let payload): try visitor.visit(payload)
        case .reactivated(let payload): try visitor.visit(payload)
        case .deleted(let payload): try visitor.visit(payload)
        }
    }
}

public struct UserRegistered: EntityPayload {
    @usableFromInline package static let type: EventType = "user.registered"
    public var id = UserID.zero
    /// As written; compared without regard to case.
    public var email = ""
    public var displayName: String?
    public var givenName: String?
    public var familyName: String?
    public var authProvider = AuthProvider.email
    /// What the provider calls the user.
    public var authProviderID: String?
    public var tier = SubscriptionTier.starter

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
        try v.field(2, "email", &self.email)
        try v.field(3, "display_name", &self.displayName)
        try v.field(4, "given_name", &self.givenName)
        try v.field(5, "family_name", &self.familyName)
        try v.field(6, "auth_provider", &self.authProvider)
        try v.field(7, "auth_provider_id", &self.authProviderID)
        try v.field(8, "subscription_tier", &self.tier)
    }
}

/// The new address has yet to be verified.
public struct UserEmailChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "user.email_changed"
    public var id = UserID.zero
    public var email = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
        try v.field(2, "email", &self.email)
    }
}

public struct UserEmailVerified: EntityPayload {
    @usableFromInline package static let type: EventType = "user.email_verified"
    public var id = UserID.zero
    /// The address that was verified; nil in a command means the current one.
    public var email: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
        try v.field(2, "email", &self.email)
    }
}

public struct UserPasswordSet: EntityPayload {
    @usableFromInline package static let type: EventType = "user.password_set"
    public var id = UserID.zero
    /// A hash with its scheme and salt (`$argon2id$…`, `$2b$…`), never the password.
    public var hash = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
        try v.field(2, "password_hash", &self.hash)
    }
}

/// The user signs in through this provider from now on.
public struct UserAuthProviderLinked: EntityPayload {
    @usableFromInline package static let type: EventType = "user.auth_provider_linked"
    public var id = UserID.zero
    public var provider = AuthProvider.email
    public var providerID = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
        try v.field(2, "auth_provider", &self.provider)
        try v.field(3, "auth_provider_id", &self.providerID)
    }
}

/// Replaces what was said before; what is not given is emptied.
public struct UserProfileChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "user.profile_changed"
    public var id = UserID.zero
    public var displayName: String?
    public var givenName: String?
    public var familyName: String?
    public var avatarURL: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
        try v.field(2, "display_name", &self.displayName)
        try v.field(3, "given_name", &self.givenName)
        try v.field(4, "family_name", &self.familyName)
        try v.field(5, "avatar_url", &self.avatarURL)
    }
}

/// From where, the envelope says.
public struct UserLoggedIn: EntityPayload {
    @usableFromInline package static let type: EventType = "user.logged_in"
    public var id = UserID.zero
    /// The session's name, never the secret that opens it.
    public var session: SessionID?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
        try v.field(2, "session_id", &self.session)
    }
}

public struct UserLoggedOut: EntityPayload {
    @usableFromInline package static let type: EventType = "user.logged_out"
    public var id = UserID.zero
    /// Nil means every session.
    public var session: SessionID?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
        try v.field(2, "session_id", &self.session)
    }
}

public struct UserMFAEnabled: EntityPayload {
    @usableFromInline package static let type: EventType = "user.mfa_enabled"
    public var id = UserID.zero
    /// Where the secret lies (`vault:users/7/totp`), never the secret.
    public var secret = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
        try v.field(2, "mfa_secret_reference", &self.secret)
    }
}

public struct UserMFADisabled: EntityPayload {
    @usableFromInline package static let type: EventType = "user.mfa_disabled"
    public var id = UserID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
    }
}

/// What the user is on the platform itself, beside the roles in organizations.
public struct UserPlatformRolesChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "user.platform_roles_changed"
    public var id = UserID.zero
    public var roles: [String] = []

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
        try v.field(2, "roles", &self.roles)
    }
}

public struct UserNamespaceAccessChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "user.namespace_access_changed"
    public var id = UserID.zero
    public var namespaces: [String] = []

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
        try v.field(2, "namespace_access", &self.namespaces)
    }
}

public struct UserTierChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "user.tier_changed"
    public var id = UserID.zero
    public var tier = SubscriptionTier.starter

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
        try v.field(2, "subscription_tier", &self.tier)
    }
}

public struct UserDeactivated: EntityPayload {
    @usableFromInline package static let type: EventType = "user.deactivated"
    public var id = UserID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}

public struct UserReactivated: EntityPayload {
    @usableFromInline package static let type: EventType = "user.reactivated"
    public var id = UserID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
    }
}

/// The user is gone and the address is free again; what the user did stays in the log.
public struct UserDeleted: EntityPayload {
    @usableFromInline package static let type: EventType = "user.deleted"
    public var id = UserID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
    }
}
