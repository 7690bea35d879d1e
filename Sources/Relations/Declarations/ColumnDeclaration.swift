/// A column without its closure: all that DDL, exporters and the data dictionary need.
@usableFromInline package struct ColumnDeclaration: Hashable, Sendable {
    package var name: String
    package var type: SQLType
    package var nullable: Bool
    package var `default`: SQLDefault?
    /// What one unit of the number is: `ms`, `bytes`, `USD`.
    package var unit: String?
    package var description: String?
    /// What `.indexed()`, `.unique()` and `.references(…)` asked for; a table makes table-level declarations of them.
    var index: OwnIndex?
    var isUnique = false
    var reference: OwnReference?

    @usableFromInline package init(
        name: String, type: SQLType, nullable: Bool, default: SQLDefault? = nil, unit: String? = nil,
        description: String? = nil
    ) {
        self.name = name
        self.type = type
        self.nullable = nullable
        self.default = `default`
        self.unit = unit
        self.description = description
    }

    struct OwnIndex: Hashable, Sendable {
        var name: String?
        var condition: String?
        var method: String?
    }

    struct OwnReference: Hashable, Sendable {
        var table: String
        var column: String
        var onDelete: ForeignKey.Action
        var isDeferred: Bool
    }
}
