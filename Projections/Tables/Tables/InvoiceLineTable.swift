import LedgerDomain
import LedgerEvents
import LedgerRelations

enum InvoiceLineTable {
    static let relation = Relation.parts("invoice_line", of: Invoice.self, by: "invoice_id", Self.table) {
        id, invoice in
        invoice.lines.enumerated().map { index, line in
            Row(
                invoice: id, number: index + 1, line: line,
                carriedOver: invoice.carriedOver.first { $0.lineNumber == index + 1 }, currency: invoice.currency)
        }
    }

    struct Row {
        var invoice: InvoiceID
        var number: Int
        var line: InvoiceLine
        var carriedOver: CarriedOverUsage?
        var currency: Currency
    }

    static let table = Table<Row>(
        "invoice_lines", primaryKey: "invoice_id", "line_number", description: "What an invoice is made of."
    ) {
        Column("invoice_id", .uuid, \.invoice).references("invoices")
        Column("line_number", .bigint, \.number, unit: "ordinal")
        Column("description", .text, \.line.description)
        Column("usage_type", .text, \.line.usageType)
        Column("provider", .text, \.line.provider)
        Column("model", .text, \.line.model)
        Column("quantity", .quantity, \.line.quantity, unit: "see usage_type")
        Column("price_id", .uuid, \.line.price).references("prices")
        Column("unit_price", .numeric(precision: 38, scale: 15), \.line.unitPrice, unit: "currency/unit")
        Column("unrounded_amount", .cost, \.line.unroundedAmount, unit: "currency")
        Column("amount", .amount, \.line.amount, unit: "currency", description: "Rounded once, half to even.")
        Column(
            "carried_over_quantity", .quantity, \.carriedOver?.quantity, unit: "see usage_type",
            description: "The part of the quantity that was used before the invoice's period; null if there is none.")
        Column(
            "carried_over_amount", .cost, \.carriedOver?.amount, unit: "currency",
            description:
                "The part of unrounded_amount that was used before the invoice's period; null if there is none.")
        Column("carried_over_from", .date, \.carriedOver?.from, description: "The first day of that usage.")
        Column("currency", .char(3), \.currency)
    }
}
