import AgentLedger
import ArgumentParser

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Fold the log anew and compare with the kept views.",
        discussion: """
            Everything but the log is folded from it. This folds it a second time, beside what is kept, and prints \
            the SHA-256 of every view; exit status 1 if one differs. With --at, the views of that moment are folded \
            and nothing is compared.

            EXAMPLES:
              agentledger replay
              agentledger replay --at 1000 --json
            """)

    @OptionGroup var at: MomentOption
    @OptionGroup var options: LedgerOptions

    func run() throws {
        let reader = try self.options.reader()
        let progress = ProgressLine("replaying", .events)
        let report =
            if let moment = self.at.given {
                try reader.replay(at: moment, progress: progress.views)
            } else {
                try reader.replay(progress: progress.views)
            }
        try Output.untilClosed {
            if self.options.json { try self.printJSON(report) } else { try self.printTable(report) }
            try Output.standard.flush()
        }
        let rate = Text.grouped(Int(Double(report.position.value) / max(report.seconds, 1e-6)))
        Diagnostics.note(
            "\(Text.count(report.position.value, "event")) in \(Text.seconds(report.seconds)), \(rate) events/s")
        guard report.differences.isEmpty else {
            throw Failure(
                "the kept views differ from the log: \(report.differences.joined(separator: ", ")); the log is right: "
                    + "remove \(self.options.path)/views, they are folded again")
        }
    }

    private func printTable(_ report: ReplayReport) throws {
        let verdicts = report.live != nil
        var table = AlignedTable(columns: verdicts ? 4 : 3)
        for (index, digest) in report.rebuilt.enumerated() {
            var row: [AlignedTable.Cell] = [
                .init(digest.view), .init(Text.grouped(digest.rows), isNumber: true), .init(digest.digest),
            ]
            if let live = report.live?[index] {
                row.append(.init(live == digest ? "as kept" : "kept: \(live.digest), \(Text.count(live.rows, "row"))"))
            }
            try table.row(row)
        }
        var last: [AlignedTable.Cell] = [
            .init("all"), .init(Text.grouped(report.rebuilt.reduce(0) { $0 + $1.rows }), isNumber: true),
            .init(Views.summary(of: report.rebuilt)),
        ]
        if let live = report.live {
            last.append(.init(report.differences.isEmpty ? "as kept" : "kept: \(Views.summary(of: live))"))
        }
        try table.row(last)
        try table.flush()
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
