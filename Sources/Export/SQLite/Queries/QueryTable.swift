import Foundation
import LedgerRelations

/// One table as a statement sees it: the ways that were planned, and the indexes that were made on the way.
final class QueryTable {
    let declaration: TableDeclaration
    private let paths: AccessPaths
    private let session: QuerySession
    private var plans: [(plan: QueryPlan, uses: Int, index: AutomaticIndex?)] = []

    init(_ declaration: TableDeclaration, in session: QuerySession) {
        self.declaration = declaration
        self.paths = session.source.paths(to: declaration)
        self.session = session
    }

    private var schema: Schema { self.session.source.schema }
    /// Whether any statement reads it.
    var isRead: Bool { !self.plans.isEmpty }

    /// Forgets the rows that were indexed: they may have changed.
    func forgetRows() {
        for number in self.plans.indices {
            self.plans[number].uses = 0
            self.plans[number].index = nil
        }
    }

    /// What SQLite is told that the table looks like. Without a rowid: rows are told apart by their keys.
    var sql: String {
        let dialect = SQLiteDialect()
        let columns = self.declaration.columns.map {
            "\(dialect.quoted($0.name)) \(dialect.type($0.type, in: self.schema)) COLLATE \($0.type.queryCollation)"
        }
        return "CREATE TABLE x(\(columns.joined(separator: ", ")), "
            + "PRIMARY KEY (\(dialect.quotedList(self.declaration.primaryKey)))) WITHOUT ROWID"
    }

    /// Plans a way; returns it with the number by which `rows` knows it again.
    func plan(
        _ constraints: [QueryConstraint], order: [(column: Int, isDescending: Bool)], columns: ColumnSet
    ) throws -> (plan: QueryPlan, number: Int) {
        let planner = QueryPlanner(table: self.declaration, paths: self.paths) { name in
            try self.session.estimatedRows(of: name)
        }
        let plan = try planner.plan(constraints, order: order, columns: columns)
        self.plans.append((plan, 0, nil))
        return (plan, self.plans.count - 1)
    }

    /// What EXPLAIN QUERY PLAN tells of a way.
    func description(of plan: QueryPlan) -> String {
        let names = plan.constraints.map { self.declaration.columns[$0.column].name }
        return switch plan.way {
        case .scan: "every row"
        case .lookup: "found by \(names.joined(separator: ", "))"
        case .between: "between bounds of \(names[0])"
        case .index: "found by an index over \(names.joined(separator: ", ")), made while it is asked"
        }
    }

    /// The rows that a planned way leads to, and the places of their cells: at least those that the values ask for.
    func rows(_ number: Int, _ values: [QueryCell]) throws -> (rows: RowPull, columns: [Int]) {
        self.plans[number].uses += 1
        let plan = self.plans[number].plan
        let columns = plan.columns
        switch plan.way {
        case .scan:
            return (try self.pull(.all, columns), columns)
        case .lookup(let path):
            var found: [SQLValue] = []
            for (term, value) in zip(plan.constraints, values) {
                switch value.asKey(of: self.declaration.columns[term.column].type) {
                case .value(let key): found.append(key)
                case .nothing: return (try RowPull(columns: columns) { _ in }, columns)
                case .unclear: return (try self.pull(.all, columns), columns)
                }
            }
            return (try self.pull(.lookup(path, found), columns), columns)
        case .between:
            guard let range = Self.range(plan.constraints, values) else {
                return (try RowPull(columns: columns) { _ in }, columns)
            }
            return (try self.pull(.between(range), columns), columns)
        case .index(let keys):
            // One question is answered sooner by going through the rows once.
            if self.plans[number].uses == 1 { return (try self.pull(.all, columns), columns) }
            let index = try self.plans[number].index ?? self.makeIndex(keys, columns)
            self.plans[number].index = index
            return (try RowPull(columns: Array(columns.indices)) { try index.find(values, $0) }, columns)
        }
    }

