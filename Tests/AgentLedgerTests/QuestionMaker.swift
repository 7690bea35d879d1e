import AgentLedger
import Foundation
import LedgerRelations
import LedgerTables
import Seeded

/// Random questions over tables with rows, each answered by lines in a fixed order.
struct QuestionMaker {
    var random: SplitMix64
    let tables: [TableDeclaration]
    /// Some rows of each table, for values that occur.
    private let samples: [String: [[SQLValue]]]

    init(seed: UInt64, over snapshot: LedgerSnapshot) throws {
        var random = SplitMix64(seed: seed)
        var samples: [String: [[SQLValue]]] = [:]
        for table in snapshot.schema.tables {
            var rows: [[SQLValue]] = []
            var count = 0
            try snapshot.rows(of: table, changedAfter: nil) { cells in
                count += 1
                if rows.count < 40 {
                    rows.append(cells)
                } else if Int.random(in: 0..<count, using: &random) < 40 {
                    rows[Int.random(in: 0..<40, using: &random)] = cells
                }
            }
            samples[table.name] = rows
        }
        self.random = random
        self.samples = samples
        self.tables = snapshot.schema.tables.filter { samples[$0.name]?.isEmpty == false }
    }

    mutating func next() -> String {
        switch Int.random(in: 0..<9, using: &self.random) {
        case 0, 1: self.filtered()
        case 2: self.combined()
        case 3: self.ordered()
        case 4: self.grouped()
        case 5: self.referring()
        case 6: self.joined()
        case 7: self.correlated()
        default: self.oddlyCompared()
        }
    }

    private func quoted(_ table: TableDeclaration, _ columns: [String]? = nil, as name: String = "t") -> String {
        (columns ?? table.columns.map(\.name)).map { "quote(\(name).\"\($0)\")" }.joined(separator: " || '|' || ")
    }

    private mutating func table() -> TableDeclaration { self.tables.randomElement(using: &self.random)! }

    /// A value that stands in the column, or one close by.
    private mutating func value(_ table: TableDeclaration, _ column: Int) -> String {
        SQLiteDialect().literal(self.samples[table.name]!.randomElement(using: &self.random)![column])
    }

    private mutating func condition(_ table: TableDeclaration, as name: String = "t") -> String {
        let column = Int.random(in: 0..<table.columns.count, using: &self.random)
        let left = "\(name).\"\(table.columns[column].name)\""
        switch Int.random(in: 0..<6, using: &self.random) {
        case 0: return "\(left) >= \(self.value(table, column))"
        case 1: return "\(left) < \(self.value(table, column))"
        case 2:
            return "\(left) IN (\((0..<3).map { _ in self.value(table, column) }.joined(separator: ", ")))"
        case 3:
            return "\(left) BETWEEN \(self.value(table, column)) AND \(self.value(table, column))"
        default: return "\(left) = \(self.value(table, column))"
        }
    }

    /// Of the columns that lead to rows, mostly.
    private mutating func key(_ table: TableDeclaration, as name: String = "t") -> String {
        let uuids = table.columns.indices.filter {
            table.columns[$0].type == .uuid || table.columns[$0].name == "action"
        }
        guard let column = uuids.randomElement(using: &self.random) else { return self.condition(table, as: name) }
        return "\(name).\"\(table.columns[column].name)\" = \(self.value(table, column))"
    }

    private mutating func filtered() -> String {
        let table = self.table()
        return "SELECT \(self.quoted(table)) FROM \"\(table.name)\" t WHERE \(self.key(table)) ORDER BY 1"
    }

    private mutating func combined() -> String {
        let table = self.table()
        let word = Bool.random(using: &self.random) ? "AND" : "OR"
        return "SELECT \(self.quoted(table)) FROM \"\(table.name)\" t "
            + "WHERE \(self.key(table)) \(word) \(self.condition(table)) OR \(self.key(table)) ORDER BY 1"
    }

    private mutating func ordered() -> String {
        let table = self.table()
        let key = table.primaryKey.map { "t.\"\($0)\"" }.joined(separator: ", ")
        let isDescending = Int.random(in: 0..<4, using: &self.random) == 0
        let filter = Bool.random(using: &self.random) ? " WHERE \(self.condition(table))" : ""
        return "SELECT \(self.quoted(table)) FROM \"\(table.name)\" t\(filter) ORDER BY \(key)"
            + "\(isDescending ? " DESC" : "") LIMIT \(Int.random(in: 0..<300, using: &self.random)) "
            + "OFFSET \(Int.random(in: 0..<3, using: &self.random))"
    }

