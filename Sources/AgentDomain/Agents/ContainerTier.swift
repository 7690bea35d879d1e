import LedgerEvents

/// How much of a machine an agent's container gets. The tier fixes all of it.
public enum ContainerTier: String, Enumeration, Comparable {
    case basic, pro, enterprise

    @usableFromInline package static var defaultValue: ContainerTier { .basic }

    /// What a subscription gives at most.
    package init(of subscription: SubscriptionTier) {
        switch subscription {
        case .starter: self = .basic
        case .professional, .business: self = .pro
        case .enterprise: self = .enterprise
        }
    }

    /// Cores.
    package var cpuLimit: Int {
        switch self {
        case .basic: 1
        case .pro: 4
        case .enterprise: 16
        }
    }

    package var memoryLimitMebibytes: Int {
        switch self {
        case .basic: 2048
        case .pro: 8192
        case .enterprise: 32768
        }
    }

    package var isolation: NetworkIsolation {
        switch self {
        case .basic, .pro: .shared
        case .enterprise: .isolated
        }
    }

    public static func < (a: ContainerTier, b: ContainerTier) -> Bool { a.cpuLimit < b.cpuLimit }
}

/// Whether a container shares its network with others.
public enum NetworkIsolation: String, Enumeration {
    case shared, isolated

    @usableFromInline package static var defaultValue: NetworkIsolation { .shared }
}
