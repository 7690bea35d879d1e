import AgentDomain
import EventSourcing
import Ledger
import Relations

enum InfrastructureUserTable {
    static let relation = Relation.derived(from: User.self, Self.table) { user, _ in user }.found(byStateIn: "id")

    static let table = Table<User>(
        "users", primaryKey: "id",
        description: "Whose account is active. Who somebody is, the platform knows elsewhere."
    ) {
        Column("id", .uuid, \.id)
        Column(
            "is_active", .boolean, { $0.status == .active && $0.deletedAt == nil },
            description: "With another account, a member sees nothing and may do nothing.")
        InfrastructureRowSecurity.users
        InfrastructureRowSecurity.security.guarding(InfrastructureRowSecurity.users, of: "users")
        Deviation(
            "table", documented: "users are elsewhere",
            reason: "a membership that a tenant wrote must not outlast the user's account",
            ours: "a row for each user, with whether the account is active")
    }
}