    private func pull(_ selection: RowSelection, _ columns: [Int]) throws -> RowPull {
        let set = ColumnSet(columns)
        return try RowPull(columns: columns, turn: self.session.turn) { body in
            try self.session.source.rows(of: self.declaration, selection, columns: set, body)
        }
    }

    private func makeIndex(_ keys: [Int], _ columns: [Int]) throws -> AutomaticIndex {
        let index = try AutomaticIndex(self.declaration, keys: keys, columns: columns, in: self.schema)
        let rows = try self.pull(.all, columns)
        try index.fill { cells in
            guard try rows.next() else { return false }
            for place in columns.indices { cells[place] = rows.cell(place) }
            return true
        }
        return index
    }

    /// Nil when no number lies there. What is no integer sets no bound: SQLite looks at each row again.
    private static func range(_ terms: [QueryConstraint], _ values: [QueryCell]) -> ClosedRange<Int64>? {
        var low = Int64.min
        var high = Int64.max
        for (term, value) in zip(terms, values) {
            guard case .integer(let bound) = value else {
                if value == .null { return nil }
                continue
            }
            switch term.comparison {
            case .equal: (low, high) = (max(low, bound), min(high, bound))
            case .atLeast: low = max(low, bound)
            case .atMost: high = min(high, bound)
            case .above:
                if bound == .max { return nil }
                low = max(low, bound + 1)
            case .below:
                if bound == .min { return nil }
                high = min(high, bound - 1)
            case .other: break
            }
        }
        return low <= high ? low...high : nil
    }
}

/// What the tables of a connection are asked of.
final class QuerySession {
    /// Where rows come from now.
    var source: any QuerySource
    /// Held by whoever asks the source for rows.
    let turn = NSLock()
    private var known: [String: Int] = [:]

    init(_ source: any QuerySource) { self.source = source }

    /// Asked once for each table.
    func estimatedRows(of name: String) throws -> Int {
        if let rows = self.known[name] { return rows }
        guard let table = self.source.schema.table(name) else { return 1 }
        let rows = try self.turn.withLock { try self.source.estimatedRows(of: table) }
        self.known[name] = rows
        return rows
    }
}

/// What a value means to a column that is looked up by it.
enum QueryKey {
    case value(SQLValue)
    /// No row can equal it.
    case nothing
    /// SQLite may find that it equals something once it has converted it.
    case unclear
}

extension QueryCell {
    func asKey(of type: SQLType) -> QueryKey {
        switch (type, self) {
        case (_, .null): .nothing
        case (.uuid, .text(let text)):
            // Rows hold the canonical text, and texts are compared byte by byte.
            if let bits = SQLValue.uuidBits(text), SQLValue.uuid(bits).text == text {
                .value(.uuid(bits))
            } else {
                .nothing
            }
        case (.integer, .integer(let value)), (.bigint, .integer(let value)): .value(.integer(value))
        case (.text, .text(let text)), (.varchar, .text(let text)), (.char, .text(let text)),
            (.enumeration, .text(let text)):
            .value(.text(text))
        case (.uuid, _), (.integer, _), (.bigint, _), (.text, _), (.varchar, _), (.char, _), (.enumeration, _),
            (.date, _), (.boolean, _), (.double, _), (.numeric, _), (.timestamptz, _), (.jsonb, _), (.bytea, _),
            (.textArray, _):
            .unclear
        }
    }
}

extension SQLType {
    /// How SQLite compares the values of a column.
    var queryCollation: String {
        switch self {
        case .timestamptz, .date: TimeComparisons.collation
        case .uuid, .integer, .bigint, .text, .varchar, .char, .enumeration, .boolean, .double, .numeric, .jsonb,
            .bytea,
            .textArray:
            "BINARY"
        }
    }
}

extension SQLValue {
    fileprivate static func uuidBits(_ text: String) -> UInt128? {
        text.utf8.count == 36 ? UInt128(text.replacing("-", with: ""), radix: 16) : nil
    }
}
