import LedgerEvents

@usableFromInline package enum UserDecider: Decider {
    @usableFromInline package static func decide(
        _ command: UserCommand, given state: User?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [UserEvent] {
        if case .register(let registered) = command { return try self.register(registered, state, order, world) }
        guard let state else { throw .notFound(User.kind, UserID(bits: command.target).description) }
        if let instant = state.deletedAt {
            if case .delete = command { return [] }
            throw .deleted(User.kind, state.id, instant)
        }
        switch (command, state.status) {
        case (.register, _): return []

        case (.verifyEmail, .inactive), (.setPassword, .inactive), (.linkAuthProvider, .inactive), (.logIn, .inactive),
            (.enableMFA, .inactive), (.disableMFA, .inactive):
            throw .broken("user \(state.id) is inactive; reactivate the user first")

        case (.changeEmail(let changed), _):
            if changed.email == state.email { return [] }
            try self.requireFree(changed.email, for: state.id, world)
            return [.emailChanged(changed)]
        case (.verifyEmail(let verified), _): return try self.verify(verified, state)
        case (.setPassword(let set), _):
            try Require.passwordHash(set.hash, "password_hash")
            return set.hash == state.passwordHash ? [] : [.passwordSet(set)]
        case (.linkAuthProvider(let linked), _): return try self.link(linked, state, world)
        case (.changeProfile(let changed), _): return try self.changeProfile(changed, state)

        case (.logIn(let login), _):
            let stands = login.session.map(state.sessions.contains) ?? (state.lastLoginAt == order.occurredAt)
            return stands ? [] : [.loggedIn(login)]
        case (.logOut(let logout), _):
            let isIn = logout.session.map(state.sessions.contains) ?? !state.sessions.isEmpty
            return isIn ? [.loggedOut(logout)] : []

        case (.enableMFA(let enabled), _):
            try Require.secretReference(enabled.secret, "mfa_secret_reference")
            return enabled.secret == state.mfaSecret ? [] : [.mfaEnabled(enabled)]
        case (.disableMFA(let disabled), _): return state.mfaSecret == nil ? [] : [.mfaDisabled(disabled)]

        case (.changePlatformRoles(let changed), _):
            try Require.names(changed.roles, "roles")
            if changed.roles.isEmpty { throw .invalid("roles", "must not be empty; a plain user's are [\"user\"]") }
            return changed.roles == state.platformRoles ? [] : [.platformRolesChanged(changed)]
        case (.changeNamespaceAccess(let changed), _):
            try Require.names(changed.namespaces, "namespace_access")
            return changed.namespaces == state.namespaceAccess ? [] : [.namespaceAccessChanged(changed)]
        case (.changeTier(let changed), _): return changed.tier == state.tier ? [] : [.tierChanged(changed)]

        case (.deactivate(let deactivated), .active): return [.deactivated(deactivated)]
        case (.deactivate, .inactive): return []
        case (.reactivate(let reactivated), .inactive): return [.reactivated(reactivated)]
        case (.reactivate, .active): return []
        case (.delete(let deleted), _):
            try self.requireNoMemberships(of: state.id, world)
            return [.deleted(deleted)]
        }
    }

    private static func register(
        _ command: UserRegistered, _ state: User?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [UserEvent] {
        try Require.id(command.id, "user_id")
        if let state {
            guard User.alias(ofEmail: state.email) == User.alias(ofEmail: command.email) else {
                throw .alreadyExists(User.kind, command.id)
            }
            return []
        }
        if command.tier != .starter { try self.requirePlatform(order.actor, world) }
        try self.requireFree(command.email, for: command.id, world)
        try Require.name(command.displayName, "display_name")
        try Require.name(command.givenName, "given_name")
        try Require.name(command.familyName, "family_name")
        if let id = command.authProviderID { try self.requireFree(command.authProvider, id, for: command.id, world) }
        return [.registered(command)]
    }

    /// A tier is the platform's to give, as in `user.change_tier`.
    private static func requirePlatform(_ actor: Principal, _ world: any DecisionContext) throws(Rejection) {
        let standing = world.findStanding(of: actor, towards: Belonging(organization: nil, person: nil))
        guard standing.isTrusted || standing.isPlatform else {
            throw Rejection(
                .notAuthorized,
                "\(actor) has no platform role \(User.platformAdministrator); only the platform gives a subscription_tier "
                    + "other than \(SubscriptionTier.starter.rawValue)")
        }
    }

    private static func requireFree(_ email: String, for id: UserID, _ world: any DecisionContext) throws(Rejection) {
        try Require.email(email, "email")
        try world.requireFree(User.alias(ofEmail: email), for: id, what: "email \(email)")
    }

    private static func requireFree(
        _ provider: AuthProvider, _ login: String, for id: UserID, _ world: any DecisionContext
    ) throws(Rejection) {
        try Require.noSecret(login, "auth_provider_id")
        try Require.name(login, "auth_provider_id")
        try world.requireFree(User.alias(of: provider, login), for: id, what: "this \(provider.rawValue) login")
    }

    private static func verify(_ command: UserEmailVerified, _ state: User) throws(Rejection) -> [UserEvent] {
        var verified = command
        verified.email = command.email ?? state.email
        guard User.alias(ofEmail: verified.email ?? "") == User.alias(ofEmail: state.email) else {
            throw .broken("the address of user \(state.id) is \(state.email) now; verify that one")
        }
        return state.isEmailVerified ? [] : [.emailVerified(verified)]
    }

    private static func link(_ command: UserAuthProviderLinked, _ state: User, _ world: any DecisionContext)
        throws(Rejection)
        -> [UserEvent]
    {
        if command.provider == state.authProvider, command.providerID == state.authProviderID { return [] }
        try self.requireFree(command.provider, command.providerID, for: state.id, world)
        return [.authProviderLinked(command)]
    }

    private static func changeProfile(_ command: UserProfileChanged, _ state: User) throws(Rejection) -> [UserEvent] {
        try Require.name(command.displayName, "display_name")
        try Require.name(command.givenName, "given_name")
        try Require.name(command.familyName, "family_name")
        try Require.url(command.avatarURL, "avatar_url")
        let stands =
            command.displayName == state.displayName && command.givenName == state.givenName
            && command.familyName == state.familyName && command.avatarURL == state.avatarURL
        return stands ? [] : [.profileChanged(command)]
    }

    /// A deleted user would leave memberships behind, and perhaps an organization that nobody owns.
    private static func requireNoMemberships(of id: UserID, _ world: any DecisionContext) throws(Rejection) {
        for membership in world.members(of: Membership.memberships(of: id), as: Membership.self) {
            guard let organization = world.find(membership)?.organization,
                world.peek(organization)?.deletedAt == nil
            else { continue }
            throw .broken(
                "user \(id) is a member of organization \(organization); remove membership \(membership) first")
        }
    }

    @usableFromInline package static func evolve(_ state: inout User?, by event: UserEvent, _ envelope: Envelope) {
        if case .registered(let registered) = event {
            state = User(registered, at: envelope.occurredAt)
            return
        }
        state?.apply(event, at: envelope.occurredAt)
    }
}

extension User {
    init(_ registered: UserRegistered, at instant: Instant) {
        self.id = registered.id
        self.email = registered.email
        self.displayName = registered.displayName
        self.givenName = registered.givenName
        self.familyName = registered.familyName
        self.authProvider = registered.authProvider
        self.authProviderID = registered.authProviderID
        self.tier = registered.tier
        self.platformRoles = ["user"]
        self.createdAt = instant
        self.updatedAt = instant
    }

    mutating func apply(_ event: UserEvent, at instant: Instant) {
        self.updatedAt = instant
        switch event {
        case .registered: break
        case .emailChanged(let changed):
            self.email = changed.email
            self.emailVerifiedAt = nil
        case .emailVerified: self.emailVerifiedAt = instant
        case .passwordSet(let set):
            self.passwordHash = set.hash
            self.passwordSetAt = instant
        case .authProviderLinked(let linked):
            self.authProvider = linked.provider
            self.authProviderID = linked.providerID
        case .profileChanged(let changed):
            self.displayName = changed.displayName
            self.givenName = changed.givenName
            self.familyName = changed.familyName
            self.avatarURL = changed.avatarURL
        case .loggedIn(let login):
            self.lastLoginAt = instant
            if let session = login.session { self.sessions.append(session) }
            self.sessions.removeFirst(max(0, self.sessions.count - Self.sessionLimit))
        case .loggedOut(let logout): self.sessions.removeAll { logout.session == nil || $0 == logout.session }
        case .mfaEnabled(let enabled): self.mfaSecret = enabled.secret
        case .mfaDisabled: self.mfaSecret = nil
        case .platformRolesChanged(let changed): self.platformRoles = changed.roles
        case .namespaceAccessChanged(let changed): self.namespaceAccess = changed.namespaces
        case .tierChanged(let changed): self.tier = changed.tier
        case .deactivated(let deactivated):
            self.status = .inactive
            self.statusReason = deactivated.reason
            self.sessions = []
        case .reactivated:
            self.status = .active
            self.statusReason = nil
        case .deleted:
            self.deletedAt = instant
            self.sessions = []
        }
    }
}
