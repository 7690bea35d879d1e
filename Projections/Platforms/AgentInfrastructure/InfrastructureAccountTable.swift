import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum InfrastructureAccountTable {
    static let relation = Relation.derived(from: User.self, Self.table) { user, _ in user }.found(byStateIn: "id")

    static let table = Table<User>(
        "user_accounts", primaryKey: "id",
        description: "Whose account is active. Who somebody is, the platform knows elsewhere."
    ) {
        Column("id", .uuid, \.id)
        Column(
            "is_active", .boolean, { $0.status == .active && $0.deletedAt == nil },
            description: "With another account, a member sees nothing and may do nothing.")
        InfrastructureRowSecurity.accounts
        InfrastructureRowSecurity.security.guarding(InfrastructureRowSecurity.accounts, of: "user_accounts")
        Deviation(
            "table", documented: "users are elsewhere",
            reason: "a membership that a tenant wrote must not outlast the user's account",
            ours: "a row for each user, with whether the account is active")
    }
}
