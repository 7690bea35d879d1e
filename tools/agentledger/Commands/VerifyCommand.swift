import AgentLedger
import ArgumentParser
import LedgerEvents
import LedgerLogLMDB
import LedgerRelations

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every checksum, index entry, Merkle node and view.",
        discussion: """
            Reads the whole log, page by page, even one that is too damaged to be opened, and folds all views anew to \
            compare them with the kept ones. Exit status 1 if anything is not as it was written.

            EXAMPLES:
              agentledger verify
              agentledger verify --log-only --json
            """)

    @Flag(help: "Leave the views alone.")
    var logOnly = false

    @OptionGroup var options: LedgerOptions

    func run() throws {
        let path = self.options.path
        let pages = ProgressLine("verifying the log", .pages)
        var report = try self.options.opening {
            try LMDBEventLog.verify(at: path) { pages.update($0, of: $1) }
        }
        let isLogSound = report.isSound
        if !self.logOnly, isLogSound, let views = try LedgerReader.verifyViewPages(at: path) {
            report.add(views)
        }
        var replay: ReplayReport?
        if !self.logOnly, report.isSound {
            let events = ProgressLine("verifying the views", .events)
            do {
                replay = try self.options.reader().replay(progress: events.views)
            } catch let error as LedgerError where error.code == .readOnly {
                // Nothing is wrong with the ledger because its folder or disk takes nothing more.
                Diagnostics.note("the views are not checked: \(error)")
            }
        }
        ProgressLine.clear()
        let differences = replay?.differences ?? []
        let clashes = replay?.clashes ?? []
        try Output.untilClosed {
            if self.options.json { return try Output.standard.print(Self.json(report, replay)) }
            for finding in report.findings { try Output.standard.print(Text.safe(finding.description)) }
            for clash in clashes { try Output.standard.print(Text.safe(clash.description)) }
            for view in differences {
                try Output.standard.print("view \(view): it differs from what the log folds to (\(path)/views)")
            }
        }
        let count = report.findings.count + differences.count + clashes.count
        guard count == 0 else {
            let remedy =
                !isLogSound
                ? "restore the log from a copy"
                : clashes.isEmpty
                    ? "remove \(path)/views, they are folded again"
                    : "rename or delete one of the two, or go on from a fork at a position before"
            throw Failure(
                "\(report.isCut ? "more than " : "")\(Text.count(count, "finding")) in \(path); \(remedy)",
                category: .damage)
        }
        if !self.options.json { try Output.standard.print(Self.summary(report, replay)) }
    }

    private static func summary(_ report: VerificationReport, _ replay: ReplayReport?) -> String {
        let views = replay.map { ", \(Text.count($0.rebuilt.reduce(0) { $0 + $1.rows }, "view row"))" } ?? ""
        return "sound: \(Text.count(report.events, "event")), \(Text.grouped(report.indexEntries)) index entries, "
            + "\(Text.count(report.pages, "page"))\(views); root \(Text.hexadecimal(report.treeHead.root))"
    }

    private static func json(_ report: VerificationReport, _ replay: ReplayReport?) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.key("sound")
        json.bool(report.isSound && replay.map { $0.differences.isEmpty && $0.clashes.isEmpty } ?? true)
        json.key("events")
        json.uint(report.events)
        json.key("index_entries")
        json.uint(report.indexEntries)
        json.key("pages")
        json.uint(report.pages)
        json.key("root")
        json.string(Text.hexadecimal(report.treeHead.root))
        json.key("findings")
        json.beginArray()
        for finding in report.findings {
            json.beginObject()
            json.key("position")
            finding.position.encodeJSON(&json)
            json.key("file")
            json.string(finding.file)
            json.key("place")
            json.string(finding.place)
            json.key("message")
            json.string(finding.message)
            json.endObject()
        }
        json.endArray()
        json.key("findings_cut")
        json.bool(report.isCut)
        json.key("contradictions")
        (replay?.clashes.map(\.description) ?? []).encodeJSON(&json)
        json.key("views_checked")
        json.bool(replay != nil)
        json.key("views_differing")
        (replay?.differences ?? []).encodeJSON(&json)
        json.endObject()
        return json.text
    }
}
