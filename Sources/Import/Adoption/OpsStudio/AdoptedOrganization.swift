import AgentDomain
import EventSourcing
import Telemetry

/// `organizations`.
enum AdoptedOrganization {
    /// The organizations of a platform that has no slugs, each with how many share its name.
    static func counted(_ schema: AdoptedSchema) -> String {
        """
        SELECT *, count(*) OVER (PARTITION BY lower(regexp_replace(name, '[^A-Za-z0-9]+', '-', 'g'))) AS namesakes
        FROM \(schema.table("organizations")) ORDER BY created_at, id
        """
    }

    /// A slug is made of the name, and of the id where several have it.
    static func slug(of row: AdoptedRow, _ id: OrganizationID, named name: String) -> String {
        SourceIdentity.slug(row.text("namesakes") == "1" ? name : "\(name.prefix(60)) \(id)")
    }

    static let creation = Adoption.Stage(
        "organizations", sql: Self.counted,
        { row, writer in
            let id: OrganizationID = try row.requiredID("id")
            let created = try row.requiredInstant("created_at")
            let name = try row.required("name")
            try writer.record(
                .organization(
                    .create(
                        try .with {
                            $0.id = id
                            $0.name = name
                            $0.slug = Self.slug(of: row, id, named: name)
                            $0.tier = try row.word("subscription_tier") ?? .starter
                            $0.settings = try Self.settings(of: row)
                            $0.billingEmail = row.text("billing_email")
                        })), at: created)
            guard try writer.states.find(id)?.deletedAt == nil else { return }
            try Self.bill(id, row, at: created, writer)
            try Self.issueKeys(of: id, try row.object("api_keys"), writer)
            if let quota = try row.integer("monthly_execution_quota") {
                try writer.then(
                    .organization(
                        .setExecutionQuota(
                            .with {
                                $0.id = id
                                $0.quota = quota
                            })), at: created)
            }
            if let reset = try row.day("monthly_reset_date"), reset != created.day.startOfNextMonth {
                let start = reset.advanced(byDays: -1).startOfMonth
                try writer.then(
                    .organization(
                        .startQuotaPeriod(
                            .with {
                                $0.id = id
                                $0.start = start
                            })), at: max(created, start.start))
            }
        })

    /// A `tax_rate` that the ledger cannot bill by is kept under another name.
    private static func settings(of row: AdoptedRow) throws -> JSONText {
        let settings = try row.object("settings")
        guard Organization.taxRate(in: settings) == nil else { return settings }
        return try settings.renaming("tax_rate", to: "original_tax_rate")
    }

    private static func bill(
        _ id: OrganizationID, _ row: AdoptedRow, at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        if let address = try row.json("billing_address") {
            try writer.then(
                .organization(
                    .changeBillingDetails(
                        .with {
                            $0.id = id
                            $0.email = row.text("billing_email")
                            $0.address = address
                        })), at: instant)
        }
        if let method = row.text("payment_method_id") {
            try writer.then(
                .organization(
                    .changePaymentMethod(
                        .with {
                            $0.id = id
                            $0.paymentMethod = method
                        })), at: instant)
        }
    }

    /// Those that are told by their hashes. A platform that keeps its keys otherwise has to issue them anew.
    private static func issueKeys(of id: OrganizationID, _ keys: JSONText, _ writer: AdoptionWriter) throws {
        var known: [OrganizationAPIKey] = []
        do {
            try keys.reading { reader in
                try reader.object { reader, _ in known.append(try reader.record(OrganizationAPIKey.self)) }
            }
        } catch {
            return
        }
        for key in known {
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
        let status: Organization.Status = try row.word("status") ?? .active
        let updated = try row.instant("updated_at") ?? row.requiredInstant("created_at")
        let deleted = try row.instant("deleted_at")
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
        if status == .cancelled { try writer.then(.organization(.cancel(.with { $0.id = id })), at: instant) }
        if isDeleted { try writer.then(.organization(.delete(.with { $0.id = id })), at: instant) }
    }

    static let losses = [
        Loss("organizations", "monthly_executions_used", "the runs of the period, counted as they are taken over"),
        Loss("organizations", "updated_at", "the time of the last change that was taken over, runs included"),
    ]
}
