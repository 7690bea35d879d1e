import GRDB
import LedgerRelations

/// One SQL question over a schema, answered by SQLite: every table is there as a virtual one, whose rows are fetched from
/// the source as they are asked for. Nothing is copied, but what is sorted or joined over columns that lead nowhere; that
/// goes to disk when it outgrows its cache.
package struct SQLiteQuery {
    let source: any QuerySource

    package init(_ source: any QuerySource) { self.source = source }

    /// Calls `columns` once with the names, then `row` with each row's cells. Throws `QueryError` if the SQL is
    /// not a single statement that reads; rethrows what the source throws, such as that a record is damaged.
    package func run(
        _ sql: String, columns: ([String]) throws -> Void, row: ([QueryCell]) throws -> Void
    ) throws {
        let connection = try QueryConnection(self.source)
        try connection.read(sql) { database in
            try self.answer(try connection.prepare(sql, database), connection, columns, row)
        }
    }

    private func answer(
        _ statement: Statement, _ connection: QueryConnection, _ columns: ([String]) throws -> Void,
        _ row: ([QueryCell]) throws -> Void
    ) throws {
        let names = statement.columnNames
        try columns(TimeComparisons.unmarked(names))
        var cells = Array(repeating: QueryCell.null, count: names.count)
        let rows = try Row.fetchCursor(statement)
        while let next = try rows.next() {
            for index in names.indices {
                cells[index] = connection.numbers.printed(QueryCell(next[index] as DatabaseValue))
            }
            try row(cells)
        }
    }
}
