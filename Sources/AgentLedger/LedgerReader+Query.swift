import LedgerEvents
import LedgerExporters
import LedgerTables
import LedgerViews

extension LedgerReader {
    /// Runs one SQLite query over a schema as of a moment; rows come one by one, and all stand at that moment,
    /// whoever writes meanwhile.
    ///
    /// Asks the views and the log in place: a look-up by an id costs what it finds, a question about everything goes
    /// through everything once. Throws `QueryError` if the SQL is not a single read-only statement; rethrows read
    /// errors.
    package func query(
        _ sql: String, of schema: Projection = LedgerSchema.projection, at moment: Moment = .end,
        asOccurred: Instant? = nil, progress: Views.Progress? = nil, columns: ([String]) throws -> Void,
        row: ([QueryCell]) throws -> Void
    ) throws {
        let snapshot = try self.snapshot(at: moment, asOccurred: asOccurred, progress: progress)
        try SQLiteQuery(snapshot.projected(as: schema)).run(sql, columns: columns, row: row)
    }
}
