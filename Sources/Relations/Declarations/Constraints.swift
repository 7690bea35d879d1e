/// No two rows agree in all these columns. Named `<table>_<columns>_key` unless told otherwise.
package struct Unique: Hashable, Sendable {
    package var name: String?
    package var columns: [String]
    /// Two nulls count as equal: PostgreSQL 15 and later; in SQLite a unique index over expressions.
    package var nullsNotDistinct: Bool

    package init(_ columns: String..., name: String? = nil, nullsNotDistinct: Bool = false) {
        self.name = name
        self.columns = columns
        self.nullsNotDistinct = nullsNotDistinct
    }
}

/// A condition that every row meets.
package struct TableCheck: Hashable, Sendable {
    package var name: String
    package var postgreSQL: String
    /// Nil: the condition has no SQLite spelling and is left out there.
    package var sqlite: String?

    /// A condition that both dialects read alike.
    package init(_ name: String, _ sql: String) {
        self.init(name, postgreSQL: sql, sqlite: sql)
    }

    /// Two amounts add up to a third. PostgreSQL compares exactly. SQLite stores doubles, each up to 2^-53 of its size away
    /// from the decimal: there the sum may differ by 2^-50 of the total, or of an amount that the other one outweighs.
    package init(sumOf first: String, _ second: String, is total: String, named name: String) {
        self.init(
            name, postgreSQL: "\(total) = \(first) + \(second)",
            sqlite: "abs(\(total) - (\(first) + \(second))) <= "
                + "8.881784197001252e-16 * (abs(\(total)) + abs(\(first)) + abs(\(second)))")
    }

    package init(_ name: String, postgreSQL: String, sqlite: String?) {
        self.name = name
        self.postgreSQL = postgreSQL
        self.sqlite = sqlite
    }
}

/// These columns name a row of another table, or are null. Named `<table>_<columns>_fkey` unless told otherwise.
package struct ForeignKey: Hashable, Sendable {
    package enum Action: String, Hashable, Sendable {
        case noAction = "NO ACTION"
        case restrict = "RESTRICT"
        case cascade = "CASCADE"
        case setNull = "SET NULL"
        case setDefault = "SET DEFAULT"
    }

    package var name: String?
    package var columns: [String]
    package var table: String
    package var referencedColumns: [String]
    package var onDelete: Action
    /// Checked at commit. Needed where two tables refer to each other.
    package var isDeferred: Bool

    package init(
        _ columns: [String], references table: String, _ referencedColumns: [String], name: String? = nil,
        onDelete: Action = .noAction, deferred: Bool = false
    ) {
        self.name = name
        self.columns = columns
        self.table = table
        self.referencedColumns = referencedColumns
        self.onDelete = onDelete
        self.isDeferred = deferred
    }
}

/// An index. Index names share one namespace in a schema, so they carry the table's name.
package struct TableIndex: Hashable, Sendable {
    package enum Part: Hashable, Sendable, ExpressibleByStringLiteral {
        case ascending(String)
        case descending(String)
        /// SQL in place of a column; left out in SQLite together with its index.
        case expression(String)

        package init(stringLiteral column: String) { self = .ascending(column) }
    }

    package var name: String
    package var parts: [Part]
    package var isUnique: Bool
    /// The rows it covers, in SQL that both dialects read.
    package var condition: String?
    /// `gin`, `brin`, …; nil is a B-tree, the only kind SQLite has: others are left out there.
    package var method: String?

    package init(
        _ name: String, _ parts: Part..., unique: Bool = false, where condition: String? = nil,
        using method: String? = nil
    ) {
        self.name = name
        self.parts = parts
        self.isUnique = unique
        self.condition = condition
        self.method = method
    }
}
