import LedgerEvents
import LedgerRelations

/// Where schemas depart from the documents that describe them, from the declarations.
package enum DeviationList {
    /// A section for each schema that departs from anything.
    package static func markdown(_ schemas: [Schema]) -> String {
        schemas.map(self.markdown).filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func markdown(_ schema: Schema) -> String {
        let parts = [("", schema.deviations)] + schema.tables.map { ("\n## \($0.name)\n", $0.deviations) }
        let sections = parts.filter { !$0.1.isEmpty }.map { "\($0.0)\n\(DataDictionary.table(of: $0.1))" }
        return sections.isEmpty ? "" : "# Schema `\(schema.name)`\n" + sections.joined()
    }

    /// `[{"schema":…,"table":…,"subject":…,"documented":…,"reason":…,"ours":…}]`; without a table where it is no single
    /// one's.
    package static func json(_ schemas: [Schema]) -> String {
        var json = JSONWriter()
        json.beginArray()
        for schema in schemas {
            for deviation in schema.deviations { self.write(deviation, nil, schema, &json) }
            for table in schema.tables {
                for deviation in table.deviations { self.write(deviation, table, schema, &json) }
            }
        }
        json.endArray()
        return json.text
    }

    private static func write(
        _ deviation: Deviation, _ table: TableDeclaration?, _ schema: Schema, _ json: inout JSONWriter
    ) {
        json.beginObject()
        let members = [
            ("schema", schema.name), ("table", table?.name), ("subject", deviation.subject),
            ("documented", deviation.documented), ("reason", deviation.reason), ("ours", deviation.ours),
        ]
        for case (let name, let text?) in members {
            json.key(name)
            json.string(text)
        }
        json.endObject()
    }
}
