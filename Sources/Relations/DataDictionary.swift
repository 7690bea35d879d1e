/// The data dictionary: a schema as Markdown, from its declaration.
package enum DataDictionary {
    /// - Parameter examples: a row of a table as JSON, by the table's name.
    package static func markdown(_ schema: Schema, examples: [String: String] = [:]) -> String {
        var out = "# Schema `\(schema.name)`, version \(schema.version)\n"
        if let description = schema.description { out += "\n\(description)\n" }
        out += """

            Times are UTC, to the microsecond. In SQLite a decimal comes back exactly with up to 15 significant digits; \
            columns marked † may hold more: read them from PostgreSQL, SQL text, CSV or JSON lines where every digit \
            counts. U+0000 in a text is exported as U+FFFD.

            """
        out += self.departures("\nWhere the whole schema departs from what is documented:\n", schema.deviations)
        for table in schema.tables {
            out += "\n" + self.markdown(table, in: schema)
            if let row = examples[table.name] { out += "\n```json\n\(row)\n```\n" }
        }
        return out + self.views(schema) + self.code(schema) + self.omissions(schema)
    }

    private static func markdown(_ table: TableDeclaration, in schema: Schema) -> String {
        var out = "## \(table.name)\n\n"
        if let description = table.description { out += "\(description)\n\n" }
        let dialect = PostgreSQLDialect()
        let rows =
            table.columns.map { column in
                [
                    "`\(column.name)`", self.type(column.type, in: schema), column.nullable ? "yes" : "",
                    column.default.flatMap { dialect.default($0) }.map { "`\($0)`" } ?? "", column.unit ?? "",
                    column.description ?? "",
                ]
            }
            + table.generatedColumns.map { column in
                let meaning = [column.description, "Generated: `\(column.sql)`."].compactMap { $0 }
                return [
                    "`\(column.name)`", self.type(column.type, in: schema), "yes", "", "",
                    meaning.joined(separator: " "),
                ]
            }
        out += self.table(["column", "type", "null", "default", "unit", "meaning"], rows)
        out += "\n" + self.notes(table).map { "- \($0)\n" }.joined()
        return out + self.departures("\nWhere it departs from what is documented:\n", table.deviations)
    }

    private static func type(_ type: SQLType, in schema: Schema) -> String {
        switch type {
        case .enumeration(_, let values): "one of " + values.map { "`\($0)`" }.joined(separator: ", ")
        case .numeric(let precision, _) where precision > 15: PostgreSQLDialect().type(type, in: schema) + " †"
        default: PostgreSQLDialect().type(type, in: schema)
        }
    }

    private static func departures(_ title: String, _ deviations: [Deviation]) -> String {
        deviations.isEmpty ? "" : title + "\n" + self.table(of: deviations)
    }

    /// What is departed from, why, and what stands in its place.
    package static func table(of deviations: [Deviation]) -> String {
        self.table(
            ["what", "documented", "why it cannot stand", "ours"],
            deviations.map { [$0.subject, $0.documented, $0.reason, $0.ours] })
    }

    private static func views(_ schema: Schema) -> String {
        schema.views.map { view in
            "\n## \(view.name)\n\nA view. " + (view.description.map { "\($0)\n" } ?? "\n") + self.block(view.postgreSQL)
        }.joined()
    }

    private static func code(_ schema: Schema) -> String {
        var out = ""
        if !schema.roles.isEmpty {
            out += "\n## Roles\n\n" + schema.roles.map { "- `\($0)`\n" }.joined()
            if schema.tables.contains(where: { $0.policies.contains(where: \.letsTenantsWrite) }) {
                out += "\n\(self.tenantWrites)\n"
            }
        }
        if !schema.routines.isEmpty { out += "\n## Routines\n" }
        for routine in schema.routines { out += "\n`\(routine.name)`:\n" + self.block(routine.postgreSQL) }
        return out
    }

    /// Who writes an exported schema.
    package static let tenantWrites = """
        Rows come from the ledger, and only an export writes them: tenants read. `export --tenant-writes` also lets \
        tenants write, within the policies that say so. What they write stays in this database: it never reaches the \
        ledger, an export removes a row of theirs that takes a unique value of the ledger's, and it overwrites a row of \
        the ledger's that they changed when that changes in the ledger.
        """

    private static func omissions(_ schema: Schema) -> String {
        let omissions = SQLiteDialect().omissions(of: schema)
        if omissions.isEmpty { return "" }
        return "\n## What SQLite leaves out\n\n" + omissions.map { "- \($0)\n" }.joined()
    }

    private static func block(_ sql: String) -> String { "\n```sql\n\(sql)\n```\n" }

    private static func table(_ header: [String], _ rows: [[String]]) -> String {
        let cells = rows.map { $0.map(self.escaped) }
        return ([header, header.map { _ in "---" }] + cells).map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }

    /// A bar would end the cell.
    private static func escaped(_ cell: String) -> String {
        cell.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
            .split(separator: "\n").joined(separator: " ")
    }
}
