import AgentLedger
import ArgumentParser
import Foundation
import LedgerEvents
import LedgerImporters
import Synchronization

extension ImportFormat: ExpressibleByArgument {}

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Read traces or commands from files, or adopt a platform's database.",
        discussion: """
            Files of OpenTelemetry spans and logs: OTLP/JSON lines, as a collector's file exporter writes them; one \
            request in protobuf (.pb); requests in protobuf, each after its length in four bytes, big-endian (.bin). \
            Or lines with one command in JSON each. The format is found out line by line; .gz is decompressed. \
            Importing again changes nothing. A refused line or span is named on standard error and kept in \
            refused_spans; the rest is imported, and the exit status is then 1.

            A line with a command is known again by what it says, by its time and by how often the file said it \
            before, whatever the file is called: one file that grew, or whose refused lines were mended, brings only \
            what is new. Two files with an equal line tell of one happening, unless it has an id or a key of its own.

            Every span is recorded as it came. Runs, calls and usage are derived once a trace is complete: its root \
            and all parents are known. Others wait (pending_traces) for the missing spans, for policies run, or for \
            --assemble.

            In the place of a file, postgres://HOST/DATABASE?schema=NAME takes over the tables of a platform \
            (\(PlatformDatabase.names)) as they stand at that moment, each row as what it tells happened, at the row's \
            own times. Tables in a schema of another name: ?schema=public&as=NAME. A value that the ledger does not \
            allow is adopted in another form, and kept with all that no entity has a field for in adopted_rows; the \
            report counts both. --strict refuses it. A second import takes over the rows that changed since, and \
            reports those that are gone, or back. A refused row is named by its table and key. Times without a zone are those \
            of the database's zone (ALTER DATABASE, else the server's), or of --time-zone; the report says which. A role \
            that may not read a table, or from which row-level security hides rows, is refused.

            EXAMPLES:
              agentledger import traces.otlp.jsonl
              agentledger import --organization acme monday.jsonl.gz tuesday.pb.bin
              agentledger import --follow /var/lib/otelcol/traces.jsonl
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

    @Flag(help: "Derive runs from traces that still wait for spans, from what is known.")
    var assemble = false

    @Flag(help: "Go on reading a file that a collector writes and rotates, until interrupted.")
    var follow = false

    @Flag(help: "Record recognized secrets in telemetry as they are; else they are masked.")
    var keepSecrets = false

    @Flag(help: "Let clock.tick set a time that is later than this machine's clock says.")
    var ahead = false

    @Option(
        help: ArgumentHelp(
            "The zone of a platform's times without one: Europe/Berlin, +02:00 (default: the database's).",
            valueName: "zone"))
    var timeZone: String?

    @Option(
        help: ArgumentHelp(
            "How long a platform's database may be silent (30), unless it is busy, and how long a lock is waited for.",
            valueName: "seconds"))
    var timeout = PlatformDatabase.defaultTimeoutSeconds

    @OptionGroup var options: LedgerOptions

    func validate() throws {
        guard (1...86_400).contains(self.timeout) else {
            throw ValidationError("--timeout must be a number of seconds from 1 to 86400")
        }
        if self.follow, self.files.count != 1 || self.files[0] == "-" {
            throw ValidationError("--follow takes one file that somebody writes to")
        }
    }

    func run() async throws {
        // It would hide the server's own zone, in which a platform's times without one are read.
        unsetenv("PGTZ")
        let ledger = try self.options.writer()
        var options = ImportOptions()
        options.organization = self.organization
        options.isStrict = self.strict
        options.isAssembling = self.assemble
        options.keepSecrets = self.keepSecrets
        options.isAhead = self.ahead
        options.timeZone = self.timeZone
        options.timeoutSeconds = self.timeout
        if self.follow {
            Interruption.catchSignals()
            options.follow = { Interruption.hasCome }
        }
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
        let what =
            report.rows > 0 ? "row" : report.spans > 0 ? "span" : report.logRecords > 0 ? "log record" : "command"
        let read = report.rows > 0 ? Text.count(report.rows, "row") : Text.count(report.lines, "line")
        let place =
            switch report.events {
            case 0: "nothing new"
            case 1: "1 event at position \(report.after)"
            case let events: "\(Text.grouped(events)) events at positions \(report.before.next)-\(report.after)"
            }
        let summary =
            "\(read) read, \(Text.count(report.accepted, what)) accepted, "
            + (report.changedRows > 0 ? "\(Text.grouped(report.changedRows)) changed, " : "")
            + "\(Text.grouped(report.unchanged)) known already, \(Text.grouped(report.refused)) refused: \(place)"
        return ([summary] + self.notes(report) + self.findings(report)).joined(separator: "\n")
    }

    /// What else there is to know of an import of telemetry.
    private static func notes(_ report: ImportReport) -> [String] {
        var notes: [String] = []
        func note(_ count: Int, _ what: String, _ rest: String) {
            if count > 0 { notes.append("\(Text.count(count, what)) \(rest)") }
        }
        if let zone = report.timeZone { notes.append(Text.safe("times without a zone were read as \(zone)")) }
        note(report.revisedSpans, "span", "came with other contents than before; their rows were corrected")
        note(report.metricPoints, "data point", "of metrics not kept")
        note(report.maskedSecrets, "secret", "masked (--keep-secrets records them)")
        note(
            report.pendingTraces, "trace",
            "waiting for spans: query pending_traces, or import --assemble")
        note(report.calls.unknownUsage, "call", "with unknown token counts: unknown_tokens in model_calls")
        note(
            report.calls.finerCosts, "call",
            "reported to cost an amount that is negative, too large or has more than twelve digits after the point; it "
                + "stays in the span alone")
        note(report.calls.costDifferences, "call", "reported to cost more than 1 % more or less than computed:")
        for difference in report.calls.differences {
            notes.append(
                Text.safe(
                    "  \(difference.call) \(difference.model): reported \(difference.reported), "
                        + "computed \(difference.computed)"))
        }
        return notes
    }

    private static func named(_ rows: [RequestBatch.Place], _ title: String) -> [String] {
        let named = rows.prefix(20).map { "\(title): \(Self.name(of: $0))" }
        let rest = rows.count - named.count
        return named + (rest > 0 ? ["\(title): \(Text.count(rest, "row")) more"] : [])
    }

    /// The values of a platform's rows that did not come over as they were, and the rows that are gone or back.
    private static func findings(_ report: ImportReport) -> [String] {
        var lines =
            self.named(report.goneRows, "gone from the platform, kept here")
            + self.named(report.returnedRows, "back in the platform")
        let outcomes: [(AdoptionFinding.Outcome, String)] = [
            (.notAdopted, "not adopted"), (.changed, "adopted in another form, the original in adopted_rows.extra"),
            (.madeUp, "not there, made up"), (.kept, "kept in adopted_rows.extra"),
        ]
        for (outcome, title) in outcomes {
            let found = report.sortedFindings.filter { $0.finding.outcome == outcome }
            if found.isEmpty { continue }
            let total = found.reduce(0) { $0 + $1.count }
            lines.append("\(Text.count(total, "value")) \(title):")
            lines += found.map {
                Text.safe("  \(Text.grouped($0.count)) \($0.finding.table).\($0.finding.column): \($0.finding.reason)")
            }
        }
        return lines
    }

    private static func name(of place: RequestBatch.Place) -> String {
        switch place {
        case .row(let table, let key): Text.safe("\(table) \(key)")
        case .line(let line): "line \(line)"
        case .trace(let trace): "trace \(trace)"
        }
    }

    private static func write(findings report: ImportReport, to json: inout JSONWriter) {
        if let zone = report.timeZone {
            json.key("time_zone")
            json.string(zone)
        }
        json.key("changed")
        json.int(report.changedRows)
        for (name, rows) in [("gone", report.goneRows), ("returned", report.returnedRows)] {
            json.key(name)
            json.beginArray()
            for case .row(let table, let key) in rows {
                json.beginObject()
                json.key("table")
                json.string(table)
                json.key("key")
                json.string(key)
                json.endObject()
            }
            json.endArray()
        }
        json.key("values")
        json.beginArray()
        for (finding, count) in report.sortedFindings {
            json.beginObject()
            json.key("table")
            json.string(finding.table)
            json.key("column")
            json.string(finding.column)
            json.key("outcome")
            json.string(finding.outcome.rawValue)
            json.key("reason")
            json.string(finding.reason)
            json.key("count")
            json.int(count)
            json.endObject()
        }
        json.endArray()
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
        json.key("log_records")
        json.int(report.logRecords)
        json.key("metric_points")
        json.int(report.metricPoints)
        json.key("revised_spans")
        json.int(report.revisedSpans)
        json.key("masked_secrets")
        json.int(report.maskedSecrets)
        json.key("calls_with_unknown_usage")
        json.int(report.calls.unknownUsage)
        json.key("calls_with_finer_cost")
        json.int(report.calls.finerCosts)
        json.key("calls_with_other_cost")
        json.int(report.calls.costDifferences)
        json.key("pending_traces")
        json.int(report.pendingTraces)
        json.key("rows")
        json.int(report.rows)
        json.key("accepted")
        json.int(report.accepted)
        json.key("unchanged")
        json.int(report.unchanged)
        self.write(findings: report, to: &json)
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
            case .trace(let trace):
                json.key("trace_id")
                json.string(trace)
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
