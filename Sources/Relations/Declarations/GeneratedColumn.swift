/// A column that the database computes from the others of its row. Exporters do not write it; a foreign key may name it.
package struct GeneratedColumn: Hashable, Sendable {
    package var name: String
    package var type: SQLType
    /// An expression over the row's columns that both dialects read.
    package var sql: String
    package var description: String?

    package init(_ name: String, _ type: SQLType, as sql: String, description: String? = nil) {
        self.name = name
        self.type = type
        self.sql = sql
        self.description = description
    }
}
