/// What a column holds when an insertion does not name it. Exports always name every column; the default is there for
/// whoever writes to the exported tables afterwards.
@usableFromInline package enum SQLDefault: Hashable, Sendable {
    case value(SQLValue)
    /// The time of the insertion.
    case now
    /// A random UUID. SQLite has no such function; there the column has no default.
    case randomUUID
    /// SQL as PostgreSQL reads it; `sqlite` nil means no default there.
    case expression(String, sqlite: String?)
}

extension SQLDefault: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    @usableFromInline package init(stringLiteral value: String) { self = .value(.text(value)) }
    @usableFromInline package init(integerLiteral value: Int64) { self = .value(.integer(value)) }
    @usableFromInline package init(booleanLiteral value: Bool) { self = .value(.bool(value)) }
}
