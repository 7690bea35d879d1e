import AgentLedger
import Seeded
import Testing

@testable import LedgerRelations

/// Made-up rows of a schema: of each table some are added, changed and deleted in every step. References name rows that
/// are there, rows that come in a later step, or nothing. CHECK constraints are left out, since the values follow no rule.
struct RandomRows: RelationSource {
    let schema: Schema
    let ledgerID = "random rows"
    private(set) var position: UInt64 = 0
    private var random: SplitMix64
    private var tables: [String: Made] = [:]

    struct Row {
        var cells: [SQLValue]
        /// Others refer to every second row only, so that there is always one that may go.
        var mayBeReferredTo: Bool
        var changedAt: UInt64
    }

    /// The rows of one table by primary key.
    struct Made {
        var rows: [[SQLValue]: Row] = [:]
        var deletedAt: [[SQLValue]: UInt64] = [:]
        /// Rows ever added: the next one is number `count`.
        var count = 0
    }

    /// What the last step did with one table.
    struct Changes: Hashable {
        var added = 0
        var changed = 0
        var deleted = 0
    }

    init(of schema: Schema, seed: UInt64) {
        self.schema = Schema(
            schema.name, version: schema.version, enumerations: schema.enumerations,
            tables: schema.tables.map { table in
                var table = table
                table.checks = []
                return table
            }, roles: schema.roles, routines: schema.routines, views: schema.views)
        self.random = SplitMix64(seed: seed)
    }

    /// Adds, changes and deletes rows of every table.
    /// The keys of a table, in the same order in every process: a seed makes the same rows.
    private func keys(of table: TableDeclaration) -> [[SQLValue]] {
        self.tables[table.name, default: Made()].rows.keys.sorted { "\($0)" < "\($1)" }
    }

    /// - Parameter orphaning: whether rows are deleted that others refer to.
    mutating func step(orphaning: Bool) -> [String: Changes] {
        self.position += 10
        var changes: [String: Changes] = [:]
        for table in self.schema.tables {
            let old = self.keys(of: table).shuffled(using: &self.random)
            var it = Changes()
            for _ in 0..<40 where it.added < 8 && self.add(to: table) { it.added += 1 }
            for key in Array(repeating: old, count: 8).joined() where it.changed < 3 && self.change(key, of: table) {
                it.changed += 1
            }
            changes[table.name] = it
        }
        for table in self.schema.tables.reversed() {
            let rows = self.tables[table.name, default: Made()].rows
            let keys = self.keys(of: table).filter { rows[$0].map { $0.changedAt < self.position } ?? false }
            var left = 2
            for key in keys.shuffled(using: &self.random) where left > 0 {
                if !orphaning, self.isReferredTo(key, of: table) { continue }
                self.tables[table.name]?.rows[key] = nil
                self.tables[table.name]?.deletedAt[key] = self.position
                changes[table.name, default: Changes()].deleted += 1
                left -= 1
            }
        }
        return changes
    }

    // MARK: Making rows

    private mutating func add(to table: TableDeclaration) -> Bool {
        let number = self.tables[table.name, default: Made()].count
        self.tables[table.name, default: Made()].count += 1
        return self.put(self.makeRow(of: table, number), into: table, besides: nil)
    }

    private mutating func change(_ key: [SQLValue], of table: TableDeclaration) -> Bool {
        guard let old = self.tables[table.name]?.rows[key]?.cells else { return false }
        let number = self.tables[table.name, default: Made()].count
        self.tables[table.name, default: Made()].count += 1
        var cells = self.makeRow(of: table, number)
        for index in table.primaryKeyIndexes { cells[index] = old[index] }
        return cells != old && self.put(cells, into: table, besides: key)
    }

    /// Returns false where a key that must be unique is taken.
    private mutating func put(_ cells: [SQLValue], into table: TableDeclaration, besides own: [SQLValue]?) -> Bool {
        let key = table.primaryKeyIndexes.map { cells[$0] }
        let made = self.tables[table.name, default: Made()]
        if own == nil, made.rows[key] != nil || made.deletedAt[key] != nil { return false }
        for columns in Self.uniqueColumns(of: table) {
            let indexes = columns.compactMap { column in table.columns.firstIndex { $0.name == column } }
            let isTaken = made.rows.contains { other in
                other.key != key && indexes.allSatisfy { other.value.cells[$0] == cells[$0] }
            }
            if isTaken { return false }
        }
        self.tables[table.name, default: Made()].rows[key] = Row(
            cells: cells, mayBeReferredTo: made.rows[key]?.mayBeReferredTo ?? made.count.isMultiple(of: 2),
            changedAt: self.position)
        return true
    }

    private static func uniqueColumns(of table: TableDeclaration) -> [[String]] {
        table.uniques.map(\.columns)
            + table.indexes.filter(\.isUnique).map { index in
                index.parts.compactMap { part in
                    if case .ascending(let column) = part { column } else { nil }
                }
            }
    }

