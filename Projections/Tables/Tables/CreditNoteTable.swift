import LedgerDomain
import LedgerEvents
import LedgerRelations

enum CreditNoteTable {
    static let relation = Relation.parts("credit_note", of: Invoice.self, by: "invoice_id", Self.table) { id, invoice in
        invoice.creditNotes.map {
            Row(invoice: id, organization: invoice.organization, currency: invoice.currency, note: $0)
        }
    }

    struct Row {
        var invoice: InvoiceID
        var organization: OrganizationID
        var currency: Currency
        var note: CreditNote
    }

    static let table = Table<Row>(
        "credit_notes", primaryKey: "invoice_id", "credit_note_number",
        description: "Money given back on issued invoices."
    ) {
        Column("invoice_id", .uuid, \.invoice).references("invoices")
        Column("credit_note_number", .varchar(255), \.note.number)
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("amount", .amount, \.note.amount, unit: "currency")
        Column("currency", .char(3), \.currency)
        Column("reason", .text, \.note.reason)
        Column("issued_on", .date, \.note.issuedOn)
        TableCheck("amount_is_positive", "amount > 0")
    }
}
