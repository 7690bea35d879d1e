import LedgerPostgres
import LedgerRelations

/// Compares tables with what they held before, in one transaction.
struct PostgresComparison {
    let connection: PostgresConnection
    let schema: Schema
    private let dialect = PostgreSQLDialect()

    init(connection: PostgresConnection, schema: Schema) {
        self.connection = connection
        self.schema = schema
    }

    private func name(_ table: TableDeclaration) -> String { self.dialect.qualified(table.name, in: self.schema) }
    private func before(_ table: TableDeclaration) -> String {
        "\"pg_temp\".\(self.dialect.quoted("before of \(table.name)"))"
    }

    /// Copies all rows.
    func keep() throws(PostgresError) {
        for table in self.schema.tables {
            try self.connection.execute(
                "CREATE TEMPORARY TABLE \(self.before(table)) ON COMMIT DROP AS SELECT * FROM \(self.name(table))")
        }
    }

    /// How many rows are new or different, and how many are there no longer.
    func differences(in table: TableDeclaration) throws(PostgresError) -> (rows: Int, removed: Int) {
        let columns = self.dialect.quotedList(table.columns.map(\.name))
        let keys = self.dialect.quotedList(table.primaryKey)
        func count(_ columns: String, _ rows: String, without others: String) throws(PostgresError) -> Int {
            let sql = "SELECT count(*) FROM (SELECT \(columns) FROM \(rows) EXCEPT SELECT \(columns) FROM \(others)) d"
            return try self.connection.query(sql).first?[0].flatMap { Int($0) } ?? 0
        }
        return (
            try count(columns, self.name(table), without: self.before(table)),
            try count(keys, self.before(table), without: self.name(table))
        )
    }
}
