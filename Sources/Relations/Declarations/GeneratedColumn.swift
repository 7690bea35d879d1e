/// A column that the database computes from the others of its row. Exporters do not write it; a foreign key may name it.
public struct GeneratedColumn: Hashable, Sendable {
    public var name: String
    public var type: SQLType
    /// An expression over the row's columns that both dialects read.
    public var sql: String
    public var description: String?

    public init(_ name: String, _ type: SQLType, as sql: String, description: String? = nil) {
        self.name = name
        self.type = type
        self.sql = sql
        self.description = description
    }
}
