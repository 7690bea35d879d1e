import AgentLedger
import ArgumentParser
import LedgerRelations

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print the state of one thing.",
        discussion: """
            The kind is that of the thing (workflow_execution) or the name of its table (workflow_executions). The \
            thing is named by its UUID, by digits with which no other of its kind begins, or by what it is called: slug, \
            e-mail address, invoice number, name or title. A part of a thing is named by the thing, a slash and its number, \
            a credit note by its number alone, too, a task's assignment by its position, an organization's usage by the \
            month. What is told apart only within another thing is named by both: the organization and the user of a \
            membership, the workflow and the type of a trigger, the project and the step. What has no value is shown as ∅.

            --recompute drafts an invoice again from the usage and the prices that the log held when it was drafted, \
            prints its lines beside the recorded ones, and exits with 1 if they differ.

            EXAMPLES:
              agentledger show organization acme
              agentledger show user ann@acme.example
              agentledger show invoice 01981f3c-8a5e --at 1000
              agentledger show invoice_line INV-2025-0001/2
              agentledger show credit_note CN-2025-0001
              agentledger show membership acme/ann@acme.example
              agentledger show organization_monthly_usage acme/2025-08
              agentledger show invoice 01981f3c-8a5e-7cc0-9d2b-3f1f6f3e2a11 --recompute
            """)

    @OptionGroup var thing: ThingArguments

    @Flag(help: "Make an invoice again from the log, and compare.")
    var recompute = false

    @OptionGroup var at: MomentOption
    @OptionGroup var occurred: OccurredOption
    @OptionGroup var options: LedgerOptions

    func run() throws {
        let kind = self.thing.kind
        if self.recompute, self.occurred.time != nil {
            throw ValidationError("--recompute goes by what was recorded; leave out --as-occurred")
        }
        let reader = try self.options.reader()
        let id = try self.thing.id(in: reader, at: self.at.moment)
        if self.recompute { return try InvoiceRecomputationPrinter(reader, self.options).run(kind, id.thing, self.at) }
        let position = try reader.position(of: self.at.moment)
        let progress = ProgressLine("folding", .events)
        let row = try reader.row(
            of: kind, id: id.thing, part: id.part, at: .position(position), asOccurred: self.occurred.time,
            progress: progress.views)
        self.occurred.note(of: reader)
        guard let row else {
            throw ThingArguments.missing(kind, id, at: position, by: self.occurred.time, self.options)
        }
        Pager.start()
        if self.options.json {
            var encoder = CellEncoder(capacity: 4096)
            encoder.appendJSONRow(row.cells, columns: row.table.columns)
            try encoder.buffer.withBytes { try Output.standard.write($0) }
        } else {
            var lines = AlignedTable(columns: 2)
            for (column, cell) in zip(row.table.columns, row.cells) {
                try lines.row([.init(column.name), .init(Text.cell(cell))])
            }
            try lines.flush()
        }
    }
}
