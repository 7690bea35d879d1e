import GRDB
import LedgerRelations

/// Rows of one table that SQLite does not accept: each is held back and noted in `agentledger_orphans` with the reason,
/// by the rule that `PostgresOrphans` states.
final class SQLiteRefusals {
    private let database: Database
    private let table: TableDeclaration
    /// Whether rows of the table were noted before.
    private let hasNotes: Bool
    private var count = 0

    init(_ database: Database, _ table: TableDeclaration) throws {
        self.database = database
        self.table = table
        self.hasNotes =
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM "\(SQLiteOrphans.table)" WHERE "table_name" = ? AND "reference" = ?)
                    """, arguments: [table.name, PostgresOrphans.refusal]) ?? false
    }

    /// Returns whether `body`, which writes a row, was accepted.
    @discardableResult
    func note(_ cells: [SQLValue], _ body: () throws -> Void) throws -> Bool {
        do {
            try body()
            return true
        } catch let reason as DatabaseError where Self.isAboutRow(reason.resultCode) {
            self.count += 1
            let key = self.object(self.table.primaryKeyIndexes.map { ($0, cells[$0]) })
            try self.database.execute(
                sql: """
                    INSERT OR REPLACE INTO "\(SQLiteOrphans.table)" VALUES (?, ?, ?, 1, json_object('reason', ?, 'row', ?))
                    """,
                arguments: [
                    self.table.name, key, PostgresOrphans.refusal, reason.message ?? "\(reason.resultCode)",
                    self.object(Array(cells.enumerated())),
                ])
            return false
        }
    }

    private static func isAboutRow(_ code: ResultCode) -> Bool {
        [.SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH].contains(code)
    }

    /// Forgets what was noted of the rows whose key begins with these cells.
    func forget(key cells: [SQLValue]) throws {
        guard self.hasNotes else { return }
        let key = self.object(Array(zip(self.table.primaryKeyIndexes, cells)))
        // A key that begins so goes on with a comma, which a dash is next to.
        let isWhole = cells.count == self.table.primaryKeyIndexes.count
        let (first, end) = isWhole ? (key, key + " ") : (key.dropLast() + ",", key.dropLast() + "-")
        try self.database.execute(
            sql: """
                DELETE FROM "\(SQLiteOrphans.table)"
                WHERE "table_name" = ? AND "row_key" >= ? AND "row_key" < ? AND "reference" = ?
                """, arguments: [self.table.name, first, end, PostgresOrphans.refusal])
    }

    func subtracted(from report: ExportReport.Table) -> ExportReport.Table {
        var report = report
        report.rows -= self.count
        return report
    }

    /// The cells of these columns as a JSON object.
    private func object(_ cells: [(Int, SQLValue)]) -> String {
        var encoder = CellEncoder(capacity: 4096)
        encoder.appendJSONRow(cells.map(\.1), columns: cells.map { self.table.columns[$0.0] })
        return encoder.buffer.withBytes { String(decoding: $0.dropLast(), as: UTF8.self) }
    }
}
