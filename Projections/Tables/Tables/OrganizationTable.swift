import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

enum OrganizationTable {
    static let relation = Relation.states(Organization.self, with: QuotaUsage.self, Self.table)

    static let table = Table<Summed<Organization, QuotaUsage>>(
        "organizations", primaryKey: "id", description: "Customers, each with its own users, agents and bills."
    ) {
        Column("id", .uuid, \.state.id)
        Column("name", .varchar(255), \.state.name)
        Column("slug", .varchar(100), \.state.slug).unique()
        Column("former_slugs", .textArray, \.state.formerSlugs, description: "Given up; never used again.")
        Column("subscription_tier", .enumeration(SubscriptionTier.self), \.state.tier).indexed()
        Column("status", .enumeration(Organization.Status.self), \.state.status).indexed()
        Column("status_reason", .text, \.state.statusReason)
        Column("description", .text, \.state.description)
        Column("url", .text, \.state.url)
        Column("settings", .jsonb, \.state.settings)
        Column("billing_email", .varchar(255), \.state.billingEmail)
        Column("billing_address", .jsonb, \.state.billingAddress)
        Column("payment_method_id", .varchar(255), \.state.paymentMethod)
        Column("monthly_execution_quota", .bigint, \.state.executionQuota, unit: "runs")
        Column(
            "monthly_executions_used", .bigint, \.sums.executions, unit: "runs",
            description: "Runs started in the quota period that began last.")
        Column("monthly_reset_date", .date, \.state.monthlyResetDate)
        Column("created_at", .timestamptz, \.state.createdAt).indexed()
        Column("updated_at", .timestamptz, \.state.updatedAt)
        Column("deleted_at", .timestamptz, \.state.deletedAt)
    }
}
