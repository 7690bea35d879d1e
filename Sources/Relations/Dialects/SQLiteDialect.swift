/// SQLite 3.24 and later. One file holds one schema, so names are not qualified.
///
/// What SQLite has no type for is TEXT: UUIDs in lower case, instants as ISO 8601 UTC with microseconds, JSON, and text
/// arrays as JSON arrays. A decimal has NUMERIC affinity, so that comparisons and `SUM()` work: it comes back exactly
/// with up to 15 significant digits; beyond, it is the nearest double (https://www.sqlite.org/datatype3.html, section
/// 3). The data dictionary says so of each column that may hold more.
package struct SQLiteDialect: SQLDialect {
    package let name = "SQLite"

    package init() {}

    package func type(_ type: SQLType, in schema: Schema) -> String {
        switch type {
        case .uuid, .text, .varchar, .char, .timestamptz, .date, .jsonb, .textArray, .enumeration: "TEXT"
        case .boolean, .integer, .bigint: "INTEGER"
        case .double: "REAL"
        case .numeric: "NUMERIC"
        case .bytea: "BLOB"
        }
    }

    package func literal(_ value: SQLValue) -> String {
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

    package func `default`(_ value: SQLDefault) -> String? {
        switch value {
        case .value(let value): self.literal(value)
        case .now: "(strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))"
        case .randomUUID: nil
        case .expression(_, let sqlite): sqlite.map { "(\($0))" }
        }
    }

    package func qualified(_ table: String, in schema: Schema) -> String {
        self.quoted(table)
    }

    package func statementsBeforeLoad(_ schema: Schema) -> [String] {
        schema.tables.map { table in
            var lines = table.columns.map { self.columnLine($0, in: schema) }
            lines += table.generatedColumns.map { self.generatedLine($0, in: schema) }
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

    package func statementsAfterLoad(_ schema: Schema) -> [String] {
        let indexes = schema.tables.flatMap { table in
            table.uniques.filter(\.nullsNotDistinct).map { self.createNullSafeIndex($0, on: table, in: schema) }
                + table.indexes.filter(self.isSpelled).map { index in
                    var plain = index
                    plain.method = nil
                    return self.createIndex(plain, on: table, in: schema)
                }
        }
        return indexes
            + schema.views.compactMap { view in view.sqlite.map { "CREATE VIEW \(self.quoted(view.name)) AS \($0)" } }
    }

    /// What of a schema has no form in SQLite, one line each.
    package func omissions(of schema: Schema) -> [String] {
        var omissions = schema.tables.flatMap(self.omissions)
        for view in schema.views where view.sqlite == nil { omissions.append("the view \(view.name)") }
        for routine in schema.routines { omissions.append("the routine \(routine.name)") }
        return omissions
    }

    private func omissions(of table: TableDeclaration) -> [String] {
        var omissions: [String] = []
        for index in table.indexes where !self.isSpelled(index) {
            let reason = index.method.map { "there are no \($0) indexes" } ?? "it covers an expression"
            omissions.append("the index \(index.name) of \(table.name): \(reason)")
        }
        for check in table.checks where check.sqlite == nil {
            omissions.append("the check \(check.name) of \(table.name)")
        }
        for column in table.columns {
            guard let value = column.default, self.default(value) == nil else { continue }
            omissions.append("the default of \(table.name).\(column.name)")
        }
        for trigger in table.triggers { omissions.append("the trigger \(trigger.name) of \(table.name)") }
        if let column = table.partitioning?.column {
            omissions.append("the partitions of \(table.name) by \(column): the table is whole")
        }
        if !table.policies.isEmpty {
            omissions.append("the policies of \(table.name): who can read the file reads all of it")
        }
        return omissions
    }

    private func isSpelled(_ index: TableIndex) -> Bool {
        guard index.method == nil || index.method == "btree" else { return false }
        return index.parts.allSatisfy { part in
            if case .expression = part { false } else { true }
        }
    }

    /// Two nulls count as equal: a null stands as a blob in the index, which no column that may be null holds.
    private func createNullSafeIndex(_ unique: Unique, on table: TableDeclaration, in schema: Schema) -> String {
        let parts = unique.columns.map { column in
            table.column(column)?.nullable ?? false
                ? "ifnull(\(self.quoted(column)), x'')" : self.quoted(column)
        }
        return "CREATE UNIQUE INDEX \(self.quoted(unique.name ?? "")) ON "
            + "\(self.qualified(table.name, in: schema)) (\(parts.joined(separator: ", ")))"
    }
}
