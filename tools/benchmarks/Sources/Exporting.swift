import AgentLedger
import Foundation
import LedgerEvents
import LedgerExporters
import LedgerPlatforms
import LedgerRelations
import LedgerTables

/// Rows of the schema `ledger`, and of the largest of the platforms' schemas, into databases, beside the databases' own
/// loaders reading the same rows from CSV: tables first, then rows, then keys and indexes.
enum Exporting {
    static var entries: [Catalog.Entry] {
        [
            .init(lines: ["export.sqlite"], run: self.sqlite),
            .init(lines: ["export.postgres"]) { try await self.postgres($0, "export.postgres", "ledger") },
            .init(lines: ["export.postgres.ops_studio"]) {
                try await self.postgres($0, "export.postgres.ops_studio", "ops_studio")
            },
            .init(lines: ["export.incremental", "export.incremental.one-event"], run: self.incremental),
            .init(lines: ["export.history"], run: self.history),
        ]
    }

    private static func sqlite(_ bench: Workbench) async throws {
        let company = try SmallCompany(bench, "ledger")
        let script = bench.newPath("load.sql")
        try self.sqliteScript(company).write(toFile: script, atomically: true, encoding: .utf8)
        let rates = try await alternate(bench.options.runs) {
            let file = bench.newPath("export.sqlite")
            sync()
            let report = try SQLiteExporter(path: file).export(company.snapshot())
            try bench.remove(file)
            return Double(report.rows) / report.seconds
        } rival: {
            let file = bench.newPath("rival.sqlite")
            sync()
            let time = try await seconds {
                try Program.named("sqlite3", ["-bail", "-init", script, file, "SELECT 1"]).run()
            }
            try bench.remove(file)
            return Double(company.rows) / time
        }
        Figure(
            name: "export.sqlite", unit: .rowsPerSecond, values: rates.ours,
            rival: ("sqlite3 .import from CSV", rates.rival)
        ).print()
    }

    private static func sqliteScript(_ company: SmallCompany) -> String {
        let dialect = SQLiteDialect()
        // CSV has no null, and the command imports "" instead, which checks would refuse.
        var lines = [
            "PRAGMA journal_mode = OFF;", "PRAGMA synchronous = OFF;", "PRAGMA cache_size = -65536;",
            "PRAGMA ignore_check_constraints = ON;", "BEGIN;",
        ]
        lines += dialect.statementsBeforeLoad(company.schema).map { $0 + ";" }
        for table in company.schema.tables {
            lines.append(".import --csv --skip 1 \(company.csv)/\(table.name).csv \(table.name)")
        }
        lines += dialect.statementsAfterLoad(company.schema).map { $0 + ";" } + ["COMMIT;", ""]
        return lines.joined(separator: "\n")
    }

    private static func postgres(_ bench: Workbench, _ name: String, _ schema: String) async throws {
        let company = try SmallCompany(bench, schema)
        let server = try bench.postgres()
        let script = bench.newPath("load.sql")
        try self.postgresScript(company).write(toFile: script, atomically: true, encoding: .utf8)
        let rates = try await alternate(bench.options.runs) {
            let conninfo = try server.newDatabase()
            let report = try PostgresExporter(conninfo).export(company.snapshot())
            try server.dropDatabases()
            return Double(report.rows) / report.seconds
        } rival: {
            let conninfo = try server.newDatabase()
            let arguments = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-f", script]
            let time = try await seconds { try Program.named("psql", arguments).run() }
            try server.dropDatabases()
            return Double(company.rows) / time
        }
        Figure(
            name: name, unit: .rowsPerSecond, values: rates.ours,
            rival: ("psql \\\\copy from CSV", rates.rival)
        ).print()
    }

