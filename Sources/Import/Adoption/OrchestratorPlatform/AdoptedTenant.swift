import AgentDomain
import EventSourcing

/// `organizations`, `users` and `organization_members` of an orchestrator.
enum AdoptedTenant {
    static func tier(_ row: AdoptedRow) throws -> SubscriptionTier {
        switch try row.word("subscription_tier") ?? ContainerTier.basic {
        case .basic: .starter
        case .pro: .professional
        case .enterprise: .enterprise
        }
    }

    static let organizations = Adoption.Stage("organizations", orderedBy: "created_at, id") { row, writer in
        try writer.record(
            .organization(
                .create(
                    try .with {
                        $0.id = try row.requiredID("id")
                        $0.name = try row.required("name")
                        $0.slug = try row.required("slug")
                        $0.tier = try Self.tier(row)
                    })), at: try row.requiredInstant("created_at"))
    }

    /// One with a member who is deleted is deleted itself, as our own exports tell it: nobody else's members are.
    static let organizationEnd = Adoption.Stage(
        "organizations",
        sql: { schema in
            """
            SELECT o.*, EXISTS (SELECT FROM \(schema.table("organization_members")) m
              JOIN \(schema.table("users")) u ON u.id = m.user_id
              WHERE m.organization_id = o.id AND u.email LIKE 'deleted:' || u.id || ':%') AS is_deleted
            FROM \(schema.table("organizations")) o WHERE NOT is_active ORDER BY updated_at, id
            """
        },
        { row, writer in
            let updated = try row.instant("updated_at") ?? row.requiredInstant("created_at")
            try AdoptedOrganization.end(
                try row.requiredID("id"), as: try row.bool("is_deleted") ? .cancelled : .suspended, at: updated,
                isDeleted: try row.bool("is_deleted"), writer)
        })

    /// As our own exports tell of deleted users: `deleted:<id>:<address>`.
    private static func address(_ row: AdoptedRow) throws -> (text: String, isDeleted: Bool) {
        let email = try row.required("email")
        let mark = "deleted:\(row.text("id") ?? ""):"
        return email.hasPrefix(mark) ? (String(email.dropFirst(mark.count)), true) : (email, false)
    }

    static let users = Adoption.Stage("users", orderedBy: "created_at, id") { row, writer in
        let id: UserID = try row.requiredID("id")
        let created = try row.requiredInstant("created_at")
        let updated = try row.instant("updated_at") ?? created
        let names = [row.text("first_name"), row.text("last_name")].map { $0 ?? "" }
        let isWhole = !names.contains("")
        let display = names.filter { !$0.isEmpty }.joined(separator: " ")
        try writer.record(
            .user(
                .register(
                    try .with {
                        $0.id = id
                        $0.email = try Self.address(row).text
                        $0.tier = try Self.tier(row)
                    })), at: created)
        guard try writer.states.find(id).map({ $0.status == .active && $0.deletedAt == nil }) ?? true else { return }
        if let hash = row.text("password_hash"), hash != "!" {
            try writer.setPassword(of: id, to: hash, at: created)
        }
        if row.text("email_verified") == "t" {
            try writer.then(.user(.verifyEmail(.with { $0.id = id })), at: created)
        }
        if let login = try row.instant("last_login_at") {
            try writer.then(.user(.logIn(.with { $0.id = id })), at: login)
        }
        guard !display.isEmpty else { return }
        try writer.then(
            .user(
                .changeProfile(
                    .with {
                        $0.id = id
                        $0.displayName = display
                        $0.givenName = isWhole ? names[0] : nil
                        $0.familyName = isWhole ? names[1] : nil
                    })), at: updated)
    }

    static let members = Adoption.Stage("organization_members", orderedBy: "joined_at, id") { row, writer in
        try writer.record(
            .membership(
                .add(
                    try .with {
                        $0.id = try row.requiredID("id")
                        $0.organization = try row.requiredID("organization_id")
                        $0.user = try row.requiredID("user_id")
                        $0.role = try row.word("role") ?? .member
                    })), at: try row.requiredInstant("joined_at"))
    }

    static let userEnd = Adoption.Stage(
        "users", sql: { "SELECT * FROM \($0.table("users")) WHERE NOT is_active ORDER BY updated_at, id" },
        { row, writer in
            let id: UserID = try row.requiredID("id")
            let updated = try row.instant("updated_at") ?? row.requiredInstant("created_at")
            guard try Self.address(row).isDeleted else {
                return try writer.then(.user(.deactivate(.with { $0.id = id })), at: updated)
            }
            try writer.then(.user(.delete(.with { $0.id = id })), at: updated)
        })

    static let losses = [
        Loss("organizations", "updated_at", "it comes back of one that is not active: it is suspended from then on")
    ]
}
