import AgentDomain
import EventSourcing
import Relations

enum UsageRecordTable {
    static let relation = Relation.states(UsageRecord.self, Self.table)

    static let table = Table<UsageRecord>(
        "usage_records", primaryKey: "id", description: "What was used: the material of invoices."
    ) {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("usage_type", .text, \.usageType).indexed()
        Column("quantity", .bigint, \.quantity)
        Column("provider", .text, \.provider)
        Column("model", .text, \.model)
        Column("price_id", .uuid, \.price).references("prices")
        Column("unit_price", .numeric(precision: 38, scale: 15), \.unitPrice)
        Column("total_cost", .cost, \.cost?.amount, description: "Exact; null: unpriced, which is not zero.")
        Column("currency", .char(3), \.cost?.currency)
        Column("period_start", .date, \.periodStart)
        Column("period_end", .date, \.periodEnd)
        Column("resource_kind", .text, \.resourceKind)
        Column("resource_id", .uuid, \.resource).indexed()
        Column("invoice_id", .uuid, \.invoice).references("invoices").indexed()
        Column("voided_at", .timestamptz, \.voidedAt)
        Column("void_reason", .text, \.voidReason)
        Column("created_at", .timestamptz, \.occurredAt)
        Index("idx_usage_period", "period_start", "period_end")
        Check("quantity_check", "quantity >= 0")
        Check("cost_check", "total_cost >= 0")
    }
}
