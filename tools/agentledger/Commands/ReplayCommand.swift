import AgentLedger
import ArgumentParser
import LedgerDomain
import LedgerEvents
import LedgerViews
import Synchronization

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Fold the log anew and compare with the kept views.",
        discussion: """
            Everything but the log is folded from it. This folds it a second time, beside what is kept, and prints \
            the SHA-256 of every view; exit status 1 if one differs. With --at, the views of that moment are folded \
            and nothing is compared. With --record, what was found is appended to the log as an event.

            With --prices, nothing is compared but money: each invoice as it was billed, beside what the same usage \
            comes to under the prices in a file of price.set commands; usage that none of them is for keeps its price. \
            Nothing is written.

            With --reinterpret, the recorded spans of all traces are assembled again by what this version knows of how \
            sources write them, and each row that would change is printed, as diff does. Nothing is written.

            EXAMPLES:
              agentledger replay
              agentledger replay --at 1000 --json
              agentledger replay --record
              agentledger replay --reinterpret
              agentledger replay --prices tools/demo/price-list.commands.jsonl
            """)

    @Option(help: ArgumentHelp("Show invoices under the prices that these commands set.", valueName: "file"))
    var prices: String?

    @Option(
        help: ArgumentHelp("With --prices: this invoice alone, by its number or id.", valueName: "id"))
    var invoice: String?

    @Flag(help: "Show the rows that would change if all recorded spans were assembled again.")
    var reinterpret = false

    @OptionGroup var at: MomentOption
    @OptionGroup var record: RecordOption
    @OptionGroup var options: LedgerOptions

    func validate() throws {
        if self.invoice != nil, self.prices == nil { throw ValidationError("--invoice goes with --prices") }
        if self.reinterpret, self.prices != nil || self.record.isOn || self.at.given != nil {
            throw ValidationError("--reinterpret goes with no other option but --json")
        }
        if self.prices != nil, self.record.isOn { throw ValidationError("--prices writes nothing: leave out --record") }
    }

    func run() async throws {
        if self.reinterpret { return try await self.runReinterpretation() }
        if let prices {
            let reader = try self.options.reader()
            return try RepricedInvoicePrinter(reader: reader, options: self.options).run(
                prices, try self.invoice.map { try reader.find(Invoice.kind, $0) }, self.at.moment)
        }
        let report = try self.replay()
        try Output.untilClosed {
            if self.options.json { try self.printJSON(report) } else { try self.printTable(report) }
            try Output.standard.flush()
        }
        let rate = Text.grouped(Int(Double(report.position.value) / max(report.seconds, 1e-6)))
        Diagnostics.note(
            "\(Text.count(report.position.value, "event")) in \(Text.seconds(report.seconds)), \(rate) events/s")
        try await self.record.record(in: self.options) { try await $0.record(report, actor: $1, source: $2) }
        guard report.differences.isEmpty else {
            throw Failure(
                "the kept views differ from the log: \(report.differences.joined(separator: ", ")); the log is right: "
                    + "remove \(self.options.path)/views, they are folded again", category: .damage)
        }
    }

    private func runReinterpretation() async throws {
        let reader = try self.options.reader()
        let printer = Mutex(DifferencePrinter(isJSON: self.options.json))
        let traces = try await reader.reinterpret { difference in
            try printer.withLock { try $0.print(difference) }
        }
        try Output.standard.flush()
        Diagnostics.note("\(Text.count(traces, "trace")) assembled again: \(printer.withLock { $0.summary })")
    }

    /// Nothing is open when it returns: a process that has a ledger open for reading cannot open it for writing.
    private func replay() throws -> ReplayReport {
        let reader = try self.options.reader()
        let progress = ProgressLine("replaying", .events)
        guard let moment = self.at.given else { return try reader.replay(progress: progress.views) }
        return try reader.replay(at: moment, progress: progress.views)
    }

    /// Of each digest the first 16 digits; `--json` has them whole.
    private func printTable(_ report: ReplayReport) throws {
        var table = AlignedTable(columns: report.live == nil ? 3 : 5)
        try table.row(Self.row("VIEW", .init("ROWS", isNumber: true), "REBUILT", report.live.map { _ in ("KEPT", "") }))
        for (index, digest) in report.rebuilt.enumerated() {
            let kept = report.live.map { ($0[index].digest, $0[index] == digest ? "equal" : "DIFFERS") }
            try table.row(Self.row(digest.view, Self.number(digest.rows), digest.digest, kept))
        }
        let kept = report.live.map { (Views.summary(of: $0), report.differences.isEmpty ? "equal" : "DIFFERS") }
        let rows = report.rebuilt.reduce(0) { $0 + $1.rows }
        try table.row(Self.row("all", Self.number(rows), Views.summary(of: report.rebuilt), kept))
        try table.flush()
    }

    private static func number(_ rows: Int) -> AlignedTable.Cell { .init(Text.grouped(rows), isNumber: true) }

    private static func row(
        _ view: String, _ rows: AlignedTable.Cell, _ rebuilt: String, _ kept: (digest: String, verdict: String)?
    ) -> [AlignedTable.Cell] {
        let start: [AlignedTable.Cell] = [.init(view), rows, .init(String(rebuilt.prefix(16)))]
        guard let kept else { return start }
        return start + [.init(String(kept.digest.prefix(16))), .init(kept.verdict)]
    }

    private func printJSON(_ report: ReplayReport) throws {
        var json = JSONWriter()
        json.beginObject()
        json.key("position")
        json.uint(report.position.value)
        json.key("digest")
        json.string(Views.summary(of: report.rebuilt))
        if let live = report.live {
            json.key("live_digest")
            json.string(Views.summary(of: live))
            json.key("equal")
            json.bool(report.differences.isEmpty)
        }
        json.key("seconds")
        json.double(Text.rounded(report.seconds))
        json.key("views")
        json.beginArray()
        for (index, digest) in report.rebuilt.enumerated() {
            json.beginObject()
            json.key("view")
            json.string(digest.view)
            json.key("rows")
            json.int(digest.rows)
            json.key("digest")
            json.string(digest.digest)
            if let live = report.live?[index] {
                json.key("live_rows")
                json.int(live.rows)
                json.key("live_digest")
                json.string(live.digest)
            }
            json.endObject()
        }
        json.endArray()
        json.endObject()
        try Output.standard.print(json.text)
    }
}
