import AgentLedger
import LedgerEvents
import LedgerTables
import LedgerViews
import Testing

@testable import LedgerRelations

/// What histories must come to: the rows of every table as they stand at every position, all folded.
struct HistoryModel: Sendable {
    typealias Cells = [SQLValue]

    /// From a position on the row held this; nil: there was none.
    struct Step: Sendable {
        var position: Position
        var cells: Cells?
    }

    /// By table, then by primary key.
    private(set) var steps: [String: [Cells: [Step]]] = [:]
    let head: Position
    let tables: [TableDeclaration]

    /// Events are their own history, and there are many: they are left out.
    init(of reader: LedgerReader) throws {
        self.head = try reader.log.head()
        self.tables = LedgerSchema.projection.schema.tables.filter {
            // Every event is a row of the one; any event may change any row of the other, which has no history.
            $0.name != "audit_logs" && $0.name != "unpriced_usage"
        }.map { table in
            // An event that leaves a row as it is may be its last change all the same: no version of it begins there.
            var table = table
            table.columns.removeAll { $0.name == "changed_position" }
            return table
        }
        let scratch = try Scratch()
        let views = try KeptViews(path: scratch.path, log: reader.log, origin: reader.origin, isDisposable: true)
        for value in 1...self.head.value {
            try views.catchUp(to: Position(value))
            let snapshot = LedgerSnapshot(views: views, log: reader.log, origin: reader.origin)
            for table in self.tables { try self.look(at: table, in: snapshot, Position(value)) }
        }
    }

    private mutating func look(at table: TableDeclaration, in snapshot: LedgerSnapshot, _ position: Position) throws {
        var known = self.steps[table.name] ?? [:]
        self.steps[table.name] = nil
        var seen = 0
        try snapshot.rows(of: table, changedAfter: nil) { row in
            let cells = Array(row.prefix(table.columns.count))
            seen += 1
            let key = table.primaryKeyIndexes.map { cells[$0] }
            if known[key]?.last?.cells == cells { return }
            known[key, default: []].append(Step(position: position, cells: cells))
        }
        #expect(known.count == seen, "rows of \(table.name) went away at \(position)")
        self.steps[table.name] = known
    }

    /// The row as it stood at a position.
    func row(of table: String, _ key: Cells, at position: Position) -> Cells? {
        self.steps[table]?[key]?.last { $0.position <= position }?.cells
    }

    /// The last position from `start` on at which the value of a field was another than at the position before.
    func lastSet(_ column: Int, of table: String, _ key: Cells, through end: Position) -> Position? {
        var value = SQLValue.null
        var position: Position?
        for step in self.steps[table]?[key] ?? [] where step.position <= end {
            let next = step.cells?[column] ?? .null
            if next != value { position = step.position }
            value = next
        }
        return position
    }
}
