import AgentDomain
import EventSourcing
import Relations
import Views

enum InvoiceLineTable {
    static let relation = Relation(declaration: Self.table.declaration) { snapshot, changedAfter, body in
        var cells: [SQLValue] = []
        try snapshot.views.forEach(Invoice.self) { id, loaded in
            guard loaded.changedAt > changedAfter else { return }
            try Self.rows(of: loaded.state, id, &cells, body)
        }
    }
    .changed(by: Invoice.self)
    .counted { try $0.views.count(of: Invoice.self) * 8 }
    .found(by: ["invoice_id"]) { snapshot, values, body in
        guard case .uuid(let bits) = values[0], let state = try snapshot.views.find(ID<Invoice>(bits: bits)) else {
            return
        }
        var cells: [SQLValue] = []
        try Self.rows(of: state, ID(bits: bits), &cells, body)
    }

    private static func rows(
        of invoice: Invoice, _ id: ID<Invoice>, _ cells: inout [SQLValue], _ body: ([SQLValue]) throws -> Void
    ) throws {
        for (index, line) in invoice.lines.enumerated() {
            let row = Row(invoice: id, number: index + 1, line: line, currency: invoice.currency)
            Self.table.fill(&cells, from: row)
            try body(cells)
        }
    }

    struct Row {
        var invoice: InvoiceID
        var number: Int
        var line: InvoiceLine
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
        Column("quantity", .bigint, \.line.quantity, unit: "see usage_type")
        Column("price_id", .uuid, \.line.price).references("prices")
        Column("unit_price", .numeric(precision: 38, scale: 15), \.line.unitPrice, unit: "currency/unit")
        Column("unrounded_amount", .cost, \.line.unroundedAmount, unit: "currency")
        Column("amount", .amount, \.line.amount, unit: "currency", description: "Rounded once, half to even.")
        Column("currency", .char(3), \.currency)
    }
}
