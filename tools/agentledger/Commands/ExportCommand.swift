import AgentLedger
import ArgumentParser
import Glibc

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the tables to a database or to files.",
        discussion: """
            SQLite files and PostgreSQL schemas remember up to where they are: run again, and only what changed is \
            written, in one transaction. SQL scripts, CSV and JSON lines are always whole, and the same ledger at the \
            same position gives the same bytes. With --record, the export is appended to the log as an event.

            EXAMPLES:
              agentledger export --to sqlite:ledger.db
              agentledger export --to postgres://me@warehouse/analytics
              agentledger export --to sql:- --at 1000 | psql -v ON_ERROR_STOP=1
              agentledger export --to ./tables --format csv
            """)

    @Option(
        help: ArgumentHelp(
            "sqlite:FILE, sql:FILE (sql:- is standard output), postgres://…, or a directory.", valueName: "target"))
    var to: String

    @Option(help: ArgumentHelp("For a directory: csv (the default) or jsonl.", valueName: "format"))
    var format: FileFormat?

    @Option(help: ArgumentHelp("Which schema's tables.", valueName: "name"))
    var schema = "ledger"

    @OptionGroup var at: MomentOption
    @OptionGroup var record: RecordOption
    @OptionGroup var options: LedgerOptions

    enum FileFormat: String, ExpressibleByArgument, CaseIterable {
        case csv, jsonl
    }

    func run() async throws {
        guard self.schema == "ledger" else {
            throw ValidationError("there is no schema \"\(self.schema)\"; there are: ledger")
        }
        let isStandardOutput = self.to == "sql:-"
        let report = try self.export(isStandardOutput)
        if self.options.json {
            let line = Self.json(report)
            if isStandardOutput { Diagnostics.note(line) } else { try Output.standard.print(line) }
        } else {
            if !isStandardOutput { try Self.printTable(report) }
            try Output.standard.flush()
            Diagnostics.note(
                "\(Text.count(report.rows, "row")) to \(report.target) in \(Text.seconds(report.seconds)), "
                    + "as of position \(report.toPosition)"
                    + (report.fromPosition > 0 ? " (it stood at \(report.fromPosition))" : ""))
        }
        try await self.record.record(in: self.options) {
            try await $0.record(report, schema: self.schema, actor: $1, source: $2)
        }
    }

    /// Nothing is open when it returns: a process that has a ledger open for reading cannot open it for writing.
    private func export(_ isStandardOutput: Bool) throws -> ExportReport {
        let exporter = try self.exporter()
        let reader = try self.options.reader()
        let folding = ProgressLine("folding", .events)
        let snapshot = try reader.snapshot(at: self.at.moment, progress: folding.views)
        // A reader of our output that goes away ends us as it ends any other program.
        if isStandardOutput { signal(SIGPIPE, SIG_DFL) }
        let progress = ExportRows()
        let report = try exporter.export(snapshot) { progress.update($0, $1) }
        ProgressLine.clear()
        return report
    }

    private func exporter() throws -> any Exporter {
        let scheme = self.to.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        let rest = String(self.to.dropFirst(scheme.count + 1))
        guard self.to.dropFirst(scheme.count).first == ":", scheme.first?.isLetter ?? false else {
            switch self.format ?? .csv {
            case .csv: return CSVExporter(directory: self.to)
            case .jsonl: return JSONLinesExporter(directory: self.to)
            }
        }
        if self.format != nil { throw ValidationError("--format is for a directory, not for \(scheme):") }
        if rest.isEmpty { throw ValidationError("\(self.to) names no file") }
        switch scheme {
        case "sqlite": return SQLiteExporter(path: rest)
        case "sql": return SQLTextExporter(path: rest)
        case "postgres", "postgresql": return PostgresExporter(self.to)
        default:
            throw ValidationError(
                "there is no target \(scheme):; there are sqlite:FILE, sql:FILE, postgres://… and a directory "
                    + "(./\(self.to) if that is one)")
        }
    }

    private static func printTable(_ report: ExportReport) throws {
        var table = AlignedTable(columns: 3)
        for entry in report.tables {
            try table.row([
                .init(entry.name), .init(Text.grouped(entry.rows), isNumber: true),
                .init(entry.removed > 0 ? "\(Text.grouped(entry.removed)) removed" : ""),
            ])
        }
        try table.flush()
    }

    private static func json(_ report: ExportReport) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.key("target")
        json.string(report.target)
        json.key("from_position")
        json.uint(report.fromPosition)
        json.key("to_position")
        json.uint(report.toPosition)
        json.key("rows")
        json.int(report.rows)
        json.key("seconds")
        json.double(Text.rounded(report.seconds))
        json.key("tables")
        json.beginArray()
        for table in report.tables {
            json.beginObject()
            json.key("table")
            json.string(table.name)
            json.key("rows")
            json.int(table.rows)
            json.key("removed")
            json.int(table.removed)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.text
    }
}

/// Rows over all tables, told table by table.
private final class ExportRows {
    private let line = ProgressLine("exporting", .rows)
    private var before = 0
    private var table = ""
    private var rows = 0

    func update(_ table: String, _ rows: Int) {
        if table != self.table {
            self.before += self.rows
            self.table = table
        }
        self.rows = rows
        self.line.update(UInt64(self.before + rows), of: nil)
    }
}