    private mutating func makeRow(of table: TableDeclaration, _ number: Int) -> [SQLValue] {
        var cells = table.columns.map { self.value(of: $0, in: table, number) }
        for key in table.foreignKeys {
            let indexes = key.columns.compactMap { column in table.columns.firstIndex { $0.name == column } }
            guard indexes.count == key.columns.count, let parent = self.schema.table(key.table) else { continue }
            let isNullable = indexes.allSatisfy { table.columns[$0].nullable }
            if isNullable, Int.random(in: 0..<4, using: &self.random) == 0 {
                for index in indexes { cells[index] = .null }
                continue
            }
            guard let named = self.parent(of: parent, isPrimary: key.referencedColumns == parent.primaryKey) else {
                continue
            }
            for (index, column) in zip(indexes, key.referencedColumns) {
                guard let place = parent.columns.firstIndex(where: { $0.name == column }) else { continue }
                cells[index] = named[place]
            }
        }
        return cells
    }

    /// The cells of a row to refer to; now and then of one that a later step may add.
    private mutating func parent(of table: TableDeclaration, isPrimary: Bool) -> [SQLValue]? {
        let made = self.tables[table.name, default: Made()]
        if isPrimary, Int.random(in: 0..<12, using: &self.random) == 0 {
            let number = made.count + Int.random(in: 0..<12, using: &self.random) | 1
            return table.columns.map { self.value(of: $0, in: table, number) }
        }
        let keys = self.keys(of: table).filter { made.rows[$0]?.mayBeReferredTo ?? false }
        return keys.randomElement(using: &self.random).flatMap { made.rows[$0]?.cells }
    }

    private mutating func value(of column: ColumnDeclaration, in table: TableDeclaration, _ number: Int) -> SQLValue {
        let isKey = table.primaryKey.contains(column.name)
        if column.nullable, !isKey, Int.random(in: 0..<4, using: &self.random) == 0 { return .null }
        switch column.type {
        case .uuid: return .uuid(Self.id(table.name, number))
        case .text: return .text("\(table.name) \(number)")
        case .varchar(let length): return .text(String("\(number) \(table.name)".prefix(length ?? 100)))
        case .char(let length): return .text(String("\(100 + number % 900)XYZ".prefix(length)))
        case .boolean: return .bool(Bool.random(using: &self.random))
        case .integer, .bigint: return .integer(Int64(number))
        case .double: return .double(Double(number) / 4)
        case .numeric(let precision, let scale):
            return .numeric(Int128(number % (precision > 2 ? 100 : 9)), scale: UInt8(scale))
        case .timestamptz: return .timestamp(1_750_000_000_000_000 + Int64(number) * 86_400_000_000)
        case .date: return .date(20_000 + Int32(number))
        case .jsonb: return .json("{\"number\":\(number)}")
        case .bytea: return .bytes([UInt8(number % 256)])
        case .textArray: return .textArray(["\(table.name) \(number)", "b"])
        case .enumeration(_, let values): return .text(values[number % values.count])
        }
    }

    private static func id(_ table: String, _ number: Int) -> UInt128 {
        let hash = table.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        return UInt128(hash) << 64 | 0x8000_0000_0000_0000 | UInt128(number)
    }

    private func isReferredTo(_ key: [SQLValue], of table: TableDeclaration) -> Bool {
        guard let cells = self.tables[table.name]?.rows[key]?.cells else { return false }
        return self.schema.tables.contains { child in
            child.foreignKeys.contains { reference in
                guard reference.table == table.name else { return false }
                let named = reference.referencedColumns.map { column in
                    table.columns.firstIndex { $0.name == column }.map { cells[$0] } ?? .null
                }
                let indexes = reference.columns.compactMap { column in
                    child.columns.firstIndex { $0.name == column }
                }
                // Computed columns are not known here: their rows may name anything.
                if indexes.count < reference.columns.count {
                    return self.tables[child.name]?.rows.values.contains { $0.cells.contains(named[0]) } ?? false
                }
                return self.tables[child.name]?.rows.values.contains { row in indexes.map { row.cells[$0] } == named }
                    ?? false
            }
        }
    }

    // MARK: What an exporter reads

    func rows(of table: TableDeclaration, changedAfter: UInt64?, _ body: ([SQLValue]) throws -> Void) throws {
        let rows = self.tables[table.name, default: Made()].rows.filter { $0.value.changedAt > changedAfter ?? 0 }
        for row in rows.sorted(by: { "\($0.key)" < "\($1.key)" }) { try body(row.value.cells) }
    }

    func removedKeys(of table: TableDeclaration, after: UInt64, _ body: ([SQLValue]) throws -> Void) throws {
        for key in self.tables[table.name, default: Made()].deletedAt.filter({ $0.value > after }).keys {
            try body(key)
        }
    }
}