    private mutating func grouped() -> String {
        let table = self.table()
        let by = table.columns.randomElement(using: &self.random)!.name
        let numbers = table.columns.filter { $0.type == .bigint }.map(\.name)
        let sum = numbers.randomElement(using: &self.random).map { "sum(\"\($0)\"), min(\"\($0)\")" } ?? "1, 2"
        return "SELECT quote(\"\(by)\"), count(*), count(DISTINCT \"\(table.columns[0].name)\"), \(sum) "
            + "FROM \"\(table.name)\" t GROUP BY 1 ORDER BY 1"
    }

    /// Children with their parents, from either end.
    private mutating func referring() -> String {
        let names = Set(self.tables.map(\.name))
        // Some stand on columns that a database makes by itself.
        func keys(_ child: TableDeclaration) -> [ForeignKey] {
            child.foreignKeys.filter { key in
                names.contains(key.table) && key.columns.allSatisfy { child.column($0) != nil }
            }
        }
        let children = self.tables.filter { !keys($0).isEmpty }
        guard let child = children.randomElement(using: &self.random) else { return self.filtered() }
        let key = keys(child).randomElement(using: &self.random)!
        let parent = self.tables.first { $0.name == key.table }!
        let match = zip(key.columns, key.referencedColumns).map { "c.\"\($0)\" = p.\"\($1)\"" }
        let filter =
            switch Int.random(in: 0..<3, using: &self.random) {
            case 0: self.key(parent, as: "p")
            case 1: self.condition(child, as: "c")
            default: "1"
            }
        let join = Bool.random(using: &self.random) ? "JOIN" : "LEFT JOIN"
        return "SELECT \(self.quoted(child, child.primaryKey, as: "c")), \(self.quoted(parent, as: "p")) "
            + "FROM \"\(child.name)\" c \(join) \"\(parent.name)\" p ON \(match.joined(separator: " AND ")) "
            + "WHERE \(filter) ORDER BY 1, 2 LIMIT 2000"
    }

    /// Over columns that lead nowhere.
    private mutating func joined() -> String {
        let (a, b) = (self.table(), self.table())
        let texts = { (table: TableDeclaration) in
            table.columns.filter {
                if case .jsonb = $0.type { false } else { !$0.nullable }
            }.map(\.name)
        }
        let left = texts(a).randomElement(using: &self.random)!
        let right = texts(b).randomElement(using: &self.random)!
        return "SELECT count(*), quote(min(a.\"\(left)\")), quote(max(b.\"\(b.columns[0].name)\")) "
            + "FROM (SELECT * FROM \"\(a.name)\" ORDER BY \"\(a.primaryKey[0])\", 2 LIMIT 60) a "
            + "JOIN \"\(b.name)\" b ON a.\"\(left)\" = b.\"\(right)\""
    }

    private mutating func correlated() -> String {
        let (a, b) = (self.table(), self.table())
        let left = a.columns.randomElement(using: &self.random)!.name
        let right = b.columns.randomElement(using: &self.random)!.name
        return "SELECT \(self.quoted(a, a.primaryKey)), (SELECT count(*) FROM \"\(b.name)\" b "
            + "WHERE b.\"\(right)\" = t.\"\(left)\") FROM \"\(a.name)\" t ORDER BY 1 LIMIT 40"
    }

    /// What SQLite converts, or compares in another way, before it is equal.
    private mutating func oddlyCompared() -> String {
        let table = self.table()
        let column = Int.random(in: 0..<table.columns.count, using: &self.random)
        let left = "t.\"\(table.columns[column].name)\""
        let value = self.value(table, column)
        let condition =
            [
                "\(left) = upper(\(value))", "\(left) = upper(\(value)) COLLATE NOCASE", "\(left) = '' || \(value)",
                "\(left) = \(value) + 0.0", "\(left) IS \(value)", "\(left) = NULL", "\(left) > '' || \(value)",
                "\(left) <= \(value) + 0.5", "\(left) = ' ' || \(value) || ' '", "+\(left) = \(value)",
                "\(left) LIKE \(value)", "\(left) IN (SELECT \(value) UNION SELECT 7)", "\(value) = \(left)",
                "\(left) > 9223372036854775807 OR \(left) < -9223372036854775808", "\(left) = x'00'", "\(left) IS NULL",
                "\(left) = (SELECT max(\"\(table.columns[column].name)\") FROM \"\(table.name)\")",
            ].randomElement(using: &self.random)!
        return "SELECT \(self.quoted(table)) FROM \"\(table.name)\" t WHERE \(condition) ORDER BY 1"
    }
}
