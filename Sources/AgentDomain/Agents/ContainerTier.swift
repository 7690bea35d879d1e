import EventSourcing

/// How much of a machine an agent's container gets. The tier fixes all of it.
public enum ContainerTier: String, Enumeration, Comparable {
    case basic, pro, enterprise

    public static var defaultValue: ContainerTier { .basic }

    /// What a subscription gives at most.
    public init(of subscription: SubscriptionTier) {
        switch subscription {
        case .starter: self = .basic
        case .professional, .business: self = .pro
        case .enterprise: self = .enterprise
        }
    }

    /// Cores.
    public var cpuLimit: Int {
        switch self {
        case .basic: 1
        case .pro: 4
        case .enterprise: 16
        }
    }

    public var memoryLimitMebibytes: Int {
        switch self {
        case .basic: 2048
        case .pro: 8192
        case .enterprise: 32768
        }
    }

    public var isolation: NetworkIsolation {
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

    public static var defaultValue: NetworkIsolation { .shared }
}
