import GRDB
import LedgerRelations

/// A question of yes or no, asked of one source after the other: an SQL expression, or a SELECT whose first value counts.
/// NULL, 0, no row and what is no number mean no, as in a WHERE clause.
package final class SQLiteCondition {
    // Goes before its connection does.
    private let statement: Statement
    private let connection: QueryConnection

    /// - Parameter source: with the schema of all sources that the condition is asked of.
    ///
    /// Throws `QueryError` if the text is not a condition.
    package init(_ text: String, over source: any QuerySource) throws {
        let connection = try QueryConnection(source)
        self.connection = connection
        self.statement = try connection.read(text) { database in
            try connection.prepare(Self.sql(text), database)
        }
    }

    /// The tables that the answer depends on.
    package var tables: Set<String> {
        Set(self.connection.tables.tables.values.filter(\.isRead).map(\.declaration.name))
    }

    package func isTrue(in source: any QuerySource) throws -> Bool {
        self.connection.session.source = source
        for table in self.connection.tables.tables.values where table.isRead { table.forgetRows() }
        return try self.connection.read { _ in try Bool.fetchOne(self.statement) ?? false }
    }

    /// On lines of its own, so that a comment at its end ends there.
    private static func sql(_ text: String) -> String {
        var text = Substring(text)
        while let last = text.last, last.isWhitespace || last == ";" { text.removeLast() }
        return "SELECT CASE WHEN (\n\(text)\n) THEN 1 ELSE 0 END"
    }
}
