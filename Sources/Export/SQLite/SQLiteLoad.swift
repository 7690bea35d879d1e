import GRDB
import LedgerRelations

/// Tables and rows into an empty database.
struct SQLiteLoad {
    let database: Database
    let schema: Schema

    /// - Parameter keysFirst: whether indexes come before the rows, so that a row that violates one is found.
    func all(
        _ source: some RelationSource, keysFirst: Bool, _ progress: ExportProgress?
    ) throws -> [ExportReport.Table] {
        try self.createTables()
        if keysFirst { try self.createIndexes() }
        let orphans = SQLiteOrphans(database: self.database, schema: self.schema)
        try orphans.create()
        var tables = try self.schema.tables.map { try self.rows(of: $0, source, progress) }
        try orphans.sweep(countingIn: &tables)
        if !keysFirst { try self.createIndexes() }
        return tables
    }

    private func createIndexes() throws {
        for statement in SQLiteDialect().statementsAfterLoad(self.schema) { try self.database.execute(sql: statement) }
    }

    func createTables() throws {
        for statement in SQLiteDialect().statementsBeforeLoad(self.schema) { try self.database.execute(sql: statement) }
    }

    func rows(
        of table: TableDeclaration, _ source: some RelationSource, _ progress: ExportProgress?
    ) throws -> ExportReport.Table {
        var counter = RowCounter(table, progress)
        let insertion = try SQLiteInsertion(self.database, table, onConflict: .none)
        let refusals = try SQLiteRefusals(self.database, table)
        try source.rows(of: table, changedAfter: nil) { cells in
            counter.count(cells)
            try refusals.note(cells) { try insertion.insert(cells) }
        }
        return refusals.subtracted(from: counter.finish())
    }
}

/// What changed since a position, into tables that stand.
struct SQLiteUpdate {
    let database: Database
    let after: UInt64

    func write(_ source: some RelationSource, _ progress: ExportProgress?) throws -> [ExportReport.Table] {
        let orphans = SQLiteOrphans(database: self.database, schema: source.schema)
        try orphans.release()
        var reports = try source.schema.tables.map { try self.merge($0, source, progress) }
        try orphans.sweep(countingIn: &reports)
        return reports
    }

    /// Rows may trade unique values among themselves (A takes the name that B gives up), so what may be gone goes first,
    /// and a table with more than its primary key to keep unique is cleared of every row that changed.
    private func merge(
        _ table: TableDeclaration, _ source: some RelationSource, _ progress: ExportProgress?
    ) throws -> ExportReport.Table {
        let gone = try SQLiteGoneRows(self.database, table)
        let refusals = try SQLiteRefusals(self.database, table)
        try source.removedKeys(of: table, after: self.after) {
            try gone.remove(key: $0)
            try refusals.forget(key: $0)
        }
        if table.hasUniquenessBeyondPrimaryKey {
            let deletion = try SQLiteDeletion(self.database, table)
            try source.rows(of: table, changedAfter: self.after) { try deletion.delete(row: $0) }
        }
        var counter = RowCounter(table, progress)
        let insertion = try SQLiteInsertion(self.database, table, onConflict: .update)
        try source.rows(of: table, changedAfter: self.after) { cells in
            counter.count(cells)
            try refusals.forget(key: table.primaryKeyIndexes.map { cells[$0] })
            if try refusals.note(cells, { try insertion.insert(cells) }) {
                gone.isBack(cells)
            } else {
                try gone.remove(key: table.primaryKeyIndexes.map { cells[$0] })
            }
        }
        var report = refusals.subtracted(from: counter.finish())
        report.removed = gone.count
        return report
    }
}
