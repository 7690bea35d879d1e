import EventSourcing

/// Who may give a command. Each command of the catalogue has one.
public enum Permission: Hashable, Sendable {
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
    public func isGranted(to standing: Standing) -> Bool {
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
    public var words: String {
        switch self {
        case .anyone: "anyone"
        case .oneself: "oneself"
        case .role(let role): role.rawValue
        case .platform: "platform"
        }
    }
}

/// What an actor is to the thing that a command is about.
public struct Standing: Hashable, Sendable {
    public enum Relation: Hashable, Sendable {
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
    public var isTrusted = false
    /// A user with the platform role `admin`.
    public var isPlatform = false
    public var relation = Relation.stranger
    /// A user who is neither deactivated nor deleted.
    public var isActive = false
    /// The user who is only being registered.
    public var isNewcomer = false

    public init(
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
    public var role: Role? {
        if case .member(let role) = self.relation { role } else { nil }
    }
}

/// To whom a thing belongs: an organization, a person, or neither.
public struct Belonging: Hashable, Sendable {
    public var organization: OrganizationID?
    public var person: UserID?

    public init(organization: OrganizationID?, person: UserID?) {
        self.organization = organization
        self.person = person
    }

    public init<E: Entity>(of thing: E) { self.init(organization: thing.owner, person: thing.person) }
}
