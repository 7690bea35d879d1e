import GRDB
import Relations

/// Tables and rows into an empty database.
struct SQLiteLoad {
    let database: Database
    let schema: Schema

    func all(_ source: some RelationSource, _ progress: ExportProgress?) throws -> [ExportReport.Table] {
        try self.createTables()
        let tables = try self.schema.tables.map { try self.rows(of: $0, source, progress) }
        for statement in SQLiteDialect().statementsAfterLoad(self.schema) { try self.database.execute(sql: statement) }
        return tables
    }

    func createTables() throws {
        for statement in SQLiteDialect().statementsBeforeLoad(self.schema) { try self.database.execute(sql: statement) }
    }

    func rows(
        of table: TableDeclaration, _ source: some RelationSource, _ progress: ExportProgress?
    ) throws -> ExportReport.Table {
        var counter = RowCounter(table, progress)
        let insertion = try SQLiteInsertion(self.database, table, onConflict: .none)
        try source.rows(of: table, changedAfter: nil) { cells in
            counter.count(cells)
            try insertion.insert(cells)
        }
        return counter.finish()
    }
}

/// What changed since a position, into tables that stand.
struct SQLiteUpdate {
    let database: Database
    let after: UInt64

    func write(_ source: some RelationSource, _ progress: ExportProgress?) throws -> [ExportReport.Table] {
        var reports = try source.schema.tables.map { table in
            var report = ExportReport.Table(name: table.name, rows: 0)
            let deletion = try SQLiteDeletion(self.database, table)
            try source.removedKeys(of: table, after: self.after) { report.removed += try deletion.delete(key: $0) }
            return report
        }
        for (index, table) in source.schema.tables.enumerated() {
            reports[index].rows = try self.merge(table, source, progress)
        }
        let touched = Set(reports.filter { $0.rows + $0.removed > 0 }.map(\.name))
        for table in source.schema.tables
        where touched.contains(table.name) || table.foreignKeys.contains(where: { touched.contains($0.table) }) {
            try self.database.checkForeignKeys(in: table.name)
        }
        return reports
    }

    /// Rows may trade unique values among themselves (A takes the name that B gives up), so a table with more than its
    /// primary key to keep unique is first cleared of every row that changed.
    private func merge(
        _ table: TableDeclaration, _ source: some RelationSource, _ progress: ExportProgress?
    ) throws -> Int {
        if table.hasUniquenessBeyondPrimaryKey {
            let deletion = try SQLiteDeletion(self.database, table)
            try source.rows(of: table, changedAfter: self.after) { try deletion.delete(row: $0) }
        }
        var counter = RowCounter(table, progress)
        let insertion = try SQLiteInsertion(self.database, table, onConflict: .update)
        try source.rows(of: table, changedAfter: self.after) { cells in
            counter.count(cells)
            try insertion.insert(cells)
        }
        return counter.finish().rows
    }
}
