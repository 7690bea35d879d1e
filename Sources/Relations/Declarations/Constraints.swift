/// No two rows agree in all these columns. Named `<table>_<columns>_key` unless told otherwise.
public struct Unique: Hashable, Sendable {
    public var name: String?
    public var columns: [String]
    /// Two nulls count as equal: PostgreSQL 15 and later; in SQLite a unique index over expressions.
    public var nullsNotDistinct: Bool

    public init(_ columns: String..., name: String? = nil, nullsNotDistinct: Bool = false) {
        self.name = name
        self.columns = columns
        self.nullsNotDistinct = nullsNotDistinct
    }
}

/// A condition that every row meets.
public struct Check: Hashable, Sendable {
    public var name: String
    public var postgreSQL: String
    /// Nil: the condition has no SQLite spelling and is left out there.
    public var sqlite: String?

    /// A condition that both dialects read alike.
    public init(_ name: String, _ sql: String) {
        self.init(name, postgreSQL: sql, sqlite: sql)
    }

    /// Two amounts add up to a third. PostgreSQL compares exactly. SQLite stores doubles, each up to 2^-53 of its size away
    /// from the decimal: there the sum may differ by 2^-50 of the total, or of an amount that the other one outweighs.
    public init(sumOf first: String, _ second: String, is total: String, named name: String) {
        self.init(
            name, postgreSQL: "\(total) = \(first) + \(second)",
            sqlite: "abs(\(total) - (\(first) + \(second))) <= "
                + "8.881784197001252e-16 * (abs(\(total)) + abs(\(first)) + abs(\(second)))")
    }

    public init(_ name: String, postgreSQL: String, sqlite: String?) {
        self.name = name
        self.postgreSQL = postgreSQL
        self.sqlite = sqlite
    }
}

/// These columns name a row of another table, or are null. Named `<table>_<columns>_fkey` unless told otherwise.
public struct ForeignKey: Hashable, Sendable {
    public enum Action: String, Hashable, Sendable {
        case noAction = "NO ACTION"
        case restrict = "RESTRICT"
        case cascade = "CASCADE"
        case setNull = "SET NULL"
        case setDefault = "SET DEFAULT"
    }

    public var name: String?
    public var columns: [String]
    public var table: String
    public var referencedColumns: [String]
    public var onDelete: Action
    /// Checked at commit. Needed where two tables refer to each other.
    public var isDeferred: Bool

    public init(
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
public struct Index: Hashable, Sendable {
    public enum Part: Hashable, Sendable, ExpressibleByStringLiteral {
        case ascending(String)
        case descending(String)
        /// SQL in place of a column; left out in SQLite together with its index.
        case expression(String)

        public init(stringLiteral column: String) { self = .ascending(column) }
    }

    public var name: String
    public var parts: [Part]
    public var isUnique: Bool
    /// The rows it covers, in SQL that both dialects read.
    public var condition: String?
    /// `gin`, `brin`, …; nil is a B-tree, the only kind SQLite has: others are left out there.
    public var method: String?

    public init(
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
