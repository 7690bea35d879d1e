/// Where a database differs from what is written down, one sentence each.
struct Differences {
    let schema: String
    private(set) var found: [String] = []

    init(schema: String) { self.schema = schema }

    mutating func compare(_ facts: SchemaFacts, _ catalog: SchemaCatalog) {
        self.compare(sets: facts.tables.map(\.name), catalog.tables.map(\.name), "tables")
        let words = facts.enums ?? [:]
        let types = words.filter { !$0.key.contains(".") }
        self.compare(sets: Array(types.keys), Array(catalog.enums.keys), "types")
        for (type, values) in types { self.compare(values, catalog.enums[type] ?? values, "type \(type)") }
        for table in facts.tables {
            guard let there = catalog.tables.first(where: { $0.name == table.name }) else { continue }
            let own = words.compactMap { key, values -> (column: String, words: [String])? in
                guard key.hasPrefix("\(table.name).") else { return nil }
                return (String(key.dropFirst(table.name.count + 1)), values)
            }
            self.compare(table, there)
            self.compareChecks(table, there, own)
        }
    }

    private mutating func compare(_ table: SchemaFacts.Table, _ there: SchemaCatalog.Table) {
        // The ledger's own, behind all that is documented.
        let own = ["changed_position"]
        self.compare(
            own, there.columns.filter { !$0.is_generated }.suffix(1).map(\.name), "last column of \(table.name)")
        self.compare(
            sets: table.columns.map(\.name), there.columns.map(\.name).filter { !own.contains($0) },
            "columns of \(table.name)")
        for column in table.columns {
            guard let actual = there.columns.first(where: { $0.name == column.name }) else { continue }
            self.compare(column, actual, "\(table.name).\(column.name)")
        }
        self.compare(table.primary_key, there.primary_key, "primary key of \(table.name)")
        self.compare(
            sets: (table.unique ?? []).map { Self.list($0.columns) }, there.unique.map(Self.list),
            "unique constraints of \(table.name)")
        self.compare(
            sets: (table.foreign_keys ?? []).map {
                "\(Self.list($0.columns)) to \($0.references), on delete \($0.on_delete ?? "NO ACTION")"
            },
            there.foreign_keys.map { "\(Self.list($0.columns)) to \($0.references), on delete \($0.on_delete)" },
            "foreign keys of \(table.name)")
        self.compare(sets: (table.indexes ?? []).map(\.name), there.indexes.map(\.name), "indexes of \(table.name)")
        for index in table.indexes ?? [] {
            guard let actual = there.indexes.first(where: { $0.name == index.name }) else { continue }
            if let on = index.on { self.compare(on, actual.on, "columns of index \(index.name)") }
            if let method = index.using { self.compare([method], [actual.using], "method of index \(index.name)") }
            if index.on != nil || index.unique != nil {
                self.compare(["\(index.unique ?? false)"], ["\(actual.unique)"], "uniqueness of index \(index.name)")
            }
            if let condition = index.where {
                self.compare(
                    [Self.bare(condition)], [Self.bare(actual.where ?? "")], "condition of index \(index.name)")
            }
        }
    }

    private mutating func compare(_ column: SchemaFacts.Column, _ there: SchemaCatalog.Column, _ name: String) {
        self.compare([column.type], [there.type], "type of \(name)")
        self.compare(["\(column.nullable)"], ["\(there.nullable)"], "nullability of \(name)")
        if there.is_generated {
            if column.generated == nil, column.departs == nil {
                self.found.append("\(name) is computed, and no fact says so")
            }
            if let sql = column.generated {
                self.compare([Self.bare(sql)], [Self.bare(there.default ?? "")], "expression of \(name)")
            }
        } else {
            self.compare([Self.bare(column.default ?? "")], [Self.bare(there.default ?? "")], "default of \(name)")
        }
    }

    /// A column of one of several words has a CHECK named after it.
    private mutating func compareChecks(
        _ table: SchemaFacts.Table, _ there: SchemaCatalog.Table, _ words: [(column: String, words: [String])]
    ) {
        let membership = words.map { "\(table.name)_\($0.column)_check" }
        self.compare(
            sets: (table.checks ?? []).map(\.name) + membership, there.checks.map(\.name), "checks of \(table.name)")
        for (name, values) in zip(membership, words.map(\.words)) {
            guard let check = there.checks.first(where: { $0.name == name }) else { continue }
            let actual = check.definition.matches(of: /'((?:[^']|'')*)'/).map { String($0.1) }
            self.compare(values, actual, "words of \(table.name), \(name)")
        }
    }

    private mutating func compare(_ wanted: [String], _ actual: [String], _ what: String) {
        if wanted == actual { return }
        self.found.append("\(self.schema), \(what): written down \(Self.list(wanted)), there \(Self.list(actual))")
    }

    private mutating func compare(sets wanted: [String], _ actual: [String], _ what: String) {
        let missing = Set(wanted).subtracting(actual).sorted()
        let extra = Set(actual).subtracting(wanted).sorted()
        if !missing.isEmpty { self.found.append("\(self.schema), \(what): \(Self.list(missing)) missing") }
        if !extra.isEmpty { self.found.append("\(self.schema), \(what): \(Self.list(extra)) not written down") }
    }

    private static func list(_ names: [String]) -> String { "(\(names.joined(separator: ", ")))" }

    /// SQL without what PostgreSQL adds when it tells it: casts, outer parentheses, quotes around one literal.
    private static func bare(_ sql: String) -> String {
        var bare = sql.replacing(/::[a-z_ ]*("[^"]+"|[a-z_0-9.]+)(\s*\(\d+(,\s*\d+)?\))?(\[\])?/, with: "")
        bare = bare.replacing(/CURRENT_TIMESTAMP/, with: "now()").replacing("\"", with: "").lowercased()
        while bare.hasPrefix("("), bare.hasSuffix(")") { bare = String(bare.dropFirst().dropLast()) }
        if bare.hasPrefix("'"), bare.hasSuffix("'"), bare.count >= 2 { bare = String(bare.dropFirst().dropLast()) }
        return bare == "array[]" ? "{}" : bare.replacing(/\s+/, with: " ")
    }
}
