import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

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
            description:
                "Each with quantity, unit_price, unrounded_amount and amount, and what of it was used before the "
                + "period (carried_over_quantity, _amount, _from); decimals are texts.")
        Column(
            "credited", .amount, \.credited, default: 0, unit: "currency",
            description: "The sum of its credit notes.")
        Column(
            "due", .amount, \.due, default: 0, unit: "currency",
            description: "What is left to pay: 0 before it is issued, once it is paid, and once it is cancelled.")
        Column(
            "credit_notes", .jsonb, \.creditNoteItems, default: .emptyList,
            description: "Each with number, amount, reason and issued_on; amounts are texts.")
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        TableCheck(sumOf: "subtotal", "tax", is: "total", named: "total_is_subtotal_and_tax")
        TableCheck("paid_has_a_date", "status <> 'paid' OR paid_date IS NOT NULL")
        Deviation(
            "invoice_number", documented: "every invoice has one",
            reason: "a draft has none yet, so that numbers have no gaps", ours: "DRAFT-<id> until it is issued")
        Deviation(
            "subtotal, tax, total", documented: "DECIMAL(10,2)",
            reason: "ends at 100 million, says no currency, and some have coins of a thousandth (KWD) or less (CLF)",
            ours: "NUMERIC(38,4), and a column currency")
        Deviation(
            "credited, due, credit_notes", documented: "nothing on money given back",
            reason: "an issued invoice never changes: what is wrong with it is credited",
            ours: "three more columns; an invoice that is credited in full is due no more, and not overdue")
        Deviation(
            "checks", documented: "none", reason: "a total of 99 for 1 and 1 passes, and one that is paid at no time",
            ours: "total_is_subtotal_and_tax, paid_has_a_date")
    }
}

extension Invoice {
    fileprivate var lineItems: JSONText {
        Self.list(
            self.lines.enumerated().map { index, line in
                LineItem(line: line, carriedOver: self.carriedOver.first { $0.lineNumber == index + 1 })
            })
    }
    fileprivate var creditNoteItems: JSONText { Self.list(self.creditNotes) }

    private static func list(_ records: [some Record]) -> JSONText {
        var json = JSONWriter()
        json.beginArray()
        for record in records { json.record(record) }
        json.endArray()
        return JSONText(uncheckedCanonical: json.text)
    }
}

/// An invoice line with what it carries over.
private struct LineItem: Record {
    var line = InvoiceLine()
    var carriedOver: CarriedOverUsage?

    init() {}

    init(line: InvoiceLine, carriedOver: CarriedOverUsage?) {
        self.line = line
        self.carriedOver = carriedOver
    }

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try self.line.fields(&v)
        var (quantity, amount, from) = (self.carriedOver?.quantity, self.carriedOver?.amount, self.carriedOver?.from)
        try v.field(10, "carried_over_quantity", &quantity)
        try v.field(11, "carried_over_amount", &amount)
        try v.field(12, "carried_over_from", &from)
    }
}
