import AgentDomain
import EventSourcing
import Ledger
import Relations

enum OpsInvoiceTable {
    static let relation = Relation.derived(from: Invoice.self, Self.table) { invoice, _ in invoice }
        .found(byStateIn: "id")

    static let table = Table<Invoice>("invoices", primaryKey: "id", description: "Bills for usage.") {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("organization_id", .uuid, \.organization).references("organizations", onDelete: .cascade)
            .indexed("idx_invoices_org")
        Column(
            "invoice_number", .varchar(255), { $0.number?.cut(to: 255) ?? "DRAFT-\($0.id)" },
            description: "DRAFT-<id> until the invoice is issued."
        ).unique().indexed("idx_invoices_number")
        Column(
            "status", .enumeration("invoice_status", ["draft", "sent", "paid", "overdue", "cancelled"]), \.status,
            nullable: true, default: "draft"
        ).indexed()
        Column("subtotal", .amount, \.subtotal, nullable: true, unit: "currency")
        Column("tax", .amount, \.tax, nullable: true, unit: "currency")
        Column("total", .amount, \.total, nullable: true, unit: "currency")
        Column("currency", .char(3), \.currency, nullable: true)
        Column("issue_date", .date, \.issueDate)
        Column("due_date", .date, \.dueDate)
        Column("paid_date", .date, \.paidDate)
        Column(
            "line_items", .jsonb, \.lineItems,
            description: "Each with quantity, unit_price, unrounded_amount and amount; decimals are texts.")
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        // Rounded, because SQLite adds doubles: 3.35 + 0.67 is not 4.02 there.
        Check("total_is_subtotal_and_tax", "round(total, 6) = round(subtotal + tax, 6)")
        Check("paid_has_a_date", "status <> 'paid' OR paid_date IS NOT NULL")
        Deviation(
            "invoice_number", documented: "every invoice has one",
            reason: "a draft has none yet, so that numbers have no gaps", ours: "DRAFT-<id> until it is issued")
        Deviation(
            "subtotal, tax, total", documented: "DECIMAL(10,2)",
            reason: "ends at 100 million, says no currency, and some have coins of a thousandth (KWD)",
            ours: "NUMERIC(38,3), and a column currency")
        Deviation(
            "checks", documented: "none", reason: "a total of 99 for 1 and 1 passes, and one that is paid at no time",
            ours: "total_is_subtotal_and_tax, paid_has_a_date")
    }
}

extension Invoice {
    fileprivate var lineItems: JSONText {
        var json = JSONWriter()
        json.beginArray()
        for line in self.lines { json.record(line) }
        json.endArray()
        return JSONText(uncheckedCanonical: json.text)
    }
}
