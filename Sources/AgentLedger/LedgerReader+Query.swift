import Export
import Views

extension LedgerReader {
    /// Runs one SQLite query over the `ledger` schema as of a moment; rows come one by one.
    public func query(
        _ sql: String, at moment: Moment = .end, columns: ([String]) throws -> Void,
        row: ([SQLiteCell]) throws -> Void
    ) throws {
        try SQLiteQuery(try self.snapshot(at: moment)).run(sql, columns: columns, row: row)
    }
}
