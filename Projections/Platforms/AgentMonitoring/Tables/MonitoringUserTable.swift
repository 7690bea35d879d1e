import LedgerDomain
import LedgerRelations
import LedgerTables

enum MonitoringUserTable {
    static let relation = Relation.derived(from: User.self, Self.table) { user, _ in user }.found(byStateIn: "id")

    static let table = Table<User>("users", primaryKey: "id", description: "People who sign in.") {
        Column("id", .uuid, \.id)
        Column("email", .varchar(255), \.monitoredEmail).unique()
        Column("password_hash", .varchar(255), { ($0.canSignIn ? $0.passwordHash : nil)?.cut(to: 255) ?? "!" })
        Column("name", .varchar(255), { $0.displayName?.cut(to: 255) })
        Column("role", .varchar(50), \.monitoredRole)
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Deviation(
            "email", documented: "unique among all rows",
            reason: "an address is free again when its user is deleted, and that user's row stays: others refer to it",
            ours: "a deleted user's is ID@deleted.invalid, which is nobody's")
        Deviation(
            "password_hash", documented: "every user has one",
            reason: "who signs in elsewhere has none, and who is deleted or deactivated must not sign in",
            ours: "'!' for those, which no password hashes to")
        Deviation(
            "role", documented: "one role of a user", reason: "the ledger keeps a list of platform roles",
            ours: "admin where the list has it, else its first, else user")
    }
}

extension User {
    fileprivate var canSignIn: Bool { self.deletedAt == nil && self.status == .active }

    fileprivate var monitoredEmail: String {
        // RFC 2606 section 2: nothing under .invalid is ever anyone's.
        self.deletedAt == nil ? self.email.cut(to: 255) : "\(self.id)@deleted.invalid"
    }

    /// The platform role that counts, where only one can be told.
    var monitoredRole: String {
        let roles = self.platformRoles
        let role = roles.contains(Self.platformAdministrator) ? Self.platformAdministrator : roles.first
        return (role ?? "user").cut(to: 50)
    }
}
