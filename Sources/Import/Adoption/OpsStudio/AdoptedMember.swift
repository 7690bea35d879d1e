import LedgerDomain
import LedgerEvents

/// `users`: a row is somebody's place in one organization.
enum AdoptedMember {
    static let registration = Adoption.Stage(
        "users",
        sql: { "SELECT * FROM \($0.people) p WHERE adopted_is_first ORDER BY created_at, id" },
        { row, writer in
            let id: UserID = try row.requiredID("adopted_person")
            let created = try row.creation(else: "updated_at", "last_login")
            let known = try writer.states.find(id)
            let email = try writer.email(of: id, in: row)
            let name = try row.name("full_name")
            let avatar = try row.url("avatar_url")
            let instant = known == nil ? created : try row.instant("updated_at") ?? created
            if let known {
                guard known.status == .active, known.deletedAt == nil else { return }
                try writer.changeEmail(of: id, to: email, at: instant)
            } else {
                try writer.then(
                    .user(
                        .register(
                            try .with {
                                $0.id = id
                                $0.email = email
                                $0.displayName = avatar == nil ? name : nil
                                $0.authProvider = try row.word("auth_provider") ?? .email
                                $0.authProviderID = try Self.login(row, id, $0.authProvider, writer)
                            })), at: created)
            }
            if try row.bool("email_verified") {
                try writer.then(
                    .user(.verifyEmail(.with { $0.id = id })), at: try row.instant("email_verified_at") ?? created)
            }
            try writer.setPassword(of: id, in: row, at: instant)
            if avatar != nil || known != nil {
                try writer.then(
                    .user(
                        .changeProfile(
                            .with {
                                $0.id = id
                                $0.displayName = name
                                $0.givenName = known?.givenName
                                $0.familyName = known?.familyName
                                $0.avatarURL = avatar
                            })), at: instant)
            }
            try Self.secure(id, row, at: instant, writer)
            if let login = try row.instant("last_login") {
                try writer.then(.user(.logIn(.with { $0.id = id })), at: login)
            }
        })

    /// The login of another provider, unless another user has it.
    private static func login(
        _ row: SourceRow, _ id: UserID, _ provider: AuthProvider, _ writer: AdoptionWriter
    ) throws -> String? {
        guard let login = try row.name("auth_provider_id") else { return nil }
        if try writer.take(User.alias(of: provider, login), for: id) { return login }
        try row.change("auth_provider_id", "another user has the login; left out")
        return nil
    }

    private static func secure(
        _ id: UserID, _ row: SourceRow, at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        guard try row.bool("mfa_enabled") else { return }
        guard let secret = row.text("mfa_secret"), Accepted.secretReference(secret) else {
            return row.lose("mfa_secret", "a secret in the clear, or none; the user enables it again")
        }
        try writer.then(
            .user(
                .enableMFA(
                    .with {
                        $0.id = id
                        $0.secret = secret
                    })), at: instant)
    }

    /// Owners come first: an organization is never without one.
    static let addition = Adoption.Stage(
        "users",
        sql: { "SELECT * FROM \($0.people) p ORDER BY role = 'owner' DESC, created_at, id" },
        { row, writer in
            let id: MembershipID = try row.requiredID("id")
            let created = try row.creation(else: "updated_at", "last_login")
            let role: Role = try row.word("role", else: Role.others) ?? .member
            let known = try writer.states.find(id)
            let instant = known == nil ? created : try row.instant("updated_at") ?? created
            if let known, known.removedAt != nil {
                writer.recognize(id)
                return row.row["deleted_at"] != nil ? () : try row.cannotReach("deleted_at")
            }
            try writer.place(
                try row.requiredID("adopted_person"), in: try row.requiredID("organization_id"), id, as: role,
                at: instant)
            // The person is told by the first of their rows.
            if row.row["adopted_is_first"] == "f" { try Self.keepOthers(row) }
            let permissions = try row.names("permissions")
            if permissions == known?.permissions ?? [] { return }
            try writer.then(
                .membership(
                    .changePermissions(
                        .with {
                            $0.id = id
                            $0.permissions = permissions
                        })), at: instant)
        })

    /// What a person's other row says of the person otherwise than the first.
    private static func keepOthers(_ row: SourceRow) throws {
        for column in ["full_name", "avatar_url", "auth_provider", "auth_provider_id", "last_login"] {
            guard let value = row.row[column], value != row.row["adopted_first_\(column)"] else { continue }
            row.keep(column)
        }
        if row.row["password_hash"] != nil, row.row["password_hash"] != row.row["adopted_first_password_hash"] {
            row.lose("password_hash", "a person has one password: that of their first row")
        }
    }

    static let removal = Adoption.Stage(
        "users",
        sql: { "SELECT * FROM \($0.table("users")) WHERE deleted_at IS NOT NULL ORDER BY deleted_at, id" },
        { row, writer in
            try writer.then(
                .membership(.remove(try .with { $0.id = try row.requiredID("id") })),
                at: try row.creation("deleted_at", else: "updated_at"))
        })

    /// A person who is gone from everywhere, as our own exports tell it, is deleted; others may come back.
    static let end = Adoption.Stage(
        "users",
        sql: { schema in
            """
            SELECT adopted_person AS id, max(deleted_at) AS deleted_at FROM \(schema.people) p
            WHERE email = adopted_person || '@deleted.invalid' GROUP BY adopted_person ORDER BY 2, 1
            """
        },
        { row, writer in
            try writer.then(
                .user(.delete(try .with { $0.id = try row.requiredID("id") })),
                at: try row.creation("deleted_at"))
        })

    static let losses = [
        Loss(
            "users", "id",
            "the row's id becomes that of the membership; a row's own follows from person and organization"),
        Loss("users", "updated_at", "the time of the last change that was taken over"),
        Loss(
            "users", "deleted_at", "of a person who is deleted everywhere, the last time counts where it was not known"),
    ]
}
