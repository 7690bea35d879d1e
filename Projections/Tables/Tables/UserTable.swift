import LedgerDomain
import LedgerEvents
import LedgerRelations

enum UserTable {
    static let relation = Relation.states(User.self, Self.table)

    static let table = Table<User>("users", primaryKey: "id", description: "People who sign in.") {
        Column("id", .uuid, \.id)
        Column("email", .varchar(255), \.email).indexed()
        Column("email_verified", .boolean, \.isEmailVerified)
        Column("email_verified_at", .timestamptz, \.emailVerifiedAt)
        Column("display_name", .varchar(255), \.displayName)
        Column("first_name", .varchar(255), \.givenName)
        Column("last_name", .varchar(255), \.familyName)
        Column("avatar_url", .text, \.avatarURL)
        Column("auth_provider", .enumeration(AuthProvider.self), \.authProvider)
        Column("auth_provider_id", .varchar(255), \.authProviderID)
        Column("password_hash", .varchar(255), \.passwordHash)
        Column("mfa_enabled", .boolean, \.isMFAEnabled)
        Column("mfa_secret_reference", .varchar(255), \.mfaSecret)
        Column("subscription_tier", .enumeration(SubscriptionTier.self), \.tier)
        Column("roles", .textArray, \.platformRoles)
        Column("namespace_access", .textArray, \.namespaceAccess)
        Column("status", .enumeration(User.Status.self), \.status).indexed()
        Column("last_login_at", .timestamptz, \.lastLoginAt)
        Column("created_at", .timestamptz, \.createdAt).indexed()
        Column("updated_at", .timestamptz, \.updatedAt)
        Column("deleted_at", .timestamptz, \.deletedAt)
        TableIndex("users_email_live_key", "email", unique: true, where: "deleted_at IS NULL")
    }
}
