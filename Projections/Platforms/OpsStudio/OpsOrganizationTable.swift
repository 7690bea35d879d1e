import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

enum OpsOrganizationTable {
    static let relation = Relation.derived(
        from: Organization.self, lookingAt: [QuotaUsage.self, Integration.self], Self.table
    ) { organization, others in
        var row = Row(organization: organization)
        row.executions = try others.sums(QuotaUsage.self, of: organization.id).executions
        for bits in others.views.members(of: Integration.all(of: organization.id)) {
            if let integration = try others.find(IntegrationID(bits: bits)), integration.removedAt == nil {
                row.integrations.append(integration)
            }
        }
        return row
    }.found(byStateIn: "id")

    struct Row {
        var organization: Organization
        var executions = 0
        var integrations: [Integration] = []
        var updatedAt: Instant {
            max(self.organization.updatedAt, self.integrations.map(\.updatedAt).max() ?? .zero)
        }

        /// `{"<id>":{"name":…,"key_hash":…,"key_prefix":…,"issued_at":…}}`
        var apiKeys: JSONText {
            var json = JSONWriter()
            json.beginObject()
            for key in self.organization.apiKeys {
                json.key(key.id.description)
                json.record(key)
            }
            json.endObject()
            return JSONText(uncheckedCanonical: json.text)
        }

        /// `{"slack":{"id":…,"status":"connected"}}`
        var connections: JSONText {
            var json = JSONWriter()
            json.beginObject()
            for integration in self.integrations {
                json.key(integration.integrationType)
                json.beginObject()
                json.key("id")
                json.string(integration.id.description)
                json.key("status")
                json.string(integration.status.rawValue)
                json.endObject()
            }
            json.endObject()
            return JSONText(uncheckedCanonical: json.text)
        }
    }

    static let table = Table<Row>(
        "organizations", primaryKey: "id", description: "Customers, each a workspace with users, workflows and bills."
    ) {
        Column("id", .uuid, \.organization.id, default: .randomUUID)
        Column("name", .varchar(255), { $0.organization.name.cut(to: 255) })
        Column(
            "subscription_tier",
            .enumeration("organization_subscription_tier", ["starter", "professional", "business", "enterprise"]),
            \.organization.tier, nullable: true, default: "starter"
        ).indexed("idx_organizations_tier")
        Column(
            "status", .enumeration("organization_status", ["active", "suspended", "cancelled"]), \.organization.status,
            nullable: true, default: "active"
        ).indexed()
        Column("billing_email", .varchar(255), { $0.organization.billingEmail?.cut(to: 255) })
        Column("billing_address", .jsonb, \.organization.billingAddress)
        Column("payment_method_id", .varchar(255), { $0.organization.paymentMethod?.cut(to: 255) })
        Column(
            "monthly_execution_quota", .bigint, \.organization.executionQuota, nullable: true, default: 500,
            unit: "runs")
        Column(
            "monthly_executions_used", .integer, \.executions, nullable: true, default: 0, unit: "runs",
            description: "Runs started in the quota period that began last.")
        Column("monthly_reset_date", .date, \.organization.monthlyResetDate, nullable: true)
        Column("settings", .jsonb, \.organization.settings, nullable: true, default: .emptyObject)
        Column(
            "api_keys", .jsonb, \.apiKeys, nullable: true, default: .emptyObject,
            description: "By id: name, SHA-256 hash, prefix, when issued and revoked; the keys themselves are unknown.")
        Column(
            "integrations", .jsonb, \.connections, nullable: true, default: .emptyObject,
            description: "By type: id and status; the rest stands in integrations.")
        Column("created_at", .timestamptz, \.organization.createdAt, nullable: true, default: .now)
        Column(
            "updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now,
            description: "When the organization or its integrations changed last; runs change the counts alone.")
        Column("deleted_at", .timestamptz, \.organization.deletedAt)
        TableCheck(
            "subscription_tier_check",
            "subscription_tier IN ('starter', 'professional', 'business', 'enterprise')")
        Deviation(
            "monthly_execution_quota", documented: "a 32-bit number",
            reason: "a quota may be agreed that is larger", ours: "BIGINT")
        Deviation(
            "deletion",
            documented: "a deleted organization takes its users and workflows along, while its runs forbid deleting it",
            reason: "both cannot be; and what is in the log stays there",
            ours: "deleted_at is set and all rows stay; rows go by erasure alone")
    }
}
