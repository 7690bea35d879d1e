import Foundation
import GRDB
import LedgerRelations

/// A script that `sqlite3 FILE < SCRIPT` runs in an empty file: what a direct export would have made of it. Always a
/// whole export; the same rows at the same position give the same bytes. The time of the export is that of loading.
package struct SQLiteTextExporter: Exporter {
    /// Nil is standard output.
    package let path: String?

    private let overwrites: Bool

    /// - Parameter overwrites: whether a file that we did not write is overwritten.
    package init(path: String, overwrites: Bool = false) {
        self.path = path == "-" ? nil : path
        self.overwrites = overwrites
    }

    package func export(_ source: some RelationSource, progress: ExportProgress?) throws -> ExportReport {
        let database = FileManager.default.temporaryDirectory.appendingPathComponent("export-\(UUID().uuidString).db")
            .path
        // It is a copy: what goes wrong with removing it harms nobody.
        defer { try? FileManager.default.removeItem(atPath: database) }
        var report = try SQLiteExporter(path: database).export(source, progress: progress)
        report.target = self.path ?? "standard output"
        if let path {
            let file = try PartialFile(
                path, replacing: self.overwrites ? .anything : .beginning(with: SQLTextExporter.mark))
            try self.write(database, to: RowStream { try file.write($0) })
            try file.close()
            try file.rename()
        } else {
            try self.write(database, to: RowStream { try FileHandle.standardOutput.write(contentsOf: Data($0)) })
        }
        return report
    }

    private func write(_ path: String, to out: RowStream) throws {
        var configuration = Configuration()
        configuration.readonly = true
        try DatabaseQueue(path: path, configuration: configuration).read { database in
            out.text("-- Rows of an AgentLedger. Load into an empty file: sqlite3 FILE < SCRIPT\n\nBEGIN;\n\n")
            let objects = try Row.fetchAll(
                database,
                sql: "SELECT name, sql, type = 'table' FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")
            for object in objects {
                out.text("\(object[1] as String);\n\n")
                if object[2] { try self.writeRows(of: object[0], database, to: out) }
            }
            out.text("COMMIT;\n")
        }
        try out.flush()
    }

    private func writeRows(of table: String, _ database: Database, to out: RowStream) throws {
        let dialect = SQLiteDialect()
        // Hidden columns are generated: 2 and 3 in `PRAGMA table_xinfo`.
        let columns = try String.fetchAll(
            database, sql: "SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", arguments: [table])
        let values = columns.map { column in
            table == Bookmark.table && column == "exported_at"
                ? dialect.quotedText(SQLiteBookmark.now) : "quote(\(dialect.quoted(column)))"
        }.joined(separator: " || ', ' || ")
        let rows = try String.fetchCursor(database, sql: "SELECT \(values) FROM \(dialect.quoted(table))")
        var isAny = false
        while let row = try rows.next() {
            isAny = true
            try out.line("INSERT INTO \(dialect.quoted(table)) (\(dialect.quotedList(columns))) VALUES (\(row));\n")
        }
        if isAny { out.text("\n") }
    }
}
