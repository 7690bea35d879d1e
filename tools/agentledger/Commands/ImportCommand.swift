import AgentLedger
import ArgumentParser
import Synchronization

extension ImportFormat: ExpressibleByArgument {}

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Read traces or commands from files, or adopt a platform's database.",
        discussion: """
            Two formats of files, guessed from each file's first line: otlp is OTLP/JSON lines, as an OpenTelemetry \
            collector's file exporter writes them; commands is one command in JSON on each line. A name that ends in \
            .gz is decompressed. Importing again changes nothing. A refused line is named on standard error and the \
            others go on; the exit status is then 1.

            In the place of a file, postgres://HOST/DATABASE?schema=NAME takes over the tables of a platform \
            (\(PlatformDatabase.names)) as they stand at that moment, each row as what it tells happened, at the row's \
            own times. Tables in a schema of another name: ?schema=public&as=NAME. A refused row is named by its table \
            and key.

            EXAMPLES:
              agentledger import traces.otlp.jsonl
              agentledger import --organization acme monday.jsonl.gz tuesday.jsonl.gz
              agentledger import 'postgres://app@db/shop?schema=public&as=ops_studio'
              generate | agentledger import --format commands --strict -
            """)

    @Argument(help: ArgumentHelp("Files, - for standard input, or a platform's database.", valueName: "file"))
    var files: [String]

    @Option(help: ArgumentHelp("otlp, commands or postgres (default: guessed).", valueName: "format"))
    var format: ImportFormat?

    @Option(help: ArgumentHelp("The organization of every trace, whatever the trace says.", valueName: "slug"))
    var organization: String?

    @Flag(help: "Stop at the first refusal; what came before stands.")
    var strict = false

    @OptionGroup var options: LedgerOptions

    func run() async throws {
        let ledger = try self.options.writer()
        var options = ImportOptions()
        options.organization = self.organization
        options.isStrict = self.strict
        let refusals = Mutex<[ImportRefusal]>([])
        let isJSON = self.options.json
        let progress = ProgressLine("importing", .bytes)
        let report = try await Importer(ledger, options: options).run(
            self.files, format: self.format,
            progress: { _, read, _ in
                progress.update(UInt64(read.bytesRead), of: read.totalBytes.map(UInt64.init))
            },
            refused: { refusal in
                Diagnostics.note(Text.safe(refusal.description))
                if isJSON { refusals.withLock { $0.append(refusal) } }
            })
        // So that the next question need not wait for it.
        try await ledger.catchUp()
        ProgressLine.clear()
        if isJSON {
            try Output.standard.print(Self.json(report, refusals.withLock { $0 }))
        } else {
            try Output.standard.print(Self.summary(report))
        }
        if report.refused > 0 {
            throw Failure(
                "\(Text.count(report.refused, report.rows > 0 ? "row" : "line")) \(report.refused == 1 ? "was" : "were") refused"
                    + (report.endedEarly ? "; stopped there, as --strict asks" : ""))
        }
    }

    private static func summary(_ report: ImportReport) -> String {
        let what = report.rows > 0 ? "row" : report.spans > 0 ? "span" : "command"
        let read = report.rows > 0 ? Text.count(report.rows, "row") : Text.count(report.lines, "line")
        let place =
            switch report.events {
            case 0: "nothing new"
            case 1: "1 event at position \(report.after)"
            case let events: "\(Text.grouped(events)) events at positions \(report.before.next)-\(report.after)"
            }
        return "\(read) read, \(Text.count(report.accepted, what)) accepted, "
            + "\(Text.grouped(report.unchanged)) known already, \(Text.grouped(report.refused)) refused: \(place)"
    }

    private static func json(_ report: ImportReport, _ refusals: [ImportRefusal]) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.key("files")
        json.int(report.files)
        json.key("lines")
        json.int(report.lines)
        json.key("spans")
        json.int(report.spans)
        json.key("rows")
        json.int(report.rows)
        json.key("accepted")
        json.int(report.accepted)
        json.key("unchanged")
        json.int(report.unchanged)
        json.key("refused")
        json.beginArray()
        for refusal in refusals {
            json.beginObject()
            json.key("file")
            json.string(refusal.file)
            switch refusal.place {
            case .line(let line):
                json.key("line")
                json.int(line)
            case .row(let table, let key):
                json.key("table")
                json.string(table)
                json.key("key")
                json.string(key)
            }
            json.key("reason")
            json.string(refusal.reason)
            json.endObject()
        }
        json.endArray()
        json.key("events")
        json.int(report.events)
        json.key("position_before")
        json.uint(report.before.value)
        json.key("position_after")
        json.uint(report.after.value)
        json.key("ended_early")
        json.bool(report.endedEarly)
        json.key("seconds")
        json.double(Text.rounded(report.seconds))
        json.endObject()
        return json.text
    }
}
