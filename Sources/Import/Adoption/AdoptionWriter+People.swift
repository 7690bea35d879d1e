import LedgerDomain
import LedgerEvents

/// What rows of all platforms tell of people and of their places in organizations.
extension AdoptionWriter {
    /// Sets a password where its hash is of a known scheme.
    /// - Parameter none: what the platform writes where there is no password.
    func setPassword(of user: UserID, in row: SourceRow, at instant: Instant, none: String = "!") throws {
        guard let hash = row.text("password_hash"), !hash.isEmpty, hash != none else { return }
        guard Accepted.passwordHash(hash) else {
            return row.lose("password_hash", "no hash of a known scheme; the user sets another password")
        }
        try self.then(
            .user(
                .setPassword(
                    .with {
                        $0.id = user
                        $0.hash = hash
                    })), at: instant)
    }

    func changeEmail(of user: UserID, to email: String, at instant: Instant) throws {
        try self.then(
            .user(
                .changeEmail(
                    .with {
                        $0.id = user
                        $0.email = email
                    })), at: instant)
    }

    func changePlatformRoles(of user: UserID, to roles: [String], at instant: Instant) throws {
        try self.then(
            .user(
                .changePlatformRoles(
                    .with {
                        $0.id = user
                        $0.roles = roles
                    })), at: instant)
    }

    func changeRole(of membership: MembershipID, to role: Role, at instant: Instant) throws {
        try self.then(
            .membership(
                .changeRole(
                    .with {
                        $0.id = membership
                        $0.role = role
                    })), at: instant)
    }

    /// Adds the member that the row is of, or takes over the role of one who is known, whose cells are not read.
    func place(
        _ user: @autoclosure () throws -> UserID, in organization: @autoclosure () throws -> OrganizationID,
        _ id: MembershipID, as role: Role, at instant: Instant
    ) throws {
        if try self.states.find(id) != nil {
            self.recognize(id)
            return try self.changeRole(of: id, to: role, at: instant)
        }
        try self.record(
            .membership(
                .add(
                    try .with {
                        $0.id = id
                        $0.organization = try organization()
                        $0.user = try user()
                        $0.role = role
                    })), at: instant)
    }

    /// The id of a user's place in an organization, for platforms whose rows give it none.
    static func membership(of user: UserID, in organization: OrganizationID) -> MembershipID {
        MembershipID(bits: UUIDv5.named("membership/\(user)", in: organization.bits))
    }

    func rename(_ agent: AgentID, to name: String, at instant: Instant) throws {
        try self.then(
            .agent(
                .rename(
                    .with {
                        $0.id = agent
                        $0.name = name
                    })), at: instant)
    }

    func share(_ agent: AgentID, with organization: OrganizationID, at instant: Instant) throws {
        try self.then(
            .agent(
                .shareWithOrganization(
                    .with {
                        $0.id = agent
                        $0.organization = organization
                    })), at: instant)
    }

    func createOrganization(_ id: OrganizationID, named name: String, slug: String, at instant: Instant) throws {
        try self.then(
            .organization(
                .create(
                    .with {
                        $0.id = id
                        $0.name = name
                        $0.slug = slug
                    })), at: instant)
    }
}
