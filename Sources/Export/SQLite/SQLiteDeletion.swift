import GRDB
import LedgerRelations

/// Deletes rows by primary key.
struct SQLiteDeletion {
    private let statement: Statement
    private let key: [Int]

    init(_ database: Database, _ table: TableDeclaration) throws {
        let dialect = SQLiteDialect()
        let matches = table.primaryKey.map { "\(dialect.quoted($0)) = ?" }.joined(separator: " AND ")
        self.key = table.primaryKeyIndexes
        self.statement = try database.makeStatement(sql: "DELETE FROM \(dialect.quoted(table.name)) WHERE \(matches)")
    }

    func delete(row cells: [SQLValue]) throws {
        self.statement.setUncheckedArguments(StatementArguments(self.key.map { cells[$0].sqliteValue }))
        try self.statement.execute()
    }
}

/// Removes the rows with a key, or with its leading cells, and keeps count of those that do not come back.
final class SQLiteGoneRows {
    private let database: Database
    private let table: TableDeclaration
    private let key: [Int]
    private var gone: Set<[DatabaseValue]> = []

    init(_ database: Database, _ table: TableDeclaration) throws {
        self.database = database
        self.table = table
        self.key = table.primaryKeyIndexes
    }

    func remove(key cells: [SQLValue]) throws {
        let dialect = SQLiteDialect()
        let matches = zip(self.table.primaryKey, cells).map { name, _ in "\(dialect.quoted(name)) = ?" }
        let deleted = try Row.fetchAll(
            self.database.cachedStatement(
                sql: "DELETE FROM \(dialect.quoted(self.table.name)) WHERE \(matches.joined(separator: " AND ")) "
                    + "RETURNING \(dialect.quotedList(self.table.primaryKey))"),
            arguments: StatementArguments(cells.map(\.sqliteValue)))
        for row in deleted { self.gone.insert(Array(row.databaseValues)) }
    }

    func isBack(_ cells: [SQLValue]) {
        if !self.gone.isEmpty { self.gone.remove(self.key.map { cells[$0].sqliteValue }) }
    }

    var count: Int { self.gone.count }
}
