import AgentLedger
import ArgumentParser
import Glibc
import LedgerEvents
import LedgerExporters
import LedgerLogLMDB
import LedgerPlatforms
import LedgerRelations
import LedgerTables
import LedgerViews

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the tables to a database or to files.",
        discussion: """
            SQLite files and PostgreSQL schemas remember up to where they are: run again, and only what changed is \
            written, in one transaction; with --follow, whenever something happens, until interrupted. SQL scripts, \
            CSV and JSON lines are always whole, and the same ledger at the same position gives the same bytes. With \
            --record, the export is appended to the log as an event.

            A row that refers to one which the ledger does not know has a null there, or waits until it is known where \
            it cannot be null; a row that the database does not accept is held back. The table agentledger_orphans tells. With --schema all, each schema goes into a \
            PostgreSQL schema, a directory or a file of its own (platform.db: platform.ops_studio.db, …).

            The schema agent_monitoring also has keys for Redis (redis://HOST:PORT/DATABASE, redis+unix:///SOCKET) and \
            points for InfluxDB 1.x (influx://HOST:PORT/DATABASE, or a file of its line protocol, line:FILE). Both \
            remember up to where they are. Keys that the server evicted are written again. Whether an agent is online, \
            and the uses of an API key, are judged at the time of the position, with --follow by the clock, and expire.

            The schemas orchestrator_platform and agent_infrastructure have row-level security. Tenants read what is \
            theirs; with --tenant-writes they also write within the policies. What they write never reaches the ledger, \
            and makes way for what the ledger has. Without the option at a later export they only read again.

            Tables that were changed by hand are noticed and refused: a missing table, column, index or partition, another \
            number of rows, and in PostgreSQL another trigger, view, function, policy or grant. With --repair, these are \
            put right and all rows are loaded again, and the report tells how many differed; with --tenant-writes, tenants' \
            own rows stay.

            PostgreSQL is waited for while it is busy with a statement. If its process is stopped just then, that looks \
            the same, and is waited for, too; so is a silent process where no second connection is let in.

            With --history, each table has a row for each version that a row ever had, with the columns of a dbt \
            snapshot and the range of positions: the schema ledger_history.

            EXAMPLES:
              agentledger export --to sqlite:ledger.db
              agentledger export --to postgres://me@host/db --schema all --follow
              agentledger export --to sql:- --at 1000 | psql -v ON_ERROR_STOP=1
              agentledger export --to sql:studio.sql --schema ops_studio --dialect sqlite
              agentledger export --to ./tables --format csv
              agentledger export --to redis://host:6379/0 --schema agent_monitoring
              agentledger export --to influx://host:8086/db --schema agent_monitoring
              agentledger export --to sqlite:history.db --history
            """)

    @Option(
        help: ArgumentHelp(
            "sqlite:FILE, sql:FILE (sql:- is standard output), postgres://…, redis://…, influx://…, line:FILE, or a "
                + "directory.", valueName: "target"))
    var to: String

    @Option(help: ArgumentHelp("For a directory: csv (the default) or jsonl.", valueName: "format"))
    var format: ExportTarget.FileFormat?

    @Option(help: ArgumentHelp("For sql:FILE: postgres (the default) or sqlite.", valueName: "dialect"))
    var dialect: SQLDialectName?

    @Option(help: ArgumentHelp("Which schema's tables, or all.", valueName: "name"))
    var schema = "ledger"

    @Flag(help: "Write every version of every row in place of the rows as they stand.")
    var history = false

    @Option(
        name: .customLong("online-within"),
        help: ArgumentHelp(
            "For redis://…: how old an agent's last heartbeat may be for it to be online (90).", valueName: "seconds"))
    var onlineWithinSeconds: Int64?

    @Flag(
        name: .customLong("tenant-writes"),
        help: "For PostgreSQL: let tenants write, within the schema's policies; else they only read.")
    var tenantWrites = false

    @Flag(help: "Compare SQLite or PostgreSQL with the ledger, and load again what was changed by hand.")
    var repair = false

    @Flag(help: "Go on with what changes, until interrupted. For SQLite files, PostgreSQL, Redis and InfluxDB.")
    var follow = false

    @Option(
        help: ArgumentHelp(
            "How long a server may be silent (30), and how long PostgreSQL waits for each lock.",
            valueName: "seconds"))
    var timeout = ExportTimeout.defaultSeconds

    @Flag(help: "For sql:FILE: overwrite a file that no export wrote. Nothing inside of a ledger is ever overwritten.")
    var force = false

    @OptionGroup var at: MomentOption
    @OptionGroup var occurred: OccurredOption
    @OptionGroup var record: RecordOption
    @OptionGroup var options: LedgerOptions

    func validate() throws {
        if let seconds = self.onlineWithinSeconds, !(0...1_000_000_000).contains(seconds) {
            throw ValidationError("--online-within \(seconds) is no number of seconds")
        }
        guard (1...86_400).contains(self.timeout) else {
            throw ValidationError("--timeout must be a number of seconds from 1 to 86400")
        }
        if self.history, self.schema != LedgerSchema.projection.schema.name {
            throw ValidationError("--history is of the schema ledger; leave --schema out")
        }
        if self.history, self.occurred.time != nil {
            throw ValidationError("--history goes by what was recorded; leave --as-occurred out")
        }
        if self.follow, self.repair { throw ValidationError("--repair is done once; leave --follow out") }
        if self.follow, self.at.given != nil { throw ValidationError("--follow goes on from the end; leave --at out") }
        if self.follow, self.occurred.time != nil {
            throw ValidationError("--follow goes on with what happens; leave --as-occurred out")
        }
        if self.follow, self.record.isOn {
            throw ValidationError("--follow would put its own record on record, without end; leave --record out")
        }
    }

    func run() async throws {
        let target = try ExportTarget(
            self.to, format: self.format, dialect: self.dialect, tenantWrites: self.tenantWrites,
            repairs: self.repair, isFollowing: self.follow, isForced: self.force,
            timeoutSeconds: self.timeout)
        let projections = try Projections.chosen(
            self.schema, for: target, onlineWithinSeconds: self.onlineWithinSeconds)
        Interruption.removePartialFiles()
        guard self.follow else {
            let outcome = try self.export(projections, to: target, from: self.options.reader(), at: self.at.moment)
            for report in outcome.reports {
                try await self.record.record(in: self.options) {
                    try await $0.record(report.1, schema: report.0, actor: $1, source: $2)
                }
            }
            if outcome.hasFailed { throw ExitCode.failure }
            return
        }
        guard target.isUpdated else {
            throw ValidationError("--follow is for SQLite files, PostgreSQL, Redis and InfluxDB")
        }
        let reader = try self.options.reader()
        var position: UInt64?
        while true {
            let outcome = try self.export(projections, to: target, from: reader, at: .end, quietAt: position)
            if outcome.hasFailed { throw ExitCode.failure }
            position = outcome.reports.map(\.1.toPosition).min()
            try await Self.waitForEvent(
                after: Position(position ?? 0), in: reader.log, atMost: target.isJudgedByClock ? Self.clockPeriod : nil)
        }
    }

    private static let clockPeriod = Duration.seconds(5)

    private static func waitForEvent(after position: Position, in log: LMDBEventLog, atMost limit: Duration?)
        async throws
    {
        struct SomethingNew: Error {}
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await log.follow(after: position) { _ in throw SomethingNew() }
                } catch is SomethingNew {}
            }
            if let limit { group.addTask { try await Task.sleep(for: limit) } }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Exports each schema and prints its report. A schema that fails is reported and does not keep the others back.
    /// Only the reader is open when it returns: a process that has a ledger open for reading cannot open it for writing.
    /// - Parameter quietAt: where a report of no rows is not worth a line.
    private func export(
        _ projections: [Projection], to target: ExportTarget, from reader: LedgerReader, at moment: Moment,
        quietAt: UInt64? = nil
    ) throws -> (reports: [(String, ExportReport)], hasFailed: Bool) {
        let folding = ProgressLine("folding", .events)
        let sources = try self.sources(projections, from: reader, at: moment, folding.views)
        // A reader of our output that goes away ends us as it ends any other program.
        if target.isStandardOutput { signal(SIGPIPE, SIG_DFL) }
        var reports: [(String, ExportReport)] = []
        for source in sources {
            let name = source.schema.name
            let exporter = target.exporter(of: self.schema == "all" ? name : nil)
            let progress = ExportRows()
            do {
                let report = try exporter.export(source) { progress.update($0, $1) }
                ProgressLine.clear()
                if quietAt != report.toPosition || !report.isEmpty {
                    try self.tell(report, of: name, isStandardOutput: target.isStandardOutput)
                }
                reports.append((name, report))
            } catch let error as ExportError where self.schema == "all" {
                ProgressLine.clear()
                Diagnostics.say("schema \(name): \(Text.oneLine(String(describing: error)))")
            }
        }
        return (reports, reports.count < sources.count)
    }

    private func sources(
        _ projections: [Projection], from reader: LedgerReader, at moment: Moment, _ progress: @escaping Views.Progress
    ) throws -> [any RelationSource] {
        if self.history { return [try reader.versions(at: moment, progress: progress)] }
        let snapshot = try reader.snapshot(at: moment, asOccurred: self.occurred.time, progress: progress)
        self.occurred.note(of: reader)
        return projections.map {
            let projected = snapshot.projected(as: $0)
            return self.follow ? projected.judged(by: LMDBEventLog.systemClock()) : projected
        }
    }

    private func tell(_ report: ExportReport, of schema: String, isStandardOutput: Bool) throws {
        if self.options.json {
            let line = Self.json(report, of: schema)
            if isStandardOutput { Diagnostics.note(line) } else { try Output.standard.print(line) }
            return try Output.standard.flush()
        }
        // Who follows wants the lines, not the tables.
        if !isStandardOutput, !self.follow { try Self.printTable(report) }
        try Output.standard.flush()
        let orphans = report.tables.reduce(0) { $0 + $1.orphans }
        let refused = report.tables.reduce(0) { $0 + $1.refused }
        let asText = report.tables.reduce(0) { $0 + $1.numbersAsText }
        let outOfRange = report.tables.reduce(0) { $0 + $1.outOfRange }
        let displaced = report.tables.reduce(0) { $0 + $1.displaced }
        Diagnostics.note(
            "\(Text.count(report.rows, "row")) of \(schema) to \(report.target) in \(Text.seconds(report.seconds)), "
                + "as of position \(report.toPosition)"
                + (report.fromPosition > 0 ? " (it stood at \(report.fromPosition))" : "")
                + (orphans > 0 ? "; \(Text.count(orphans, "row")) without one that it refers to" : "")
                + (refused > 0
                    ? "; \(Text.count(refused, "row")) held back, which the database did not accept: "
                        + "the table agentledger_orphans says why" : "")
                + (outOfRange > 0
                    ? "; \(Text.count(outOfRange, "point")) held back, of times that InfluxDB cannot hold (before 1677 or "
                        + "after 2262)" : "")
                + (displaced > 0 ? "; \(Text.count(displaced, "row")) of tenants made way" : "")
                + (asText > 0 ? "; \(Text.count(asText, "number")) too large for a database written as text" : "")
                + Self.words(mended: report.mended))
    }

    private static func words(mended: [String]) -> String {
        if mended.isEmpty { return "" }
        let rest = mended.count > 5 ? "; and \(mended.count - 5) more" : ""
        return "; put right: " + mended.prefix(5).joined(separator: "; ") + rest
    }

    private static func printTable(_ report: ExportReport) throws {
        var table = AlignedTable(columns: 3)
        for entry in report.tables {
            try table.row([
                .init(entry.name), .init(Text.grouped(entry.rows), isNumber: true),
                .init(Self.words(entry)),
            ])
        }
        try table.flush()
    }

    private static func words(_ entry: ExportReport.Table) -> String {
        [
            entry.removed > 0 ? "\(Text.grouped(entry.removed)) removed" : nil,
            entry.displaced > 0 ? "\(Text.count(entry.displaced, "tenant's row")) made way" : nil,
            entry.orphans > 0 ? "\(Text.grouped(entry.orphans)) without one that it refers to" : nil,
            entry.refused + entry.outOfRange > 0
                ? "\(Text.grouped(entry.refused + entry.outOfRange)) held back" : nil,
        ].compactMap { $0 }.joined(separator: ", ")
    }

    private static func json(_ report: ExportReport, of schema: String) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.key("schema")
        json.string(schema)
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
        json.key("mended")
        json.beginArray()
        for words in report.mended { json.string(words) }
        json.endArray()
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
            json.key("orphans")
            json.int(table.orphans)
            json.key("displaced")
            json.int(table.displaced)
            json.key("refused")
            json.int(table.refused)
            json.key("out_of_range")
            json.int(table.outOfRange)
            json.key("numbers_as_text")
            json.int(table.numbersAsText)
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
