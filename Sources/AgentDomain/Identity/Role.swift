import LedgerEvents

/// What a member of an organization may do; each role may do all that the ones before it may.
public enum Role: String, Enumeration, Comparable {
    case viewer, member, admin, owner

    @usableFromInline package static var defaultValue: Role { .member }

    public static func < (a: Role, b: Role) -> Bool { a.rank < b.rank }

    var rank: Int {
        switch self {
        case .viewer: 0
        case .member: 1
        case .admin: 2
        case .owner: 3
        }
    }
}
