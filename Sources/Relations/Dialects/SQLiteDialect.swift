/// SQLite 3.24 and later. One file holds one schema, so names are not qualified.
///
/// What SQLite has no type for is TEXT: UUIDs in lower case, instants as ISO 8601 UTC with microseconds, JSON, and text
/// arrays as JSON arrays. A decimal has NUMERIC affinity, so that comparisons and `SUM()` work: it comes back exactly
/// with up to 15 significant digits; beyond, it is the nearest double (https://www.sqlite.org/datatype3.html, section
/// 3). The data dictionary says so of each column that may hold more.
public struct SQLiteDialect: SQLDialect {
    public let name = "SQLite"

    public init() {}

    public func type(_ type: SQLType, in schema: Schema) -> String {
        switch type {
        case .uuid, .text, .varchar, .char, .timestamptz, .date, .jsonb, .textArray, .enumeration: "TEXT"
        case .boolean, .integer, .bigint: "INTEGER"
        case .double: "REAL"
        case .numeric: "NUMERIC"
        case .bytea: "BLOB"
        }
    }

    public func literal(_ value: SQLValue) -> String {
        switch value {
        case .null: "NULL"
        case .bool(let value): value ? "1" : "0"
        case .integer(let value): String(value)
        case .double(let value):
            value.isFinite ? value.description : value.isNaN ? "NULL" : value < 0 ? "-9e999" : "9e999"
        case .numeric: value.text ?? ""
        case .bytes(let bytes):
            "x'" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
        case .text, .uuid, .timestamp, .date, .json, .textArray: self.quotedText(value.text ?? "")
        }
    }

    public func `default`(_ value: SQLDefault) -> String? {
        switch value {
        case .value(let value): self.literal(value)
        case .now: "(strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))"
        case .randomUUID: nil
        case .expression(_, let sqlite): sqlite.map { "(\($0))" }
        }
    }

    public func qualified(_ table: String, in schema: Schema) -> String {
        self.quoted(table)
    }

    public func statementsBeforeLoad(_ schema: Schema) -> [String] {
        schema.tables.map { table in
            var lines = table.columns.map { self.columnLine($0, in: schema) }
            lines.append("PRIMARY KEY (\(self.quotedList(table.primaryKey)))")
            lines += table.uniques.filter { !$0.nullsNotDistinct }.map { self.uniqueLine($0) }
            lines += table.columns.compactMap { self.membershipLine($0, of: table) }
            lines += table.checks.compactMap { check in
                check.sqlite.map { "CONSTRAINT \(self.quoted(check.name)) CHECK (\($0))" }
            }
            lines += table.foreignKeys.map { self.foreignKeyLine($0, in: schema) }
            return self.createTable(table, in: schema, lines: lines)
        }
    }

    public func statementsAfterLoad(_ schema: Schema) -> [String] {
        schema.tables.flatMap { table in
            table.indexes.filter { index in
                guard index.method == nil || index.method == "btree" else { return false }
                return index.parts.allSatisfy { part in
                    if case .expression = part { false } else { true }
                }
            }.map { index in
                var plain = index
                plain.method = nil
                return self.createIndex(plain, on: table, in: schema)
            }
        }
    }
}
