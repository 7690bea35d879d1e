import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

/// Words of the domain as `orchestrator_platform` says them.
enum PlatformWords {
    static let tiers = ["basic", "pro", "enterprise"]
    static let frameworks = Framework.allCases.map(\.rawValue)
    static let authorings = Authoring.allCases.map(\.rawValue)

    /// Its tiers are those that containers come in.
    static func tier(_ tier: SubscriptionTier) -> String { ContainerTier(of: tier).rawValue }

    /// Every agent and workflow there has a framework.
    static func framework(_ framework: Framework?) -> String { (framework ?? .defaultValue).rawValue }

    static let tierDeviation = Deviation(
        "subscription_tier", documented: "basic, pro or enterprise",
        reason: "the ledger knows a fourth tier, business, between professional and enterprise",
        ours: "business stands as pro, whose containers it gets")

    static let frameworkDeviation = Deviation(
        "framework", documented: "never null", reason: "the ledger need not know the framework of what was imported",
        ours: "\(Framework.defaultValue.rawValue) where the ledger knows none")

    static func cutDeviation(_ column: String, _ limit: Int) -> Deviation {
        Deviation(
            column, documented: "at most \(limit) characters", reason: "the ledger takes longer ones",
            ours: "the first \(limit) characters")
    }
}

extension TableCheck {
    /// One of a few words, named as PostgreSQL names a column's own check.
    static func oneOf(_ words: [String], _ column: String, of table: String) -> TableCheck {
        TableCheck("\(table)_\(column)_check", "\(column) IN (\(words.map { "'\($0)'" }.joined(separator: ", ")))")
    }
}
