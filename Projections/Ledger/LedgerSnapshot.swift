import EventLog
import EventSourcing
import Relations
import Views

/// The rows of a schema, `ledger` unless told otherwise, as they stand at one position.
public struct LedgerSnapshot: RelationSource {
    package let views: Views
    package let log: any EventLog
    package var at: Position
    /// The time at which keys are judged; nil for the time of the position.
    var clock: Instant?
    /// The cells that are wanted; others may hold anything.
    var columns = ColumnSet.all
    /// Whether rows of a stretch of the log are asked for, and not those that changed behind a position.
    var isStretch = false
    public let ledgerID: String
    private(set) var projection = LedgerSchema.projection
    let changes: ChangedIDs

    /// - Parameters:
    ///   - views: caught up to exactly the position that is meant.
    ///   - time: where `log` tells only what had happened by then, and the views are made of it: exports of other times
    ///     do not mix with its own.
    public init(views: Views, log: any EventLog, origin: UInt128, asOccurred time: Instant? = nil) {
        self.views = views
        self.log = log
        self.at = views.position
        self.ledgerID = UUIDText.format(origin) + (time.map { " as occurred by \($0)" } ?? "")
        self.changes = ChangedIDs(in: log, through: views.position)
    }

    /// The same moment in the tables of another schema.
    public func projected(as projection: Projection) -> LedgerSnapshot {
        var copy = self
        copy.projection = projection
        return copy
    }

    public var schema: Schema { self.projection.schema }
    public var position: UInt64 { self.at.value }

    public func rows(of table: TableDeclaration, changedAfter: UInt64?, _ body: ([SQLValue]) throws -> Void) throws {
        try self.relation(of: table).rows(self, Position(changedAfter ?? 0), body)
    }

    public func removedKeys(of table: TableDeclaration, after: UInt64, _ body: ([SQLValue]) throws -> Void) throws {
        try self.relation(of: table).removedKeys?(self, Position(after), body)
    }

    func relation(of table: TableDeclaration) -> Relation {
        guard let relation = self.projection.relations[table.name] else {
            preconditionFailure("the schema \(self.schema.name) has no table \(table.name)")
        }
        return relation
    }

    /// The kinds of things that have a row of their own: `workflow_execution`, `invoice`, …
    public static var kinds: [String] { LedgerSchema.relations.compactMap(\.kind) }

    /// The kind that a word means: itself, or that of the rows of the table with this name; nil when it means none.
    public static func kind(named word: String) -> String? {
        LedgerSchema.relations.first { $0.row != nil && ($0.kind == word || $0.declaration.name == word) }?.kind
    }

    /// The row of one thing, with the table it stands in; nil when there is no such thing (yet).
    public func row(of kind: String, id: UInt128) throws -> TableRow? {
        let (relation, row) = Self.lookup(kind)
        return try self.cells(row, id).map { TableRow(table: relation.declaration, cells: $0) }
    }

    func cells(_ row: Relation.RowLookup, _ id: UInt128) throws -> [SQLValue]? {
        switch row {
        case .states(_, let find): try find(self.views, id)
        case .snapshot(let find): try find(self, id)
        case .log(let versions): try Self.last(of: versions, self.log, self.at, id)
        }
    }

    /// Whether the row of such a thing can be told from the events with its tag, without any view.
    public static func isToldByTag(_ kind: String) -> Bool {
        switch self.lookup(kind).row {
        case .states(let isToldByTag, _): isToldByTag
        case .snapshot: false
        case .log: true
        }
    }

    /// The row of one thing as of a position, told from the events with its tag.
    public static func row(
        of kind: String, id: UInt128, toldBy log: any EventLog, at position: Position
    ) throws -> TableRow? {
        let (relation, row) = self.lookup(kind)
        let cells =
            switch row {
            case .states(true, let find):
                try find(TaggedStates(Tag(kind: kind, id: id), in: log, through: position), id)
            case .states(false, _), .snapshot: preconditionFailure("the events with its tag do not tell all of \(kind)")
            case .log(let versions): try self.last(of: versions, log, position, id)
            }
        return cells.map { TableRow(table: relation.declaration, cells: $0) }
    }

    private static func last(
        of versions: (any EventLog, Position, UInt128, ([SQLValue]?, Envelope) throws -> Void) throws -> Void,
        _ log: any EventLog, _ position: Position, _ id: UInt128
    ) throws -> [SQLValue]? {
        var last: [SQLValue]?
        try versions(log, position, id) { cells, _ in last = cells }
        return last
    }

    private static func lookup(_ kind: String) -> (relation: Relation, row: Relation.RowLookup) {
        guard let relation = LedgerSchema.relations.first(where: { $0.kind == kind }), let row = relation.row else {
            preconditionFailure("there are no rows of the kind \(kind)")
        }
        return (relation, row)
    }
}

/// A row with the table that it stands in.
public struct TableRow {
    public var table: TableDeclaration
    public var cells: [SQLValue]
}
