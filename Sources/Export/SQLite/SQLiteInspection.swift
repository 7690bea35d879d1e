import GRDB
import LedgerRelations

/// Notices tables, indexes and views of ours that were removed or altered by hand, and other numbers of rows: SQLite keeps
/// the statements that made them. What others added is not looked at.
struct SQLiteInspection {
    let schema: Schema
    /// A pass over each table, or over the smallest of its indexes.
    let countsRows: Bool

    /// Keeps how many rows there are, for `changes`.
    func record(in database: Database) throws {
        try SQLiteBookmark.keep(rowCounts: self.countsRows ? self.counts(in: database) : nil, database)
    }

    /// What is no longer as it was made, as clauses.
    func changes(in database: Database) throws -> [String] {
        let structure = try self.structureChanges(in: database)
        guard structure.isEmpty, self.countsRows else { return structure }
        let kept = try SQLiteBookmark.rowCounts(database)
        if kept.isEmpty { return [] }
        let counts = try self.counts(in: database)
        return self.schema.tables.compactMap { table in
            guard let before = kept[table.name], let now = counts[table.name], before != now else { return nil }
            return "rows in \(table.name): \(now), not \(before)"
        }
    }

    private func counts(in database: Database) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for table in self.schema.tables {
            counts[table.name] = try Int.fetchOne(
                database, sql: "SELECT COUNT(*) FROM \(SQLiteDialect().quoted(table.name))")
        }
        return counts
    }

    private func structureChanges(in database: Database) throws -> [String] {
        let made = try DatabaseQueue().write { memory in
            try SQLiteLoad(database: memory, schema: self.schema).createTables()
            for statement in SQLiteDialect().statementsAfterLoad(self.schema) { try memory.execute(sql: statement) }
            return try Self.statements(memory)
        }
        let there = try Self.statements(database)
        return made.filter { there[$0.key] != $0.value }.keys.sorted().map { name in
            "\(name) \(there[name] == nil ? "is missing" : "was changed")"
        }
    }

    private static func statements(_ database: Database) throws -> [String: String] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] as String, $0[1] as String) })
    }
}
