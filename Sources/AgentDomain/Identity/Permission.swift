import LedgerEvents

/// Who may give a command. Each command of the catalogue has one.
@usableFromInline package enum Permission: Hashable, Sendable {
    /// Any active user, and whoever registers themselves: registering, and founding an organization. A key acts in its own
    /// organization alone.
    case anyone
    /// The user whom the command is about.
    case oneself
    /// Members of this role or a higher one, of the organization that the command is about; where it is about a person
    /// or what a person owns, that person alone; where it is about neither, the platform.
    case role(Role)
    /// Users with the platform role `admin`.
    case platform

    /// The whole of authorization: whether an actor who stands so to what a command is about may give it.
    package func isGranted(to standing: Standing) -> Bool {
        if standing.isTrusted { return true }
        switch self {
        case .anyone: return standing.isActive || standing.isNewcomer
        case .oneself: return standing.relation == .oneself
        case .platform: return standing.isPlatform
        case .role(let needed):
            switch standing.relation {
            case .oneself: return true
            case .member(let role): return role >= needed
            case .stranger: return false
            case .nobodys: return standing.isPlatform
            }
        }
    }

    /// What it takes, for lists and messages: `anyone`, `oneself`, a role, or `platform`.
    package var words: String {
        switch self {
        case .anyone: "anyone"
        case .oneself: "oneself"
        case .role(let role): role.rawValue
        case .platform: "platform"
        }
    }
}

/// What an actor is to the thing that a command is about.
package struct Standing: Hashable, Sendable {
    package enum Relation: Hashable, Sendable {
        /// The user whom it is about, or who owns it.
        case oneself
        /// In the organization that it belongs to.
        case member(Role)
        /// It belongs to somebody else.
        case stranger
        /// It belongs to no organization and to no user.
        case nobodys
    }

    /// `system:` actors are trusted code.
    package var isTrusted = false
    /// A user with the platform role `admin`.
    package var isPlatform = false
    package var relation = Relation.stranger
    /// A user who is neither deactivated nor deleted.
    package var isActive = false
    /// The user who is only being registered.
    package var isNewcomer = false

    package init(
        isTrusted: Bool = false, isPlatform: Bool = false, relation: Relation = .stranger, isActive: Bool = false,
        isNewcomer: Bool = false
    ) {
        self.isTrusted = isTrusted
        self.isActive = isActive
        self.isNewcomer = isNewcomer
        self.isPlatform = isPlatform
        self.relation = relation
    }

    /// Where the actor is in the organization.
    package var role: Role? {
        if case .member(let role) = self.relation { role } else { nil }
    }
}

/// To whom a thing belongs: an organization, a person, or neither.
package struct Belonging: Hashable, Sendable {
    package var organization: OrganizationID?
    package var person: UserID?

    package init(organization: OrganizationID?, person: UserID?) {
        self.organization = organization
        self.person = person
    }

    package init<E: Entity>(of thing: E) { self.init(organization: thing.owner, person: thing.person) }
}
