import LedgerDomain
import LedgerEvents
import LedgerTelemetry

/// `organizations`, `users` and `organization_members` of an orchestrator.
enum AdoptedTenant {
    static func tier(_ row: SourceRow) throws -> SubscriptionTier {
        let tier: ContainerTier =
            try row.word(
                "subscription_tier",
                else: ["free": .basic, "starter": .basic, "professional": .pro, "business": .enterprise]) ?? .basic
        return Self.subscription(tier)
    }

    static func subscription(_ tier: ContainerTier) -> SubscriptionTier {
        switch tier {
        case .basic: .starter
        case .pro: .professional
        case .enterprise: .enterprise
        }
    }

    static let organizations = Adoption.Stage("organizations", orderedBy: "created_at, id") { row, writer in
        let id: OrganizationID = try row.requiredID("id")
        let name = try row.name("name", else: "Organization \(id)")
        let tier = try Self.tier(row)
        let created = try row.creation(else: "updated_at")
        let slug =
            try writer.slug(of: id, in: row) { Organization.alias(ofSlug: $0) } ?? writer.slug(named: name, of: id)
        if let known = try writer.states.find(id) {
            writer.recognize(id)
            if known.deletedAt != nil { return }
            let updated = try row.instant("updated_at") ?? created
            try AdoptedOrganization.change(known, name, tier, nil, at: updated, writer)
            return try writer.then(
                .organization(
                    .changeSlug(
                        .with {
                            $0.id = id
                            $0.slug = slug
                        })), at: updated)
        }
        try writer.record(
            .organization(
                .create(
                    .with {
                        $0.id = id
                        $0.name = name
                        $0.slug = slug
                        $0.tier = tier
                    })), at: created)
    }

    /// One with a member who is deleted is deleted itself, as our own exports tell it: nobody else's members are.
    static let organizationEnd = Adoption.Stage(
        "organizations",
        sql: { schema in
            """
            SELECT o.*, EXISTS (SELECT FROM \(schema.table("organization_members")) m
              JOIN \(schema.table("users")) u ON u.id = m.user_id
              WHERE m.organization_id = o.id AND u.email LIKE 'deleted:' || u.id || ':%') AS adopted_is_deleted
            FROM \(schema.table("organizations")) o ORDER BY updated_at, id
            """
        },
        { row, writer in
            let id: OrganizationID = try row.requiredID("id")
            let isActive = row.text("is_active") != "f"
            let isDeleted = try !isActive && row.bool("adopted_is_deleted")
            if !isDeleted, try writer.states.find(id)?.deletedAt != nil { return try row.cannotReach("is_active") }
            try AdoptedOrganization.end(
                id, as: isActive ? .active : isDeleted ? .cancelled : .suspended,
                at: try row.creation("updated_at", else: "created_at"), isDeleted: isDeleted, writer)
        })

    /// As our own exports tell of deleted users: `deleted:<id>:<address>`.
    private static func deletedAddress(_ row: SourceRow) -> String? {
        let mark = "deleted:\(row.row["id"] ?? ""):"
        guard let email = row.text("email"), email.hasPrefix(mark) else { return nil }
        return String(email.dropFirst(mark.count))
    }

    static let users = Adoption.Stage("users", orderedBy: "created_at, id") { row, writer in
        let id: UserID = try row.requiredID("id")
        let created = try row.creation(else: "updated_at", "last_login_at")
        let updated = try row.instant("updated_at") ?? created
        let names = [try row.name("first_name"), try row.name("last_name")].map { $0 ?? "" }
        let isWhole = !names.contains("")
        let display = names.filter { !$0.isEmpty }.joined(separator: " ")
        let tier = try Self.tier(row)
        let email = try Self.deletedAddress(row) ?? writer.email(of: id, in: row)
        let known = try writer.states.find(id)
        if let known {
            writer.recognize(id)
            if known.deletedAt != nil { return Self.deletedAddress(row) != nil ? () : try row.cannotReach("email") }
            guard known.status == .active else { return }
            try writer.changeEmail(of: id, to: email, at: updated)
            try writer.then(
                .user(
                    .changeTier(
                        .with {
                            $0.id = id
                            $0.tier = tier
                        })), at: updated)
        } else {
            try writer.record(
                .user(
                    .register(
                        .with {
                            $0.id = id
                            $0.email = email
                            $0.tier = tier
                        })), at: created)
        }
        try writer.setPassword(of: id, in: row, at: known == nil ? created : updated)
        if try row.bool("email_verified") {
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
                        $0.displayName = FittingName.of(display)
                        $0.givenName = isWhole ? names[0] : nil
                        $0.familyName = isWhole ? names[1] : nil
                        $0.avatarURL = known?.avatarURL
                    })), at: updated)
    }

    /// Owners come first: an organization is never without one.
    static let members = Adoption.Stage(
        "organization_members",
        sql: { schema in
            """
            SELECT m.*, greatest(u.created_at, o.created_at) AS adopted_joined_at
            FROM \(schema.table("organization_members")) m
            LEFT JOIN \(schema.table("users")) u ON u.id = m.user_id
            LEFT JOIN \(schema.table("organizations")) o ON o.id = m.organization_id ORDER BY m.role = 'owner' DESC, m.joined_at, m.id
            """
        },
        { row, writer in
            let id: MembershipID = try row.requiredID("id")
            let role: Role = try row.word("role", else: Role.others) ?? .member
            let joined = try row.creation("joined_at", else: "adopted_joined_at")
            try writer.place(
                try row.requiredID("user_id"), in: try row.requiredID("organization_id"), id, as: role, at: joined)
        })

    static let userEnd = Adoption.Stage("users", orderedBy: "updated_at, id") { row, writer in
        let id: UserID = try row.requiredID("id")
        let updated = try row.creation("updated_at", else: "created_at")
        guard try writer.states.find(id)?.deletedAt == nil else { return }
        if row.text("is_active") != "f" {
            guard try writer.states.find(id)?.status == .inactive else { return }
            return try writer.then(.user(.reactivate(.with { $0.id = id })), at: updated)
        }
        guard Self.deletedAddress(row) != nil else {
            return try writer.then(.user(.deactivate(.with { $0.id = id })), at: updated)
        }
        try writer.then(.user(.delete(.with { $0.id = id })), at: updated)
    }

    static let losses = [
        Loss("organizations", "updated_at", "it comes back of one that is not active: it is suspended from then on")
    ]
}
