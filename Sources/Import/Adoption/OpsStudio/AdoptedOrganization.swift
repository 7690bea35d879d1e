import LedgerDomain
import LedgerEvents

/// `organizations`.
enum AdoptedOrganization {
    static let creation = Adoption.Stage("organizations", orderedBy: "created_at, id") { row, writer in
        let id: OrganizationID = try row.requiredID("id")
        let created = try row.creation(else: "updated_at", "deleted_at")
        let updated = try row.instant("updated_at") ?? created
        let name = try row.name("name", else: "Organization \(id)")
        let tier: SubscriptionTier = try row.word("subscription_tier", else: SubscriptionTier.others) ?? .starter
        let settings = try Self.settings(of: row)
        let known = try writer.states.find(id)
        if let known {
            writer.recognize(id)
            if known.deletedAt != nil { return }
            try Self.change(known, name, tier, settings, at: updated, writer)
        } else {
            try writer.record(
                .organization(
                    .create(
                        try .with {
                            $0.id = id
                            $0.name = name
                            $0.slug = try writer.slug(named: name, of: id)
                            $0.tier = tier
                            $0.settings = settings
                            $0.billingEmail = try row.address("billing_email")
                        })), at: created)
        }
        let instant = known == nil ? created : updated
        try Self.bill(id, row, known, at: instant, writer)
        try Self.issueKeys(of: id, row, writer)
        if let quota = try row.integer("monthly_execution_quota", in: 0 ... .max) {
            try writer.then(
                .organization(
                    .setExecutionQuota(
                        .with {
                            $0.id = id
                            $0.quota = quota
                        })), at: instant)
        }
        if let reset = try row.day("monthly_reset_date"), reset != created.day.startOfNextMonth {
            let start = reset.advanced(byDays: -1).startOfMonth
            if start < known?.quotaPeriodStart ?? created.day {
                return try row.change("monthly_reset_date", "before the organization's first period; left out")
            }
            try writer.then(
                .organization(
                    .startQuotaPeriod(
                        .with {
                            $0.id = id
                            $0.start = start
                        })), at: max(created, start.start))
        }
    }

    static func change(
        _ known: Organization, _ name: String, _ tier: SubscriptionTier?, _ settings: JSONText?, at instant: Instant,
        _ writer: AdoptionWriter
    ) throws {
        try writer.then(
            .organization(
                .rename(
                    .with {
                        $0.id = known.id
                        $0.name = name
                    })), at: instant)
        if let tier {
            try writer.then(
                .organization(
                    .changeTier(
                        .with {
                            $0.id = known.id
                            $0.tier = tier
                        })), at: instant)
        }
        if let settings {
            try writer.then(
                .organization(
                    .changeSettings(
                        .with {
                            $0.id = known.id
                            $0.settings = settings
                        })), at: instant)
        }
    }

    /// A `tax_rate` that the ledger cannot bill by is kept under another name.
    static func settings(of row: SourceRow) throws -> JSONText {
        let settings = try row.configuration("settings")
        if Organization.taxRate(in: settings) != nil { return settings }
        try row.change("settings", "a tax_rate that is no fraction is named original_tax_rate")
        return settings.renaming("tax_rate", to: "original_tax_rate")
    }

    private static func bill(
        _ id: OrganizationID, _ row: SourceRow, _ known: Organization?, at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        let email = try row.address("billing_email")
        let hasAddress = row.text("billing_address") != nil
        let address = hasAddress ? try row.object("billing_address") : nil
        if hasAddress || known != nil && (email != known?.billingEmail || known?.billingAddress != nil) {
            try writer.then(
                .organization(
                    .changeBillingDetails(
                        .with {
                            $0.id = id
                            $0.email = email
                            $0.address = address
                        })), at: instant)
        }
        guard let method = try row.name("payment_method_id") else { return }
        guard Accepted.paymentMethod(method) else {
            return row.lose("payment_method_id", "a card's number, or another secret")
        }
        try writer.then(
            .organization(
                .changePaymentMethod(
                    .with {
                        $0.id = id
                        $0.paymentMethod = method
                    })), at: instant)
    }

    /// Those that are told by their hashes. A platform that keeps its keys otherwise has to issue them anew.
    private static func issueKeys(of id: OrganizationID, _ row: SourceRow, _ writer: AdoptionWriter) throws {
        let keys = try row.object("api_keys")
        var known: [OrganizationAPIKey] = []
        do {
            try keys.reading { reader in
                try reader.object { reader, _ in known.append(try reader.record(OrganizationAPIKey.self)) }
            }
        } catch {
            return row.lose("api_keys", "keys that are not told by their SHA-256; the organization issues others")
        }
        for key in known {
            guard Accepted.apiKey(key) else {
                row.lose("api_keys", "keys that are not told by their SHA-256; the organization issues others")
                continue
            }
            guard try writer.take(Organization.alias(of: key.id), for: id),
                try writer.take(Organization.alias(ofKeyHash: key.hash), for: id)
            else {
                row.lose("api_keys", "keys with an id or hash that another organization's key has")
                continue
            }
            try writer.then(
                .organization(
                    .issueAPIKey(
                        .with {
                            $0.id = id
                            $0.key = key.id
                            $0.name = key.name
                            $0.hash = key.hash
                            $0.prefix = key.prefix
                        })), at: key.issuedAt)
            guard let revoked = key.revokedAt else { continue }
            try writer.then(
                .organization(
                    .revokeAPIKey(
                        .with {
                            $0.id = id
                            $0.key = key.id
                        })), at: revoked)
        }
    }

    static let end = Adoption.Stage("organizations", orderedBy: "updated_at, id") { row, writer in
        let status: Organization.Status =
            try row.word("status", else: ["canceled": .cancelled, "inactive": .suspended, "trial": .active]) ?? .active
        let updated = try row.creation("updated_at", else: "created_at")
        let deleted = try row.instant("deleted_at")
        if let known = try writer.states.find(row.requiredID("id") as OrganizationID) {
            if known.deletedAt != nil, deleted == nil { return try row.cannotReach("deleted_at") }
            if known.status == .cancelled, deleted == nil, status != .cancelled { return try row.cannotReach("status") }
        }
        try Self.end(
            try row.requiredID("id"), as: deleted == nil ? status : .cancelled, at: deleted ?? updated,
            isDeleted: deleted != nil, writer)
    }

    /// Only what is cancelled can be deleted, and only what is suspended can be cancelled.
    static func end(
        _ id: OrganizationID, as status: Organization.Status, at instant: Instant, isDeleted: Bool,
        _ writer: AdoptionWriter
    ) throws {
        let known = try writer.states.find(id)
        guard known?.deletedAt == nil else { return }
        if status != .active, known.map({ $0.status == .active }) ?? true {
            try writer.then(.organization(.suspend(.with { $0.id = id })), at: instant)
        }
        if status == .active, known?.status == .suspended {
            try writer.then(.organization(.reactivate(.with { $0.id = id })), at: instant)
        }
        if status == .cancelled { try writer.then(.organization(.cancel(.with { $0.id = id })), at: instant) }
        if isDeleted { try writer.then(.organization(.delete(.with { $0.id = id })), at: instant) }
    }

    static let losses = [
        Loss("organizations", "monthly_executions_used", "the runs of the period, counted as they are taken over"),
        Loss("organizations", "updated_at", "the time of the last change that was taken over, runs included"),
    ]
}

extension SubscriptionTier {
    /// What other platforms call tiers.
    static let others: [String: SubscriptionTier] = ["basic": .starter, "free": .starter, "pro": .professional]
}
