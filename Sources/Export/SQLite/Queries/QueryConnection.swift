import Foundation
import GRDB
import LedgerEvents
import LedgerRelations

/// A connection that knows a source's tables, and answers what only asks.
final class QueryConnection {
    let session: QuerySession
    let tables: VirtualTables
    let numbers = ExactNumbers()
    private let queue: DatabaseQueue

    /// Throws `QueryError`.
    init(_ source: any QuerySource) throws {
        self.session = QuerySession(source)
        self.tables = VirtualTables(self.session)
        self.queue = try DatabaseQueue.temporary()
        try self.read { try self.makeTables($0) }
    }

    /// Throws `QueryError` if SQLite rejects something; rethrows what the source throws.
    func read<R>(_ sql: String = "", _ body: (Database) throws -> R) throws -> R {
        do {
            return try self.queue.inDatabase { database in
                try ExactNumbers.$current.withValue(self.numbers) { try body(database) }
            }
        } catch let refusal as DatabaseError {
            throw self.tables.failure ?? self.refused(refusal, sql)
        }
    }

    private func makeTables(_ database: Database) throws {
        let schema = self.session.source.schema
        guard let connection = database.sqliteConnection, self.tables.register(with: connection) else {
            throw QueryError(.notPrepared, "SQLite rejected the table definitions of \(schema.name)")
        }
        database.add(function: TimeComparisons.function(now: Self.now()))
        for function in ExactFunctions.scalars { database.add(function: function) }
        for aggregate in ExactFunctions.aggregates where !VirtualTables.register(aggregate, with: connection) {
            throw QueryError(.notPrepared, "SQLite rejected the function \(aggregate.name)")
        }
        let dialect = SQLiteDialect()
        try database.inTransaction {
            for table in schema.tables {
                let stored = dialect.quoted(VirtualTables.name(of: table))
                try database.execute(sql: "CREATE VIRTUAL TABLE \(stored) USING \(VirtualTables.module)")
                if table.generatedColumns.isEmpty { continue }
                let generated = table.generatedColumns.map { "(\($0.sql)) AS \(dialect.quoted($0.name))" }
                try database.execute(
                    sql: "CREATE VIEW \(dialect.quoted(table.name)) AS SELECT *, "
                        + "\(generated.joined(separator: ", ")) FROM \(stored)")
            }
            return .commit
        }
        try database.execute(sql: "PRAGMA query_only = 1")
    }

    private static func now() -> Instant {
        Instant(microseconds: Int64((Date().timeIntervalSince1970 * 1e6).rounded()))
    }

    private func refused(_ refusal: DatabaseError, _ sql: String) -> QueryError {
        let reason = refusal.message ?? "no reason given"
        var message = "SQLite refused the query: \(reason)"
        let tables = self.session.source.schema.tables
        if reason.contains("no such table") {
            message += "; there are \(tables.map(\.name).joined(separator: ", "))"
        } else if reason.contains("no such column") {
            for table in tables where sql.contains(table.name) {
                message +=
                    "; \(table.name) has "
                    + (table.columns.map(\.name) + table.generatedColumns.map(\.name)).joined(separator: ", ")
            }
        }
        return QueryError(.refused, message, cause: refusal)
    }

    /// The one statement, which only asks.
    func prepare(_ sql: String, _ database: Database) throws -> Statement {
        let first = Self.firstWord(sql)
        guard first.isEmpty || Self.asking.contains(first) else { throw self.notAQuery(sql) }
        let statements = try database.allStatements(sql: TimeComparisons.marked(sql))
        guard let statement = try self.next(of: statements, sql) else {
            throw QueryError(.notOneStatement, "the query is empty: write one SELECT")
        }
        guard statement.isReadonly else { throw self.notAQuery(statement.sql) }
        guard try statements.next() == nil else {
            throw QueryError(.notOneStatement, "the query has more than one statement: write one SELECT")
        }
        return statement
    }

    /// SQLite finds out by itself that a virtual table cannot be written to, but not what one should do instead.
    private func next(of statements: SQLStatementCursor, _ sql: String) throws -> Statement? {
        do {
            return try statements.next()
        } catch let refusal as DatabaseError where Self.isWrite(refusal.message ?? "") {
            throw self.notAQuery(sql)
        }
    }

    private static func isWrite(_ refusal: String) -> Bool {
        refusal.hasSuffix("may not be modified") || refusal.hasSuffix("because it is a view")
    }

    private func notAQuery(_ sql: String) -> QueryError {
        QueryError(
            .notAQuery,
            "a query only reads: write one SELECT, not \(sql.prefix(60)); to change the ledger, execute a command")
    }

    private static let asking: Set<String> = ["select", "with", "values", "explain"]

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

extension DatabaseQueue {
    /// A database of its own that goes with the connection; in memory until it outgrows its cache.
    static func temporary() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { database in
            guard let connection = database.sqliteConnection, VirtualTables.registerTimes(with: connection) else {
                throw QueryError(.notPrepared, "SQLite rejected a collation")
            }
            try database.execute(
                sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144")
        }
        // An empty path is a temporary database that spills to disk: sqlite.org/inmemorydb.html, section 3.
        return try DatabaseQueue(path: "", configuration: configuration)
    }
}
