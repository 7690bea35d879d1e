import LedgerDomain
import LedgerEvents
import LedgerViews

/// The result of a query.
public struct QueryResult: Hashable, Sendable {
    public let columns: [String]
    /// As many cells in each row as there are columns.
    public let rows: [[QueryCell]]
}

extension LedgerReader {
    /// Opens a ledger for reading. Not for use from two threads at once: open a reader for each.
    public convenience init(at path: String) throws {
        try self.init(at: path, snapshotInterval: PastViews.defaultInterval)
    }

    /// Runs one SELECT, in SQLite's SQL, over the tables of the schema `ledger` as of a moment. All rows are in memory
    /// at once: use LIMIT.
    ///
    ///     let result = try reader.query("SELECT name FROM workflows", at: .position(Position(100)))
    public func query(_ sql: String, at moment: Moment = .end) throws -> QueryResult {
        var columns: [String] = []
        var rows: [[QueryCell]] = []
        try self.query(sql, at: moment, columns: { columns = $0 }, row: { rows.append($0) })
        return QueryResult(columns: columns, rows: rows)
    }

    /// Returns the state of an entity or a fact as of a moment; nil if there was none.
    ///
    ///     let before = try reader.state(workflow, at: .time(yesterday))
    public func state<E: LedgerState>(_ id: ID<E>, at moment: Moment = .end) throws -> E? {
        let views = try self.views(at: moment)
        func find<S: Stored>(_: S.Type) throws -> E? { try views.find(ID<S>(bits: id.bits)) as? E }
        guard let kind = E.self as? any Stored.Type else { return nil }
        return try find(kind)
    }
}
