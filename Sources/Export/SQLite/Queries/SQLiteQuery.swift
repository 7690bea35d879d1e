import GRDB
import Relations

/// One SQL question over a schema, answered by SQLite: every table is there as a virtual one, whose rows are fetched from
/// the source as they are asked for. Nothing is copied, but what is sorted or joined over columns that lead nowhere; that
/// goes to disk when it outgrows its cache.
public struct SQLiteQuery {
    let source: any QuerySource

    public init(_ source: any QuerySource) { self.source = source }

    /// Calls `columns` once with the names, then `row` with each row's cells. Throws `ExportError`, and what the source
    /// throws, such as that a record is damaged.
    public func run(
        _ sql: String, columns: ([String]) throws -> Void, row: ([SQLiteCell]) throws -> Void
    ) throws {
        try self.source.holding {
            let tables = VirtualTables(self.source)
            do {
                let queue = try DatabaseQueue(path: "", configuration: Self.configuration)
                try queue.inDatabase { database in
                    try self.makeTables(tables, database)
                    try self.answer(try self.prepare(sql, database), columns, row)
                }
            } catch let refusal as DatabaseError {
                throw tables.failure ?? self.refused(refusal)
            }
        }
    }

    private func makeTables(_ tables: VirtualTables, _ database: Database) throws {
        guard let connection = database.sqliteConnection, tables.register(with: connection) else {
            throw ExportError(.refusedByDatabase, "SQLite does not take the tables of \(self.source.schema.name)")
        }
        let dialect = SQLiteDialect()
        try database.inTransaction {
            for table in self.source.schema.tables {
                try database.execute(
                    sql: "CREATE VIRTUAL TABLE \(dialect.quoted(table.name)) USING \(VirtualTables.module)")
            }
            return .commit
        }
        try database.execute(sql: "PRAGMA query_only = 1")
    }

    private func refused(_ refusal: DatabaseError) -> ExportError {
        let reason = refusal.message ?? "no reason given"
        if reason.contains("no such table") {
            let tables = self.source.schema.tables.map(\.name).joined(separator: ", ")
            return ExportError(
                .refusedByDatabase, "SQLite refused the query: \(reason); there are \(tables)", cause: refusal)
        }
        return ExportError(.refusedByDatabase, "SQLite refused the query: \(reason)", cause: refusal)
    }

    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { database in
            try database.execute(
                sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144")
        }
        return configuration
    }

    /// The one statement, which only asks.
    private func prepare(_ sql: String, _ database: Database) throws -> Statement {
        let first = Self.firstWord(sql)
        guard first.isEmpty || ["select", "with", "values", "explain"].contains(first) else {
            throw self.notAQuery(sql)
        }
        let statements = try database.allStatements(sql: sql)
        guard let statement = try self.next(of: statements, sql) else {
            throw ExportError(.notOneStatement, "the query is empty: write one SELECT")
        }
        guard statement.isReadonly else { throw self.notAQuery(statement.sql) }
        guard try statements.next() == nil else {
            throw ExportError(.notOneStatement, "the query has more than one statement: write one SELECT")
        }
        return statement
    }

    /// SQLite finds out by itself that a virtual table cannot be written to, but not what one should do instead.
    private func next(of statements: SQLStatementCursor, _ sql: String) throws -> Statement? {
        do {
            return try statements.next()
        } catch let refusal as DatabaseError where refusal.message?.hasSuffix("may not be modified") == true {
            throw self.notAQuery(sql)
        }
    }

    private func notAQuery(_ sql: String) -> ExportError {
        ExportError(
            .notAQuery,
            "a query only reads: write one SELECT, not \(sql.prefix(60)); to change the ledger, execute a command")
    }

    private func answer(
        _ statement: Statement, _ columns: ([String]) throws -> Void, _ row: ([SQLiteCell]) throws -> Void
    ) throws {
        let names = statement.columnNames
        try columns(names)
        var cells = Array(repeating: SQLiteCell.null, count: names.count)
        let rows = try Row.fetchCursor(statement)
        while let next = try rows.next() {
            for index in names.indices { cells[index] = SQLiteCell(next[index] as DatabaseValue) }
            try row(cells)
        }
    }

    /// In lower case, after spaces, comments and opening parentheses.
    static func firstWord(_ sql: String) -> String {
        var rest = Substring(sql)
        while true {
            rest = rest.drop { $0.isWhitespace || $0 == "(" || $0 == ";" }
            if rest.hasPrefix("--") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*"), let end = rest.firstRange(of: "*/") {
                rest = rest[end.upperBound...]
            } else {
                return rest.prefix { $0.isLetter }.lowercased()
            }
        }
    }
}
