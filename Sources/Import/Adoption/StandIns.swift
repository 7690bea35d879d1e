import LedgerDomain
import LedgerEvents
import LedgerTelemetry

/// Things that a platform does not have, and that what it has belongs to.
extension AdoptionWriter {
    /// The organization of a user who is in none.
    func personalOrganization(of user: UserID, at instant: Instant) throws -> OrganizationID {
        let id = OrganizationID(bits: UUIDv5.named("personal organization", in: user.bits))
        try self.createOrganization(id, named: "Personal organization", slug: "personal-\(user)", at: instant)
        try self.then(
            .membership(
                .add(
                    .with {
                        $0.id = Self.membership(of: user, in: id)
                        $0.organization = id
                        $0.user = user
                        $0.role = .owner
                    })), at: instant)
        return id
    }

    /// The organization of what belongs to nobody.
    func commonOrganization(at instant: Instant) throws -> OrganizationID {
        try self.createOrganization(Self.common, named: "Without an owner", slug: "without-owner", at: instant)
        return Self.common
    }

    static let common = SourceIdentity.organization("without-owner")

    /// An agent of an organization, in the place of one that works for another alone.
    func makeUpAgent(for other: AgentID, in organization: OrganizationID, at instant: Instant) throws -> AgentID {
        let id = AgentID(bits: UUIDv5.named("agent/\(other)", in: organization.bits))
        if try self.states.find(id) != nil { return id }
        try self.then(
            .agent(
                .create(
                    .with {
                        $0.id = id
                        $0.organization = organization
                        $0.name = "Agent \(id)"
                        $0.configuration.llmConfig = .emptyObject
                    })), at: instant)
        return id
    }

    /// The organization of a row with `organization_id`; where that is null, the personal one of the user in another
    /// column, or else the one of what belongs to nobody.
    func organization(of row: SourceRow, orOf user: String, at instant: Instant) throws -> OrganizationID {
        if let organization: OrganizationID = try row.id("organization_id") { return organization }
        if let user: UserID = try row.id(user) { return try self.personalOrganization(of: user, at: instant) }
        return try self.commonOrganization(at: instant)
    }

    /// A user whom other rows name and who has none.
    func makeUpUser(_ id: UserID, at instant: Instant) throws {
        if try self.states.find(id) != nil { return }
        try self.then(
            .user(
                .register(
                    .with {
                        $0.id = id
                        $0.email = "\(id)@unknown.invalid"
                    })), at: instant)
    }

    /// The address of a user, or one that nothing is sent to where another user has the same.
    func email(of id: UserID, in row: SourceRow, _ column: String = "email") throws -> String {
        let email = try row.email(column, of: id)
        if try self.take(User.alias(ofEmail: email), for: id) { return email }
        try row.change(column, "another user has the address; one that nothing is sent to was made up")
        return "\(id)@duplicate.invalid"
    }

    /// The row's slug in a form that the ledger takes, with the id behind it where another has the same; nil where it is null.
    func slug<E: Stored>(of id: ID<E>, in row: SourceRow, _ alias: (String) -> EventTag) throws -> String? {
        guard let slug = try row.slug("slug") else { return nil }
        if try self.take(alias(slug), for: id) { return slug }
        let other = SourceIdentity.slug("\(slug.prefix(60)) \(id)")
        _ = try self.take(alias(other), for: id)
        try row.change("slug", "another has the slug; the id was put behind it")
        return other
    }

    /// A slug for an organization that has none: its name, and its id where another has the same.
    func slug(named name: String, of id: OrganizationID) throws -> String {
        let slug = SourceIdentity.slug(name)
        if try self.take(Organization.alias(ofSlug: slug), for: id) { return slug }
        let other = SourceIdentity.slug("\(name.prefix(60)) \(id)")
        _ = try self.take(Organization.alias(ofSlug: other), for: id)
        return other
    }
}

extension Role {
    /// What other platforms call roles.
    static let others: [String: Role] = [
        "user": .member, "editor": .member, "administrator": .admin, "guest": .viewer, "read_only": .viewer,
        "readonly": .viewer,
    ]
}

extension Agent.Status {
    /// What other platforms call states of agents.
    static let others: [String: Agent.Status] = [
        "running": .active, "online": .active, "enabled": .active, "offline": .inactive, "stopped": .inactive,
        "disabled": .inactive, "paused": .inactive, "failed": .error,
    ]
}
