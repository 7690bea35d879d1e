/// PostgreSQL 12 and later; `UNIQUE NULLS NOT DISTINCT` asks for 15.
package struct PostgreSQLDialect: SQLDialect {
    package let name = "PostgreSQL"
    /// Whether the policies by which tenants write are created, and not only those by which they read.
    package let tenantWrites: Bool

    package init(tenantWrites: Bool = false) { self.tenantWrites = tenantWrites }

    package func type(_ type: SQLType, in schema: Schema) -> String {
        switch type {
        case .uuid: "uuid"
        case .text: "text"
        case .varchar(let length): length.map { "varchar(\($0))" } ?? "varchar"
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

    package func literal(_ value: SQLValue) -> String {
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

    package func `default`(_ value: SQLDefault) -> String? {
        switch value {
        case .value(let value): self.literal(value)
        case .now: "now()"
        case .randomUUID: "gen_random_uuid()"
        case .expression(let sql, sqlite: _): sql
        }
    }

    package func qualified(_ table: String, in schema: Schema) -> String {
        "\(self.quoted(schema.name)).\(self.quoted(table))"
    }

    package func statementsBeforeLoad(_ schema: Schema) -> [String] {
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
        lines += table.generatedColumns.map { self.generatedLine($0, in: schema) }
        if schema.enumerations == .checks {
            lines += table.columns.compactMap { self.membershipLine($0, of: table) }
        }
        lines += table.checks.map { "CONSTRAINT \(self.quoted($0.name)) CHECK (\($0.postgreSQL))" }
        let pieces = table.partitioning.map { " PARTITION BY RANGE (\(self.quoted($0.column)))" } ?? ""
        return self.createTable(table, in: schema, lines: lines) + pieces
    }

    package func statementsAfterLoad(_ schema: Schema) -> [String] {
        self.keyStatements(schema) + self.referenceStatements(schema) + self.closingStatements(schema)
    }

    /// Primary keys, uniqueness, indexes.
    package func keyStatements(_ schema: Schema) -> [String] {
        schema.tables.flatMap { table in
            ["\(self.alter(table, in: schema)) ADD PRIMARY KEY (\(self.quotedList(table.primaryKey)))"]
                + self.uniquenessStatements(table, in: schema)
                + table.indexes.filter { !$0.isUnique }.map { self.createIndex($0, on: table, in: schema) }
        }
    }

    /// Foreign keys, which hold from here on.
    package func referenceStatements(_ schema: Schema) -> [String] {
        schema.tables.flatMap { table in
            table.foreignKeys.map { "\(self.alter(table, in: schema)) ADD \(self.foreignKeyLine($0, in: schema))" }
        }
    }

    /// Takes the foreign keys off again.
    package func referenceRemovals(_ schema: Schema) -> [String] {
        schema.tables.flatMap { table in
            table.foreignKeys.map {
                "\(self.alter(table, in: schema)) DROP CONSTRAINT \(self.quoted($0.name ?? ""))"
            }
        }
    }

    /// Views, routines, triggers, who may see and do what, and comments.
    package func closingStatements(_ schema: Schema) -> [String] {
        self.viewStatements(schema, "CREATE VIEW") + schema.routines.map(\.postgreSQL)
            + schema.tables.flatMap { table in table.triggers.map { self.createTrigger($0, on: table, in: schema) } }
            + self.accessStatements(schema) + schema.tables.flatMap { self.comments($0, in: schema) }
    }

    /// The same over what is there, without comments.
    package func restoringStatements(_ schema: Schema) -> [String] {
        let triggers = schema.tables.flatMap { table in
            table.triggers.flatMap { trigger in
                [
                    "DROP TRIGGER IF EXISTS \(self.quoted(trigger.name)) ON \(self.qualified(table.name, in: schema))",
                    self.createTrigger(trigger, on: table, in: schema),
                ]
            }
        }
        return self.viewStatements(schema, "CREATE OR REPLACE VIEW") + schema.routines.map(\.postgreSQL) + triggers
            + self.accessStatements(schema)
    }

    private func createTrigger(_ trigger: Trigger, on table: TableDeclaration, in schema: Schema) -> String {
        "CREATE TRIGGER \(self.quoted(trigger.name)) \(trigger.timing) "
            + "ON \(self.qualified(table.name, in: schema)) FOR EACH ROW EXECUTE FUNCTION \(trigger.call)"
    }

    private func viewStatements(_ schema: Schema, _ command: String) -> [String] {
        schema.views.flatMap { view in
            let name = self.qualified(view.name, in: schema)
            // A view reads with its owner's rights, past every policy, unless told otherwise.
            let rights = schema.roles.isEmpty ? "" : " WITH (security_invoker = true)"
            return ["\(command) \(name)\(rights) AS \(view.postgreSQL)"]
                + (view.description.map { ["COMMENT ON VIEW \(name) IS \(self.quotedText($0))"] } ?? [])
        }
    }

    /// Unique constraints and unique indexes beyond the primary key.
    package func uniquenessStatements(_ table: TableDeclaration, in schema: Schema) -> [String] {
        table.uniques.map { "\(self.alter(table, in: schema)) ADD \(self.uniqueLine($0))" }
            + table.indexes.filter(\.isUnique).map { self.createIndex($0, on: table, in: schema) }
    }

    func alter(_ table: TableDeclaration, in schema: Schema) -> String {
        "ALTER TABLE \(self.qualified(table.name, in: schema))"
    }

    private func comments(_ table: TableDeclaration, in schema: Schema) -> [String] {
        let name = self.qualified(table.name, in: schema)
        let columns =
            table.columns.map { ($0.name, $0.description, $0.unit) }
            + table.generatedColumns.map { ($0.name, $0.description, nil) }
        return (table.description.map { ["COMMENT ON TABLE \(name) IS \(self.quotedText($0))"] } ?? [])
            + columns.compactMap { column, description, unit in
                let words = [description, unit.map { "Unit: \($0)." }].compactMap { $0 }
                guard !words.isEmpty else { return nil }
                return "COMMENT ON COLUMN \(name).\(self.quoted(column)) IS "
                    + self.quotedText(words.joined(separator: " "))
            }
    }
}
