import AgentLedger
import ArgumentParser
import LedgerDomain
import LedgerEvents

/// Prints an invoice beside itself, made again from the log.
struct InvoiceRecomputationPrinter {
    private let reader: LedgerReader
    private let options: LedgerOptions

    init(_ reader: LedgerReader, _ options: LedgerOptions) {
        self.reader = reader
        self.options = options
    }

    func run(_ kind: String, _ id: UInt128, _ at: MomentOption) throws {
        guard kind == Invoice.kind else {
            throw ValidationError("--recompute is for invoices, not for \(kind.withArticle)")
        }
        guard at.given == nil else { throw ValidationError("--recompute goes back by itself; leave out --at") }
        let progress = ProgressLine("folding", .events)
        guard let found = try self.reader.recompute(InvoiceID(bits: id), progress: progress.views) else {
            throw Failure("there is no invoice \(UUIDText.format(id))", category: .notFound)
        }
        if self.options.json { try self.printJSON(found) } else { try self.printTable(found) }
        guard found.isEqual else {
            throw Failure(
                "invoice \(UUIDText.format(id)) differs from what the log up to position \(found.recorded.throughPosition) "
                    + "gives; check the log with: agentledger verify -l \(self.options.path)",
                category: .damage)
        }
    }

    private func printTable(_ found: InvoiceRecomputation) throws {
        var table = AlignedTable(
            columns: 6, header: ["LINE", "DESCRIPTION", "QUANTITY", "UNIT PRICE", "AMOUNT", "RECOMPUTED"])
        let count = max(found.recorded.lines.count, found.recomputed.lines.count)
        for number in 0..<count {
            let recorded = found.recorded.lines.indices.contains(number) ? found.recorded.lines[number] : nil
            let recomputed = found.recomputed.lines.indices.contains(number) ? found.recomputed.lines[number] : nil
            let line = recorded ?? recomputed
            try table.row([
                .init("\(number + 1)", isNumber: true), .init(line?.description ?? ""),
                .init(line.map { Text.grouped($0.quantity) } ?? "", isNumber: true),
                .init(line?.unitPrice.description ?? "", isNumber: true),
                .init(recorded?.amount.description ?? "∅", isNumber: true),
                .init(
                    recorded == recomputed ? "equal" : recomputed?.unroundedAmount.description ?? "∅", isNumber: true),
            ])
        }
        try table.flush()
        Diagnostics.note(
            "total \(found.recorded.total) \(found.recorded.currency), recomputed \(found.recomputed.total) from the log "
                + "up to position \(found.recorded.throughPosition): \(found.isEqual ? "equal, bit for bit" : "DIFFERENT")"
        )
    }

    private func printJSON(_ found: InvoiceRecomputation) throws {
        var json = JSONWriter()
        json.beginObject()
        json.key("invoice_id")
        json.string(found.recorded.id.description)
        json.key("through_position")
        json.uint(found.recorded.throughPosition.value)
        json.key("equal")
        json.bool(found.isEqual)
        json.key("recorded")
        json.raw(JSONWriter.text(found.recorded))
        json.key("recomputed")
        json.raw(JSONWriter.text(found.recomputed))
        json.endObject()
        try Output.standard.print(String(decoding: json.bytes, as: UTF8.self))
    }
}
