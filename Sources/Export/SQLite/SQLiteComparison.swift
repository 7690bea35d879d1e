import GRDB
import LedgerRelations

/// Compares tables with what they held before, as `PostgresComparison` does.
struct SQLiteComparison {
    let database: Database
    private let dialect = SQLiteDialect()
    /// The tables that held rows of the form that the schema has.
    private var kept: Set<String> = []

    init(_ database: Database) { self.database = database }

    private func columns(_ table: TableDeclaration) -> String { self.dialect.quotedList(table.columns.map(\.name)) }
    private func before(_ table: TableDeclaration) -> String {
        "temp.\(self.dialect.quoted("before of \(table.name)"))"
    }

    /// Copies all rows of the tables that are there, in the form that they should have.
    mutating func keep(_ schema: Schema) throws {
        for table in schema.tables {
            let there = try String.fetchAll(
                self.database, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table.name])
            guard Set(there).isSuperset(of: table.columns.map(\.name)) else { continue }
            try self.database.execute(
                sql: "CREATE TABLE \(self.before(table)) AS SELECT \(self.columns(table)) FROM "
                    + self.dialect.quoted(table.name))
            self.kept.insert(table.name)
        }
    }

    /// How many rows are new or different, and how many are there no longer. Nil where the table was not kept: all are new.
    func differences(in table: TableDeclaration) throws -> (rows: Int, removed: Int)? {
        guard self.kept.contains(table.name) else { return nil }
        func count(_ columns: String, _ rows: String, without others: String) throws -> Int {
            let sql = "SELECT COUNT(*) FROM (SELECT \(columns) FROM \(rows) EXCEPT SELECT \(columns) FROM \(others))"
            return try Int.fetchOne(self.database, sql: sql) ?? 0
        }
        let (name, keys) = (self.dialect.quoted(table.name), self.dialect.quotedList(table.primaryKey))
        return (
            try count(self.columns(table), name, without: self.before(table)),
            try count(keys, self.before(table), without: name)
        )
    }
}
