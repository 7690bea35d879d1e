import Foundation
import LedgerRelations

/// A script that `psql -v ON_ERROR_STOP=1 -f FILE` loads into an empty database, in one transaction.
///
/// Always a whole export. The same rows at the same position give the same bytes.
package struct SQLTextExporter: Exporter {
    /// Nil is standard output.
    package let path: String?

    /// Whether tenants may write the tables, within the schema's policies.
    package let tenantWrites: Bool

    /// How our scripts begin, in either dialect.
    static let mark = "-- Rows of an AgentLedger. Load into an empty "

    private let overwrites: Bool

    /// - Parameter overwrites: whether a file that we did not write is overwritten.
    package init(path: String, tenantWrites: Bool = false, overwrites: Bool = false) {
        self.path = path == "-" ? nil : path
        self.tenantWrites = tenantWrites
        self.overwrites = overwrites
    }

    /// A buffer of this size goes out in one write.
    private static let chunk = 256 << 10

    package func export(_ source: some RelationSource, progress: ExportProgress?) throws -> ExportReport {
        let start = ContinuousClock.now
        let tables: [ExportReport.Table]
        if let path {
            let file = try PartialFile(path, replacing: self.overwrites ? .anything : .beginning(with: Self.mark))
            tables = try self.write(source, progress, to: RowStream(chunk: Self.chunk) { try file.write($0) })
            try file.close()
            try file.rename()
        } else {
            let out = RowStream(chunk: Self.chunk) { try FileHandle.standardOutput.write(contentsOf: Data($0)) }
            tables = try self.write(source, progress, to: out)
        }
        return ExportReport(
            target: self.path ?? "standard output", fromPosition: 0, toPosition: source.position, tables: tables,
            seconds: (ContinuousClock.now - start).inSeconds)
    }

    private func write(
        _ source: some RelationSource, _ progress: ExportProgress?, to out: RowStream
    ) throws -> [ExportReport.Table] {
        let dialect = PostgreSQLDialect()
        let schema = source.schema
        out.text(Self.preamble)
        for statement in dialect.statementsBeforeLoad(schema) { out.text(statement + ";\n\n") }
        let tables = try schema.tables.map { table in
            var counter = RowCounter(table, progress)
            let columns = dialect.quotedList(table.columns.map(\.name))
            let copy = "COPY \(dialect.qualified(table.name, in: schema)) (\(columns)) FROM stdin;\n"
            var partitions = PostgresPartitions(of: table, in: schema)
            out.text(copy)
            try source.rows(of: table, changedAfter: nil) { cells in
                counter.count(cells)
                if let statement = partitions?.statement(before: cells) { out.text("\\.\n\n\(statement);\n\n\(copy)") }
                try out.copyRow(cells)
            }
            out.text("\\.\n\n")
            return counter.finish()
        }
        for statement in PostgresExporter.statementsAfterLoad(of: source, tenantWrites: self.tenantWrites) {
            out.text(statement + ";\n\n")
        }
        out.text("COMMIT;\n")
        try out.flush()
        return tables
    }

    private static let preamble: String = """
        -- Rows of an AgentLedger. Load into an empty database: psql -v ON_ERROR_STOP=1 -f FILE
        \\set ON_ERROR_STOP on
        SET client_encoding = 'UTF8';
        SET standard_conforming_strings = on;
        SET timezone = 'UTC';

        BEGIN;


        """
}
