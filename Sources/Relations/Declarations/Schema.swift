/// A relational schema: tables in load order, parents before the tables that refer to them.
@usableFromInline package struct Schema: Hashable, Sendable {
    /// How a column of one of several words is written in PostgreSQL. SQLite always has TEXT and a CHECK.
    package enum EnumerationStyle: Hashable, Sendable {
        /// TEXT with a CHECK constraint: a new word is one constraint away.
        case checks
        /// `CREATE TYPE … AS ENUM`.
        case types
    }

    package let name: String
    /// Rises with every change of the tables. A target of another version is refused.
    package let version: Int
    package let enumerations: EnumerationStyle
    package let tables: [TableDeclaration]
    /// Who reads and writes through policies. A role that does not exist is made where that is allowed; where it is not,
    /// the policies are for everyone.
    package let roles: [String]
    /// In the order in which they are made.
    package let routines: [Routine]
    package let views: [SchemaView]
    /// Departures that are no single table's.
    package let deviations: [Deviation]
    package let description: String?

    /// Traps with a sentence when the declarations contradict each other: that is a mistake in code, not in data.
    package init(
        _ name: String, version: Int, enumerations: EnumerationStyle = .checks, description: String? = nil,
        tables: [TableDeclaration], roles: [String] = [], routines: [Routine] = [], views: [SchemaView] = [],
        deviations: [Deviation] = []
    ) {
        self.name = name
        self.version = version
        self.enumerations = enumerations
        self.description = description
        self.tables = tables
        self.roles = roles
        self.routines = routines
        self.views = views
        self.deviations = deviations
        var problems = Schema.problems(tables)
        for policy in tables.flatMap(\.policies) where !roles.contains(policy.role) {
            problems.append("the policy \(policy.name) is for the role \(policy.role), which the schema does not name")
        }
        precondition(problems.isEmpty, "schema \(name): " + problems.joined(separator: "; "))
    }

    package func table(_ name: String) -> TableDeclaration? {
        self.tables.first { $0.name == name }
    }

    /// Every enumeration by name, in order of first use.
    package var enumerationTypes: [(name: String, values: [String])] {
        var seen: Set<String> = []
        return self.tables.flatMap(\.columns).compactMap { column in
            guard case .enumeration(let name, let values) = column.type, seen.insert(name).inserted else { return nil }
            return (name, values)
        }
    }

    /// What is wrong with these tables together, one sentence each.
    static func problems(_ tables: [TableDeclaration]) -> [String] {
        var problems: [String] = []
        var earlier: [String: TableDeclaration] = [:]
        var names: Set<String> = []
        var words: [String: [String]] = [:]
        for table in tables {
            for name in [table.name] + table.indexes.map(\.name) + table.uniques.compactMap(\.name) {
                if !names.insert(name).inserted { problems.append("the name \(name) is used twice") }
            }
            for case .enumeration(let name, let values) in table.columns.map(\.type) {
                if words[name, default: values] != values {
                    problems.append("the enumeration \(name) is declared with different values")
                }
                words[name] = values
            }
            earlier[table.name] = table
            problems += table.foreignKeys.compactMap { key in
                problem(
                    of: key, in: table, parent: earlier[key.table], isLater: tables.contains { $0.name == key.table })
            }
        }
        return problems
    }

    private static func problem(
        of key: ForeignKey, in table: TableDeclaration, parent: TableDeclaration?, isLater: Bool
    ) -> String? {
        guard let parent else {
            if isLater, key.isDeferred { return nil }
            return isLater
                ? "table \(table.name) refers to \(key.table), which comes later: move it up, or defer the foreign key"
                : "table \(table.name) refers to \(key.table), which the schema does not have"
        }
        let keys = [parent.primaryKey] + parent.uniques.map(\.columns)
        guard !keys.contains(where: { Set($0) == Set(key.referencedColumns) }) else { return nil }
        return "table \(table.name) refers to \(key.table)(\(key.referencedColumns.joined(separator: ", "))), "
            + "which is neither a primary key nor unique"
    }
}
