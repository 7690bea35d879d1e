import LedgerDomain
import LedgerEvents
import LedgerRelations

enum InvoiceTable {
    static let relation = Relation.states(Invoice.self, Self.table)

    static let table = Table<Invoice>("invoices", primaryKey: "id", description: "Bills for usage.") {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("invoice_number", .varchar(255), \.number).unique()
        Column("status", .enumeration(Invoice.Status.self), \.status).indexed()
        Column("currency", .char(3), \.currency)
        Column("subtotal", .amount, \.subtotal, unit: "currency")
        Column("tax", .amount, \.tax, unit: "currency")
        Column("total", .amount, \.total, unit: "currency")
        Column(
            "credited", .amount, \.credited, unit: "currency", description: "The sum of its credit notes.")
        Column(
            "due", .amount, \.due, unit: "currency",
            description: "What is left to pay: 0 before it is issued, once it is paid, and once it is cancelled.")
        Column(
            "unrounded_subtotal", .cost, \.unroundedSubtotal, unit: "currency",
            description: "Before the lines were rounded.")
        Column(
            "tax_rate", .numeric(precision: 38, scale: 12), \.taxRate, unit: "fraction",
            description: "A fraction: 0.19 is 19 %.")
        Column("period_start", .date, \.periodStart)
        Column("period_end", .date, \.periodEnd, description: "The last day, included.")
        Column("issue_date", .date, \.issueDate)
        Column("due_date", .date, \.dueDate)
        Column("paid_date", .date, \.paidDate)
        Column(
            "unpriced_records", .bigint, \.unpricedRecords, unit: "records",
            description: "Usage left off because no price is known.")
        Column("through_position", .bigint, \.throughPosition, unit: "log position")
        Column("created_at", .timestamptz, \.createdAt)
        Column("updated_at", .timestamptz, \.updatedAt)
        TableCheck(sumOf: "subtotal", "tax", is: "total", named: "total_is_subtotal_and_tax")
        TableCheck("credited_is_at_most_total", "credited >= 0 AND (credited = 0 OR credited <= total)")
        TableCheck("paid_has_a_date", "status <> 'paid' OR paid_date IS NOT NULL")
    }
}
