import Export
import Ledger
import Views

extension LedgerReader {
    /// Runs one SQLite query over a schema as of a moment; rows come one by one, and all stand at that moment,
    /// whoever writes meanwhile.
    ///
    /// Asks the views and the log in place: a look-up by an id costs what it finds, a question about everything goes
    /// through everything once. Throws `ExportError` for what is no question, and what reading throws.
    public func query(
        _ sql: String, of schema: Projection = LedgerSchema.projection, at moment: Moment = .end,
        progress: Views.Progress? = nil, columns: ([String]) throws -> Void, row: ([SQLiteCell]) throws -> Void
    ) throws {
        try self.reading(moment, progress) {
            try SQLiteQuery($0.projected(as: schema)).run(sql, columns: columns, row: row)
        }
    }

    /// Runs `body` on the tables as of a moment, which stand still meanwhile.
    func reading<R>(
        _ moment: Moment, _ progress: Views.Progress?, _ body: (LedgerSnapshot) throws -> R
    ) throws -> R {
        while true {
            let snapshot = try self.snapshot(at: moment, progress: progress)
            do {
                return try snapshot.holding { try body(snapshot) }
            } catch let error as ViewsError where error.code == .movedOn {
                // Before anything was read: another process brought the views further in between.
            }
        }
    }
}
