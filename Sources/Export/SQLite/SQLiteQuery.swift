import GRDB
import Relations

/// One SQL question over a schema, answered by SQLite: every table is there, and those whose names occur in the text
/// are filled. The database is temporary, in memory until it outgrows its cache, and read-only once filled.
public struct SQLiteQuery<Source: RelationSource> {
    let source: Source

    public init(_ source: Source) { self.source = source }

    /// Calls `columns` once with the names, then `row` with each row's cells. Throws `ExportError`.
    public func run(
        _ sql: String, columns: ([String]) throws -> Void, row: ([SQLiteCell]) throws -> Void
    ) throws {
        let schema = self.source.schema
        let words = Self.words(sql)
        do {
            // An empty path is a temporary database that spills to disk: sqlite.org/inmemorydb.html, section 3.
            let queue = try DatabaseQueue(path: "", configuration: Self.configuration)
            try queue.inDatabase { database in
                let load = SQLiteLoad(database: database, schema: schema)
                try load.createTables()
                let statement = try self.prepare(sql, database)
                try database.inTransaction(.exclusive) {
                    for table in schema.tables where words.contains(table.name.lowercased()) {
                        _ = try load.rows(of: table, self.source, nil)
                    }
                    return .commit
                }
                try database.execute(sql: "PRAGMA query_only = 1")
                try self.answer(statement, columns, row)
            }
        } catch let refusal as DatabaseError {
            throw ExportError(
                .refusedByDatabase, "SQLite refused the query: \(refusal.message ?? "no reason given")", cause: refusal)
        }
    }

    private static var configuration: Configuration {
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
        let statements = try database.allStatements(sql: sql)
        guard let statement = try statements.next() else {
            throw ExportError(.notOneStatement, "the query is empty: write one SELECT")
        }
        let asks = ["select", "with", "values", "explain"].contains(Self.firstWord(statement.sql))
        guard asks, statement.isReadonly else {
            throw ExportError(
                .notAQuery,
                "a query only reads: write one SELECT, not \(statement.sql.prefix(60)); "
                    + "to change the ledger, execute a command")
        }
        guard try statements.next() == nil else {
            throw ExportError(.notOneStatement, "the query has more than one statement: write one SELECT")
        }
        return statement
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

    /// Every word of letters, digits and underscores, in lower case. Words in strings and comments count too: a table
    /// that is loaded for nothing costs time, never truth.
    static func words(_ sql: String) -> Set<String> {
        Set(sql.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map { $0.lowercased() })
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
