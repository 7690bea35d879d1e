import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum PlatformUserTable {
    static let relation = Relation.derived(from: User.self, Self.table) { user, _ in Row(user: user) }
        .found(byStateIn: "id")

    struct Row {
        var user: User

        /// An address is free again once its user is deleted; the row stays, and gives it up.
        var email: String {
            self.user.deletedAt == nil ? self.user.email : "deleted:\(self.user.id):\(self.user.email)".cut(to: 255)
        }

        /// Where only one name is known: all up to its last space, and what follows.
        private var split: (first: Substring, last: Substring) {
            let display = (self.user.displayName ?? "")[...]
            guard let space = display.lastIndex(of: " ") else { return (display, "") }
            return (display[..<space], display[display.index(after: space)...])
        }

        var firstName: String { (self.user.givenName ?? String(self.split.first)).cut(to: 100) }
        var lastName: String { (self.user.familyName ?? String(self.split.last)).cut(to: 100) }
        var isActive: Bool { self.user.status == .active && self.user.deletedAt == nil }
    }

    /// What no password hashes to, as in `/etc/shadow`.
    static let noPassword = "!"

    static let table = Table<Row>("users", primaryKey: "id", description: "People who sign in.") {
        Column("id", .uuid, \.user.id, default: .randomUUID)
        Column("email", .varchar(255), \.email)
        Column("password_hash", .varchar(255), { ($0.user.passwordHash ?? Self.noPassword).cut(to: 255) })
        Column("first_name", .varchar(100), \.firstName)
        Column("last_name", .varchar(100), \.lastName)
        Column("subscription_tier", .varchar(20), { PlatformWords.tier($0.user.tier) })
            .indexed("idx_users_subscription_tier")
        Column("created_at", .timestamptz, \.user.createdAt, nullable: true, default: .now)
            .indexed("idx_users_created_at")
        Column("updated_at", .timestamptz, \.user.updatedAt, nullable: true, default: .now)
        Column("last_login_at", .timestamptz, \.user.lastLoginAt)
        Column("is_active", .boolean, \.isActive, nullable: true, default: true)
        Column("email_verified", .boolean, \.user.isEmailVerified, nullable: true, default: false)
        Unique("email", name: "idx_users_email")
        TableCheck.oneOf(PlatformWords.tiers, "subscription_tier", of: "users")
        PlatformRowSecurity.users
        PlatformRowSecurity.security.guarding(PlatformRowSecurity.users, of: "users")
        PlatformWords.tierDeviation
        Deviation(
            "idx_users_email", documented: "an index beside the unique constraint of the same column",
            reason: "one repeats the other", ours: "the unique constraint's own index has that name")
        Deviation(
            "email", documented: "unique", reason: "an address is free again once its user is deleted, whose row stays",
            ours: "a deleted user's reads deleted:<id>:<address>")
        Deviation(
            "password_hash", documented: "never null", reason: "who signs in elsewhere has no password",
            ours: "\(Self.noPassword), which is no password's hash")
        Deviation(
            "first_name, last_name", documented: "never null, at most 100 characters",
            reason: "the ledger may know only the name that is displayed, and longer ones",
            ours: "the displayed name up to its last space and what follows; the first 100 characters")
    }
}
