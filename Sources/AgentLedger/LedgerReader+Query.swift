import Export
import Ledger
import Views

extension LedgerReader {
    /// Runs one SQLite query over the `ledger` schema as of a moment; rows come one by one, and all stand at that moment,
    /// whoever writes meanwhile.
    ///
    /// Asks the views and the log in place: a look-up by an id costs what it finds, a question about everything goes
    /// through everything once. Throws `ExportError` for what is no question, and what reading throws.
    public func query(
        _ sql: String, at moment: Moment = .end, progress: Views.Progress? = nil, columns: ([String]) throws -> Void,
        row: ([SQLiteCell]) throws -> Void
    ) throws {
        while true {
            do {
                let snapshot = try self.snapshot(at: moment, progress: progress)
                return try SQLiteQuery(snapshot).run(sql, columns: columns, row: row)
            } catch let error as ViewsError where error.code == .movedOn {
                // Before anything was read: another process was faster.
            }
        }
    }
}
