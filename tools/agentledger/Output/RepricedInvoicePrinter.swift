import AgentLedger
import LedgerDomain
import LedgerEvents
import LedgerTables

/// Invoices as billed, beside what they would come to under other prices.
struct RepricedInvoicePrinter {
    let reader: LedgerReader
    let options: LedgerOptions

    func run(_ file: String, _ invoice: UInt128?, _ moment: Moment) throws {
        let others = try OtherPrices(file: file)
        let progress = ProgressLine("folding", .events)
        let position = try self.reader.position(of: moment)
        var count = 0
        var totals: [Currency: (invoices: Int, billed: ExactDecimal, repriced: ExactDecimal)] = [:]
        try self.reader.reprice(
            with: others, invoice: invoice.map { InvoiceID(bits: $0) }, at: .position(position),
            progress: progress.views
        ) { found in
            ProgressLine.clear()
            if self.options.json {
                try self.printJSON(found)
            } else {
                if count > 0 { try Output.standard.print("") }
                try self.printTable(found)
            }
            count += 1
            let sums = totals[found.billed.currency] ?? (0, .zero, .zero)
            totals[found.billed.currency] = (
                sums.invoices + 1, sums.billed + found.billed.total, sums.repriced + found.repriced.total
            )
        }
        if let invoice, count == 0 {
            throw ThingArguments.missing(Invoice.kind, RowID(invoice), at: position, self.options)
        }
        try Output.standard.flush()
        for (currency, sums) in totals.sorted(by: { $0.key < $1.key }) {
            Diagnostics.note(
                "\(Text.count(sums.invoices, "invoice")): \(sums.billed) \(currency) billed, \(sums.repriced) by \(file), "
                    + "\(Self.signed(sums.repriced - sums.billed))")
        }
        if totals.isEmpty { Diagnostics.note("0 invoices") }
    }

    private func printTable(_ found: RepricedInvoice) throws {
        let (billed, repriced) = (found.billed, found.repriced)
        try Output.standard.print(
            Style.bold("invoice \(billed.id)  \(Text.safe(billed.number ?? billed.status.rawValue))")
                + "  \(billed.periodStart) to \(billed.periodEnd)  \(billed.currency)")
        var table = AlignedTable(
            columns: 7, header: ["line", "quantity", "unit price", "billed", "other price", "would be", "difference"])
        func number(_ text: String) -> AlignedTable.Cell { .init(text, isNumber: true) }
        for (old, new) in found.lines {
            let quantity = [old, new].compactMap { $0.map { Text.grouped($0.quantity) } }
            try table.row([
                .init(Text.safe((old ?? new)?.description ?? "")),
                number(Set(quantity).count == 1 ? quantity[0] : quantity.joined(separator: " -> ")),
                number(old?.unitPrice.description ?? Text.null),
                number(old?.unroundedAmount.description ?? Text.null),
                number(new?.unitPrice.description ?? Text.null),
                number(new?.unroundedAmount.description ?? Text.null),
                number(Self.signed((new?.unroundedAmount ?? .zero) - (old?.unroundedAmount ?? .zero))),
            ])
        }
        func sum(_ name: String, _ old: ExactDecimal, _ new: ExactDecimal) throws {
            try table.row([
                .init(name), number(""), number(""), number(old.description), number(""), number(new.description),
                number(Self.signed(new - old)),
            ])
        }
        try sum("subtotal, rounded by line", billed.subtotal, repriced.subtotal)
        try sum("tax", billed.tax, repriced.tax)
        try sum("total", billed.total, repriced.total)
        try table.flush()
        if billed.unpricedRecords + repriced.unpricedRecords > 0 {
            try Output.standard.print(
                "\(Text.count(billed.unpricedRecords, "record")) had no price, "
                    + "\(Text.grouped(repriced.unpricedRecords)) would have none")
        }
    }

    /// `+0.12`, `-0.12`, `0`
    private static func signed(_ amount: ExactDecimal) -> String { (amount > .zero ? "+" : "") + amount.description }

    private func printJSON(_ found: RepricedInvoice) throws {
        var json = JSONWriter()
        json.beginObject()
        json.key("invoice_id")
        json.string(found.billed.id.description)
        json.key("currency")
        json.string(found.billed.currency.description)
        json.key("billed_total")
        json.string(found.billed.total.description)
        json.key("repriced_total")
        json.string(found.repriced.total.description)
        json.key("difference")
        json.string(found.difference.description)
        json.key("lines")
        json.beginArray()
        for (old, new) in found.lines {
            json.beginObject()
            json.key("billed")
            if let old { json.record(old) } else { json.null() }
            json.key("repriced")
            if let new { json.record(new) } else { json.null() }
            json.key("difference")
            json.string(((new?.unroundedAmount ?? .zero) - (old?.unroundedAmount ?? .zero)).description)
            json.endObject()
        }
        json.endArray()
        json.key("billed")
        json.record(found.billed)
        json.key("repriced")
        json.record(found.repriced)
        json.endObject()
        try Output.standard.print(json.text)
    }
}