    /// Tables that stand near the end of 1 M events are brought up by 10,000 more, then by a single one. What each moment
    /// holds is folded before its update, and not measured.
    private static func incremental(_ bench: Workbench) async throws {
        let reader = try LedgerReader(at: try bench.company.path())
        let server = try bench.postgres()
        let conninfo = try server.newDatabase()
        let (runs, size) = (bench.options.runs, bench.size(10_000))
        var position = Position(try reader.log.head().value - UInt64(runs * (size + 1)))
        func update(by events: Int) throws -> ExportReport {
            position = position.advanced(by: events)
            return try PostgresExporter(conninfo).export(try reader.snapshot(at: .position(position)))
        }
        let whole = try update(by: 0)
        Progress.say("\(whole.rows) rows as of \(position); updating by \(size) events and by one")
        var (rates, times): ([Double], [Double]) = ([], [])
        for _ in 0..<runs {
            let many = try update(by: size)
            rates.append(Double(many.rows) / many.seconds)
            times.append(try update(by: 1).seconds * 1000)
        }
        try server.dropDatabases()
        Figure(
            name: "export.incremental", unit: .rowsPerSecond, values: rates,
            rival: ("all rows into an empty database", [Double(whole.rows) / whole.seconds])
        ).print()
        Figure(
            name: "export.incremental.one-event", unit: .milliseconds, values: times,
            rival: ("all rows into an empty database", [whole.seconds * 1000])
        ).print()
    }

    /// Every version of every row, beside the rows as they stand, both to CSV.
    private static func history(_ bench: Workbench) async throws {
        let company = try SmallCompany(bench, "ledger")
        let snapshot = try company.snapshot()
        func rate(_ export: (CSVExporter) throws -> ExportReport) throws -> Double {
            let directory = bench.newPath("csv")
            let report = try export(CSVExporter(directory: directory))
            try bench.remove(directory)
            return Double(report.rows) / report.seconds
        }
        let rates = try await alternate(bench.options.runs) {
            try rate { try $0.export(company.reader.versions()) }
        } rival: {
            try rate { try $0.export(snapshot) }
        }
        Figure(
            name: "export.history", unit: .rowsPerSecond, values: rates.ours,
            rival: ("rows as they stand, without their history", rates.rival)
        ).print()
    }

    private static func postgresScript(_ company: SmallCompany) -> String {
        let dialect = PostgreSQLDialect()
        let before = dialect.statementsBeforeLoad(company.schema) + company.partitions
        // In UTC, as partitions are.
        var lines = ["SET timezone = 'UTC';", "BEGIN;"] + before.map { $0 + ";" }
        for table in company.schema.tables {
            let target = dialect.qualified(table.name, in: company.schema)
            let columns = dialect.quotedList(table.columns.map(\.name))
            // PostgreSQL freezes no rows that go through a partitioned table.
            let options = table.partitioning == nil ? "FORMAT csv, HEADER, FREEZE" : "FORMAT csv, HEADER"
            lines.append("\\copy \(target) (\(columns)) FROM '\(company.csv)/\(table.name).csv' WITH (\(options))")
        }
        lines += dialect.statementsAfterLoad(company.schema).map { $0 + ";" } + ["COMMIT;", ""]
        return lines.joined(separator: "\n")
    }
}

/// A ledger to export, small enough for many repetitions, and its rows as CSV.
private struct SmallCompany {
    let reader: LedgerReader
    let projection: Projection
    let csv: String
    let rows: Int
    /// What makes the partitions that the rows need.
    let partitions: [String]

    init(_ bench: Workbench, _ schema: String) throws {
        guard let projection = Projections.named(schema) else { preconditionFailure("there is no schema \(schema)") }
        self.projection = projection
        let path = bench.newPath("ledger")
        let file = try bench.traces.file(bench.size(100))
        _ = try bench.child(["import", path, file])
        try bench.remove(file)
        self.reader = try LedgerReader(at: path)
        self.csv = bench.newPath("csv")
        let snapshot = try self.reader.snapshot().projected(as: projection)
        self.rows = try CSVExporter(directory: self.csv).export(snapshot).rows
        self.partitions = try Self.partitions(of: snapshot)
        Progress.say("exporting \(self.rows) rows of \(schema)")
    }

    var schema: Schema { self.projection.schema }

    /// The views are caught up already.
    func snapshot() throws -> some RelationSource { try self.reader.snapshot().projected(as: self.projection) }

    private static func partitions(of snapshot: LedgerSnapshot) throws -> [String] {
        var statements: Set<String> = []
        for table in snapshot.schema.tables {
            guard let place = table.columns.firstIndex(where: { $0.name == table.partitioning?.column })
            else { continue }
            try snapshot.rows(of: table, changedAfter: nil) { cells in
                guard case .timestamp(let time) = cells[place] else { return }
                statements.insert(PostgreSQLDialect().createPartition(of: table, in: snapshot.schema, at: time))
            }
        }
        return statements.sorted()
    }
}
