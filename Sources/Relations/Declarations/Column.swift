/// A column and where its value comes from.
///
///     Column("id", .uuid, \.id)
///     Column("duration_ms", .bigint, \.durationMilliseconds, unit: "ms")
///     Column("slug", .text, \.slug).unique()
///     Column("organization_id", .uuid, \.organization).references("organizations", "id")
///
/// A column may be null when its Swift value is an Optional; `nullable:` overrules that.
@usableFromInline package struct Column<Row>: Sendable {
    @usableFromInline package var declaration: ColumnDeclaration
    @usableFromInline let value: @Sendable (Row) -> SQLValue
    /// See `reading`.
    var reads: [String]?

    @inlinable
    package init<Value: SQLConvertible>(
        _ name: String, _ type: SQLType, _ value: @escaping @Sendable (Row) -> Value, nullable: Bool? = nil,
        default: SQLDefault? = nil, unit: String? = nil, description: String? = nil
    ) {
        self.declaration = ColumnDeclaration(
            name: name, type: type, nullable: nullable ?? Value.isNullable, default: `default`, unit: unit,
            description: description)
        self.value = { value($0).sqlValue }
    }

    /// A string-backed enumeration needs no conformance.
    @inlinable @_disfavoredOverload
    package init<Value: RawRepresentable & SendableMetatype>(
        _ name: String, _ type: SQLType, _ value: @escaping @Sendable (Row) -> Value, nullable: Bool? = nil,
        default: SQLDefault? = nil, unit: String? = nil, description: String? = nil
    ) where Value.RawValue == String {
        self.declaration = ColumnDeclaration(
            name: name, type: type, nullable: nullable ?? false, default: `default`, unit: unit,
            description: description)
        self.value = { .text(value($0).rawValue) }
    }

    @inlinable @_disfavoredOverload
    package init<Value: RawRepresentable & SendableMetatype>(
        _ name: String, _ type: SQLType, _ value: @escaping @Sendable (Row) -> Value?, nullable: Bool? = nil,
        default: SQLDefault? = nil, unit: String? = nil, description: String? = nil
    ) where Value.RawValue == String {
        self.declaration = ColumnDeclaration(
            name: name, type: type, nullable: nullable ?? true, default: `default`, unit: unit,
            description: description)
        self.value = { row in value(row).map { .text($0.rawValue) } ?? .null }
    }

    /// With an index of its own, named `idx_<table>_<column>` unless told otherwise.
    package func indexed(_ name: String? = nil, where condition: String? = nil, using method: String? = nil) -> Self {
        self.with { $0.index = .init(name: name, condition: condition, method: method) }
    }

    /// With a unique constraint of its own, named `<table>_<column>_key`.
    package func unique() -> Self {
        self.with { $0.isUnique = true }
    }

    /// With a foreign key of its own, named `<table>_<column>_fkey`.
    package func references(
        _ table: String, _ column: String = "id", onDelete: ForeignKey.Action = .noAction, deferred: Bool = false
    ) -> Self {
        self.with { $0.reference = .init(table: table, column: column, onDelete: onDelete, isDeferred: deferred) }
    }

    /// Which fields of the record that rows are made from the value comes from. Said where it is not the very field that
    /// has the column's name: others need not be decoded then. A column may come from any field when it says nothing
    /// and none has its name.
    package func reading(_ fields: String...) -> Self {
        var copy = self
        copy.reads = fields
        return copy
    }

    private func with(_ change: (inout ColumnDeclaration) -> Void) -> Self {
        var copy = self
        change(&copy.declaration)
        return copy
    }
}
