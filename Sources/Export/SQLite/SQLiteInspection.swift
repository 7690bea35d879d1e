import GRDB
import Relations

/// Notices tables, indexes and views of ours that were removed or altered by hand: SQLite keeps the statements that made
/// them. What others added is not looked at.
struct SQLiteInspection {
    let schema: Schema

    /// The names of what is no longer as it was made.
    func changes(in database: Database) throws -> [String] {
        let made = try DatabaseQueue().write { memory in
            try SQLiteLoad(database: memory, schema: self.schema).createTables()
            for statement in SQLiteDialect().statementsAfterLoad(self.schema) { try memory.execute(sql: statement) }
            return try Self.statements(memory)
        }
        let there = try Self.statements(database)
        return made.filter { there[$0.key] != $0.value }.keys.sorted()
    }

    private static func statements(_ database: Database) throws -> [String: String] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] as String, $0[1] as String) })
    }
}
