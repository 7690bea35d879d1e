/// PostgreSQL 12 and later; `UNIQUE NULLS NOT DISTINCT` asks for 15.
public struct PostgreSQLDialect: SQLDialect {
    public let name = "PostgreSQL"

    public init() {}

    public func type(_ type: SQLType, in schema: Schema) -> String {
        switch type {
        case .uuid: "uuid"
        case .text: "text"
        case .varchar(let length): "varchar(\(length))"
        case .char(let length): "char(\(length))"
        case .boolean: "boolean"
        case .integer: "integer"
        case .bigint: "bigint"
        case .double: "double precision"
        case .numeric(let precision, let scale): "numeric(\(precision), \(scale))"
        case .timestamptz: "timestamptz"
        case .date: "date"
        case .jsonb: "jsonb"
        case .bytea: "bytea"
        case .textArray: "text[]"
        case .enumeration(let name, _): schema.enumerations == .types ? self.qualified(name, in: schema) : "text"
        }
    }

    public func literal(_ value: SQLValue) -> String {
        var encoder = CellEncoder(capacity: 64)
        switch value {
        case .null: return "NULL"
        case .bool(let value): return value ? "true" : "false"
        case .integer, .numeric: encoder.appendCSV(value)
        case .double(let number) where number.isFinite: encoder.appendCSV(value)
        case .text(let text): return self.quotedText(text)
        case .json(let json): return self.quotedText(StorableText.json(json)) + "::jsonb"
        case .textArray(let elements): return self.quotedText(CellEncoder.arrayLiteral(elements)) + "::text[]"
        case .double, .uuid, .timestamp, .date, .bytes:
            encoder.buffer.append(UInt8(ascii: "'"))
            encoder.appendCSV(value)
            encoder.buffer.append(UInt8(ascii: "'"))
        }
        return encoder.buffer.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    public func `default`(_ value: SQLDefault) -> String? {
        switch value {
        case .value(let value): self.literal(value)
        case .now: "now()"
        case .randomUUID: "gen_random_uuid()"
        case .expression(let sql, sqlite: _): sql
        }
    }

    public func qualified(_ table: String, in schema: Schema) -> String {
        "\(self.quoted(schema.name)).\(self.quoted(table))"
    }

    public func statementsBeforeLoad(_ schema: Schema) -> [String] {
        var statements = ["CREATE SCHEMA \(self.quoted(schema.name))"]
        if schema.enumerations == .types {
            statements += schema.enumerationTypes.map { type in
                "CREATE TYPE \(self.qualified(type.name, in: schema)) AS ENUM "
                    + "(\(type.values.map { self.quotedText($0) }.joined(separator: ", ")))"
            }
        }
        return statements + schema.tables.map { self.createTable($0, in: schema) }
    }

    private func createTable(_ table: TableDeclaration, in schema: Schema) -> String {
        var lines = table.columns.map { self.columnLine($0, in: schema) }
        if schema.enumerations == .checks {
            lines += table.columns.compactMap { self.membershipLine($0, of: table) }
        }
        lines += table.checks.map { "CONSTRAINT \(self.quoted($0.name)) CHECK (\($0.postgreSQL))" }
        return self.createTable(table, in: schema, lines: lines)
    }

    public func statementsAfterLoad(_ schema: Schema) -> [String] {
        let keys = schema.tables.flatMap { table in
            ["\(self.alter(table, in: schema)) ADD PRIMARY KEY (\(self.quotedList(table.primaryKey)))"]
                + self.uniquenessStatements(table, in: schema)
                + table.indexes.filter { !$0.isUnique }.map { self.createIndex($0, on: table, in: schema) }
        }
        let references = schema.tables.flatMap { table in
            table.foreignKeys.map { "\(self.alter(table, in: schema)) ADD \(self.foreignKeyLine($0, in: schema))" }
        }
        return keys + references + schema.tables.flatMap { self.comments($0, in: schema) }
    }

    /// Unique constraints and unique indexes beyond the primary key.
    public func uniquenessStatements(_ table: TableDeclaration, in schema: Schema) -> [String] {
        table.uniques.map { "\(self.alter(table, in: schema)) ADD \(self.uniqueLine($0))" }
            + table.indexes.filter(\.isUnique).map { self.createIndex($0, on: table, in: schema) }
    }

    private func alter(_ table: TableDeclaration, in schema: Schema) -> String {
        "ALTER TABLE \(self.qualified(table.name, in: schema))"
    }

    private func comments(_ table: TableDeclaration, in schema: Schema) -> [String] {
        let name = self.qualified(table.name, in: schema)
        return (table.description.map { ["COMMENT ON TABLE \(name) IS \(self.quotedText($0))"] } ?? [])
            + table.columns.compactMap { column in
                let words = [column.description, column.unit.map { "Unit: \($0)." }].compactMap { $0 }
                guard !words.isEmpty else { return nil }
                return "COMMENT ON COLUMN \(name).\(self.quoted(column.name)) IS "
                    + self.quotedText(words.joined(separator: " "))
            }
    }
}
