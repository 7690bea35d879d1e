import AgentDomain
import EventSourcing

/// `users`: a row is somebody's place in one organization.
enum AdoptedMember {
    static let registration = Adoption.Stage(
        "users",
        sql: { "SELECT * FROM \($0.people) p WHERE is_first ORDER BY created_at, id" },
        { row, writer in
            let id: UserID = try row.requiredID("person")
            let created = try row.requiredInstant("created_at")
            try writer.then(
                .user(
                    .register(
                        try .with {
                            $0.id = id
                            $0.email = try row.required("email")
                            $0.displayName = row.text("avatar_url") == nil ? row.text("full_name") : nil
                            $0.authProvider = try row.word("auth_provider") ?? .email
                            $0.authProviderID = row.text("auth_provider_id")
                        })), at: created)
            guard try writer.states.find(id).map({ $0.status == .active && $0.deletedAt == nil }) ?? true else {
                return
            }
            if try row.bool("email_verified") {
                try writer.then(
                    .user(.verifyEmail(.with { $0.id = id })), at: try row.instant("email_verified_at") ?? created)
            }
            if let hash = row.text("password_hash") {
                try writer.setPassword(of: id, to: hash, at: created)
            }
            if let avatar = row.text("avatar_url") {
                try writer.then(
                    .user(
                        .changeProfile(
                            .with {
                                $0.id = id
                                $0.displayName = row.text("full_name")
                                $0.avatarURL = avatar
                            })), at: created)
            }
            if try row.bool("mfa_enabled"), let secret = row.text("mfa_secret") {
                try writer.then(
                    .user(
                        .enableMFA(
                            .with {
                                $0.id = id
                                $0.secret = secret
                            })), at: created)
            }
            if let login = try row.instant("last_login") {
                try writer.then(.user(.logIn(.with { $0.id = id })), at: login)
            }
        })

    static let addition = Adoption.Stage(
        "users",
        sql: { "SELECT * FROM \($0.people) p ORDER BY created_at, id" },
        { row, writer in
            let id: MembershipID = try row.requiredID("id")
            let created = try row.requiredInstant("created_at")
            try writer.record(
                .membership(
                    .add(
                        try .with {
                            $0.id = id
                            $0.organization = try row.requiredID("organization_id")
                            $0.user = try row.requiredID("person")
                            $0.role = try row.word("role") ?? .member
                        })), at: created)
            let permissions = try row.list("permissions")
            guard !permissions.isEmpty, try writer.states.find(id)?.removedAt == nil else { return }
            try writer.then(
                .membership(
                    .changePermissions(
                        .with {
                            $0.id = id
                            $0.permissions = permissions
                        })), at: created)
        })

    static let removal = Adoption.Stage(
        "users",
        sql: { "SELECT * FROM \($0.table("users")) WHERE deleted_at IS NOT NULL ORDER BY deleted_at, id" },
        { row, writer in
            try writer.then(
                .membership(.remove(try .with { $0.id = try row.requiredID("id") })),
                at: try row.requiredInstant("deleted_at"))
        })

    /// A person who is gone from everywhere, as our own exports tell it, is deleted; others may come back.
    static let end = Adoption.Stage(
        "users",
        sql: { schema in
            """
            SELECT person AS id, max(deleted_at) AS deleted_at FROM \(schema.people) p
            WHERE email = person || '@deleted.invalid' GROUP BY person ORDER BY 2, 1
            """
        },
        { row, writer in
            try writer.then(
                .user(.delete(try .with { $0.id = try row.requiredID("id") })),
                at: try row.requiredInstant("deleted_at"))
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
