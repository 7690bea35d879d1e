import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerViews

/// The rows of a schema, `ledger` unless told otherwise, as they stand at one position.
package struct LedgerSnapshot: RelationSource {
    package let views: Views
    package let log: any EventLog
    package var at: Position
    /// The time at which keys are judged; nil for the time of the position.
    var clock: Instant?
    /// The cells that are wanted; others may hold anything.
    var columns = ColumnSet.all
    /// Whether rows of a stretch of the log are asked for, and not those that changed behind a position.
    var isStretch = false
    package let ledgerID: String
    private(set) var projection = LedgerSchema.projection
    let changes: ChangedIDs

    /// - Parameters:
    ///   - views: caught up to exactly the position that is meant.
    ///   - time: where `log` tells only what had happened by then, and the views are made of it: exports of other times
    ///     do not mix with its own.
    package init(views: Views, log: any EventLog, origin: UInt128, asOccurred time: Instant? = nil) {
        self.views = views
        self.log = log
        self.at = views.position
        self.ledgerID = UUIDText.format(origin) + (time.map { " as occurred by \($0)" } ?? "")
        self.changes = ChangedIDs(in: log, through: views.position)
    }

    /// The same moment in the tables of another schema.
    package func projected(as projection: Projection) -> LedgerSnapshot {
        var copy = self
        copy.projection = projection
        return copy
    }

    package var schema: Schema { self.projection.schema }
    package var position: UInt64 { self.at.value }

    package func rows(of table: TableDeclaration, changedAfter: UInt64?, _ body: ([SQLValue]) throws -> Void) throws {
        let relation = self.relation(of: table)
        var row: [SQLValue] = []
        try relation.rows(self, Position(changedAfter ?? 0)) { cells, changedAt in
            try relation.emit(cells, changedAt, self.columns, &row, body)
        }
    }

    package func removedKeys(of table: TableDeclaration, after: UInt64, _ body: ([SQLValue]) throws -> Void) throws {
        try self.relation(of: table).removedKeys?(self, Position(after), body)
    }

    func relation(of table: TableDeclaration) -> Relation {
        guard let relation = self.projection.relations[table.name] else {
            preconditionFailure("the schema \(self.schema.name) has no table \(table.name)")
        }
        return relation
    }
}
