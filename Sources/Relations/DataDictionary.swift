/// The data dictionary: a schema as Markdown, from its declaration.
public enum DataDictionary {
    /// - Parameter examples: a row of a table as JSON, by the table's name.
    public static func markdown(_ schema: Schema, examples: [String: String] = [:]) -> String {
        var out = "# Schema `\(schema.name)`, version \(schema.version)\n"
        if let description = schema.description { out += "\n\(description)\n" }
        out += """

            Times are UTC, to the microsecond. In SQLite a decimal comes back exactly with up to 15 significant digits; \
            columns marked † may hold more: read them from PostgreSQL, SQL text, CSV or JSON lines where every digit \
            counts. U+0000 in a text is exported as U+FFFD.

            """
        for table in schema.tables {
            out += "\n" + self.markdown(table, in: schema)
            if let row = examples[table.name] { out += "\n```json\n\(row)\n```\n" }
        }
        return out
    }

    private static func markdown(_ table: TableDeclaration, in schema: Schema) -> String {
        var out = "## \(table.name)\n\n"
        if let description = table.description { out += "\(description)\n\n" }
        out += "| column | type | null | default | unit | meaning |\n| --- | --- | --- | --- | --- | --- |\n"
        let dialect = PostgreSQLDialect()
        for column in table.columns {
            let cells = [
                "`\(column.name)`", self.type(column.type, in: schema), column.nullable ? "yes" : "",
                column.default.flatMap { dialect.default($0) }.map { "`\($0)`" } ?? "", column.unit ?? "",
                column.description ?? "",
            ]
            out += "| " + cells.map(self.escaped).joined(separator: " | ") + " |\n"
        }
        let notes = self.notes(table)
        return out + "\n" + notes.map { "- \($0)\n" }.joined()
    }

    private static func type(_ type: SQLType, in schema: Schema) -> String {
        switch type {
        case .enumeration(_, let values): "one of " + values.map { "`\($0)`" }.joined(separator: ", ")
        case .numeric(let precision, _) where precision > 15: PostgreSQLDialect().type(type, in: schema) + " †"
        default: PostgreSQLDialect().type(type, in: schema)
        }
    }

    private static func notes(_ table: TableDeclaration) -> [String] {
        func list(_ columns: [String]) -> String { columns.map { "`\($0)`" }.joined(separator: ", ") }
        return ["Primary key: \(list(table.primaryKey))"]
            + table.foreignKeys.map { "\(list($0.columns)) → `\($0.table)` (\(list($0.referencedColumns)))" }
            + table.uniques.map { "Unique: \(list($0.columns))" }
            + table.checks.map { "`\($0.name)`: `\($0.postgreSQL)`" }
            + table.indexes.map { index in
                let parts = index.parts.map { part in
                    switch part {
                    case .ascending(let column): "`\(column)`"
                    case .descending(let column): "`\(column)` descending"
                    case .expression(let sql): "`\(sql)`"
                    }
                }
                return (index.isUnique ? "Unique index" : "Index") + " `\(index.name)`: "
                    + parts.joined(separator: ", ") + (index.condition.map { " where `\($0)`" } ?? "")
                    + (index.method.map { ", \($0)" } ?? "")
            }
    }

    /// A bar would end the cell.
    private static func escaped(_ cell: String) -> String {
        cell.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
            .split(separator: "\n").joined(separator: " ")
    }
}
