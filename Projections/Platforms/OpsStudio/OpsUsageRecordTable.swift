import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum OpsUsageRecordTable {
    static let relation = UsageRecordTable.relation(Self.table, hasVoided: false)

    static let table = Table<UsageRecordTable.Row>(
        "usage_records", primaryKey: "id", description: "What was used, priced: the material of invoices."
    ) {
        Column("id", .uuid, \.usage.id, default: .randomUUID)
        Column("organization_id", .uuid, \.usage.organization).references("organizations", onDelete: .cascade)
            .indexed("idx_usage_org")
        Column("usage_type", .varchar(255), { $0.usage.usageType.cut(to: 255) }).indexed("idx_usage_type")
        Column("quantity", .quantity, \.usage.quantity, unit: "see usage_type")
        Column("unit_price", .numeric(precision: 38, scale: 15), \.billing.rate?.unitPrice, unit: "currency/unit")
        Column("total_cost", .cost, \.cost, unit: "currency", description: "Exact; null: unpriced, which is not zero.")
        Column("currency", .char(3), \.billing.rate?.currency)
        Column("period_start", .date, \.usage.periodStart, nullable: true)
        Column("period_end", .date, \.usage.periodEnd, nullable: true, description: "The last day, included.")
        Column(
            "resource_id", .uuid, \.usage.resource, nullable: true,
            description: "The call, run or other thing that used it.")
        Column("created_at", .timestamptz, \.usage.occurredAt, nullable: true, default: .now)
        Column(
            "reverses_id", .uuid, \.usage.reverses,
            description: "The billed record that this one takes back: its quantity is below zero.")
        TableCheck("quantity_check", "quantity >= 0 OR reverses_id IS NOT NULL")
        TableCheck("cost_check", "total_cost >= 0 OR reverses_id IS NOT NULL")
        TableIndex("idx_usage_period", "period_start", "period_end")
        Deviation(
            "quantity", documented: "a 32-bit number",
            reason: "3 billion tokens overflow it, and half an hour is no whole number",
            ours: "NUMERIC(38,12)")
        Deviation(
            "unit_price, total_cost", documented: "DECIMAL(10,6) and DECIMAL(10,4)",
            reason: "0.15 per million is 0 then; and no currency is said",
            ours: "NUMERIC(38,15) and NUMERIC(38,12), and a column currency")
        Deviation(
            "reverses_id", documented: "nothing on billed usage that turns out to be wrong",
            reason: "an issued invoice never changes",
            ours: "the opposite is recorded, with a quantity below zero; one more column names what it takes back")
        Deviation(
            "usage_records", documented: "nothing on records that were made in error",
            reason: "a sum over the rows would bill them",
            ours: "a voided record's row goes; it stays in the schema ledger")
    }
}
