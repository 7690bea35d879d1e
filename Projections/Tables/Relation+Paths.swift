import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerViews

/// A way to rows by the values of some columns.
struct RowPath: Sendable {
    var columns: [String]
    /// Hands over the cells of every row with these values, and maybe of others. The values are of the columns' types.
    var rows: @Sendable (_ snapshot: LedgerSnapshot, _ values: [SQLValue], _ body: Relation.RowBody) throws -> Void
}

/// What may change a table's rows.
enum RowChanges: Hashable, Sendable {
    case anything
    /// Changes of states of these types.
    case states(Set<ObjectIdentifier>)
    /// Events of these types.
    case events(Set<EventType>)
}

typealias TaggedRows =
    @Sendable (_ snapshot: LedgerSnapshot, _ tag: EventTag, _ body: Relation.RowBody) throws -> Void

typealias EventRows =
    @Sendable (_ snapshot: LedgerSnapshot, _ after: Position, _ body: ([SQLValue], Envelope) throws -> Void) throws
    -> Void

typealias StateRows =
    @Sendable (_ snapshot: LedgerSnapshot, _ id: UInt128, _ body: Relation.RowBody) throws -> Void

extension Relation {
    /// Rows are found by the id of the state that they are derived from: it stands in the column.
    package func found(byStateIn column: String) -> Relation {
        guard let stateRows = self.stateRows else {
            preconditionFailure("\(self.declaration.name) is not derived from states of one kind")
        }
        precondition(self.declaration.column(column)?.type == .uuid, "\(column) holds no ids")
        var relation = self.found(by: [column]) { snapshot, values, body in
            guard case .uuid(let id) = values[0] else { return }
            try stateRows(snapshot, id, body)
        }
        if relation.declaration.primaryKey == [column] { relation.order = column }
        return relation
    }

    /// Rows are found by the id of a thing that the event which made them is tagged with: the column says whose id it is
    /// for as long as the row stands.
    package func found<E: Stored>(by column: String, _: E.Type) -> Relation {
        guard let tagged = self.tagged else {
            preconditionFailure("\(self.declaration.name) does not say which events make its rows")
        }
        precondition(self.declaration.column(column)?.type == .uuid, "\(column) holds no ids")
        return self.found(by: [column]) { snapshot, values, body in
            guard case .uuid(let id) = values[0] else { return }
            try tagged(snapshot, EventTag(kind: E.kind, id: id), body)
        }
    }

    func found(
        by columns: [String],
        _ rows: @escaping @Sendable (LedgerSnapshot, [SQLValue], RowBody) throws -> Void
    ) -> Relation {
        for column in columns where self.declaration.column(column) == nil {
            preconditionFailure("\(self.declaration.name) has no column \(column)")
        }
        var relation = self
        relation.paths.append(RowPath(columns: columns, rows: rows))
        return relation
    }

    /// Whether a state of this type is what a row is made of.
    func isMade(of type: ObjectIdentifier) -> Bool {
        if case .states(let types) = self.changedBy { types.contains(type) } else { false }
    }

    /// For rows that stand in the states of one kind.
    func changed<E: Stored>(by _: E.Type) -> Relation {
        var relation = self
        relation.changedBy = .states([ObjectIdentifier(E.self)])
        return relation
    }

    /// Calls `body` with a row, followed by the position of its last change if that column is wanted.
    /// - Parameter row: written over for each row.
    func emit(
        _ cells: [SQLValue], _ changedAt: Position, _ columns: ColumnSet, _ row: inout [SQLValue],
        _ body: ([SQLValue]) throws -> Void
    ) throws {
        guard self.hasChangedPosition, columns.contains(self.declaration.columns.count) else { return try body(cells) }
        row.removeAll(keepingCapacity: true)
        row.append(contentsOf: cells)
        row.append(changedAt.sqlValue)
        try body(row)
    }

    /// The table as the schema has it.
    var table: TableDeclaration { self.hasChangedPosition ? self.declaration.withChangedPosition : self.declaration }

    /// Hands over the rows behind a position, each with the event that it tells.
    func forEachEventRow(
        of snapshot: LedgerSnapshot, after: Position, _ body: ([SQLValue], Envelope) throws -> Void
    ) throws {
        guard let eventRows = self.eventRows else {
            preconditionFailure("the rows of \(self.declaration.name) do not tell one event each")
        }
        try eventRows(snapshot, after, body)
    }

    /// Says roughly how many rows there are.
    func counted(_ count: @escaping @Sendable (LedgerSnapshot) throws -> Int) -> Relation {
        var relation = self
        relation.count = count
        return relation
    }

    /// Says which events make the rows of states, so that these are found by the tags of those. What such a row is found
    /// by must not change by any other event.
    func made(by payloads: any EntityPayload.Type...) -> Relation {
        guard let find = self.row else { preconditionFailure("\(self.declaration.name) has no rows of its own") }
        var relation = self
        relation.tagged = { snapshot, tag, body in
            var ids: [UInt128] = []
            var seen: Set<UInt128> = []
            let query = EventQuery(types: payloads.map { $0.type }, tags: [tag])
            try snapshot.log.read(query, after: .start, through: snapshot.at, limit: .max) { stored in
                let type = stored.type()
                for payload in payloads where payload.type == type {
                    let id = try stored.target(as: payload)
                    if seen.insert(id).inserted { ids.append(id) }
                }
            }
            for id in ids {
                if let row = try snapshot.find(find, id) { try body(row.cells, row.changedAt) }
            }
        }
        return relation
    }

    /// For a row for each state of a kind: found by its id, in the order of the ids.
    mutating func keyed<E: Stored>(by _: E.Type, _ row: RowLookup) {
        self.kind = E.kind
        self.row = row
        self.changedBy = .states([ObjectIdentifier(E.self)])
        self.count = { try $0.views.count(of: E.self) }
        guard self.declaration.primaryKey == ["id"] else { return }
        self.order = "id"
        self.paths.append(
            RowPath(columns: ["id"]) { snapshot, values, body in
                guard case .uuid(let id) = values[0] else { return }
                if let found = try snapshot.find(row, id) { try body(found.cells, found.changedAt) }
            })
    }

    /// For a row for each event that is read, which nothing else changes.
    mutating func orderByPosition() {
        guard let column = self.declaration.columns.first(where: { $0.unit == "log position" && $0.name == "position" })
        else { return }
        self.order = column.name
        self.isOrderedByPosition = true
    }
}

extension StoredEvent {
    /// The id of the thing that the event is about.
    fileprivate borrowing func target<P: EntityPayload>(as _: P.Type) throws -> UInt128 {
        try self.payload(as: P.self).id.bits
    }
}
