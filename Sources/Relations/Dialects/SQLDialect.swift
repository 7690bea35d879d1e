/// How one database spells a schema. Statements come without the closing semicolon.
@usableFromInline package protocol SQLDialect: Sendable {
    var name: String { get }
    func type(_ type: SQLType, in schema: Schema) -> String
    func literal(_ value: SQLValue) -> String
    func `default`(_ value: SQLDefault) -> String?
    /// The table's name as statements say it.
    func qualified(_ table: String, in schema: Schema) -> String
    /// What must stand before rows are loaded.
    func statementsBeforeLoad(_ schema: Schema) -> [String]
    /// Keys and indexes, which are cheaper to build over loaded rows.
    func statementsAfterLoad(_ schema: Schema) -> [String]
}

extension SQLDialect {
    /// An identifier, quoted whether it needs it or not: `"order"`.
    package func quoted(_ identifier: String) -> String {
        "\"" + identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    package func quotedList(_ identifiers: [String]) -> String {
        identifiers.map { self.quoted($0) }.joined(separator: ", ")
    }

    /// A string literal in standard SQL: quotes are doubled, backslashes stand for themselves.
    package func quotedText(_ text: String) -> String {
        let parts = StorableText.text(text).split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: "''") + "'"
    }

    /// The whole schema as one script, without rows.
    package func script(_ schema: Schema) -> String {
        (self.statementsBeforeLoad(schema) + self.statementsAfterLoad(schema)).map { $0 + ";\n" }
            .joined(separator: "\n")
    }

    func columnLine(_ column: ColumnDeclaration, in schema: Schema) -> String {
        var line = "\(self.quoted(column.name)) \(self.type(column.type, in: schema))"
        if let text = column.default.flatMap({ self.default($0) }) { line += " DEFAULT \(text)" }
        if !column.nullable { line += " NOT NULL" }
        return line
    }

    package func generatedLine(_ column: GeneratedColumn, in schema: Schema) -> String {
        "\(self.quoted(column.name)) \(self.type(column.type, in: schema)) GENERATED ALWAYS AS (\(column.sql)) STORED"
    }

    /// `"status" IN ('active', 'paused')`, for a dialect or a style without enumeration types.
    func membershipLine(_ column: ColumnDeclaration, of table: TableDeclaration) -> String? {
        guard case .enumeration(_, let values) = column.type else { return nil }
        let words = values.map { self.quotedText($0) }.joined(separator: ", ")
        return "CONSTRAINT \(self.quoted("\(table.name)_\(column.name)_check")) "
            + "CHECK (\(self.quoted(column.name)) IN (\(words)))"
    }

    func uniqueLine(_ unique: Unique) -> String {
        "CONSTRAINT \(self.quoted(unique.name ?? "")) UNIQUE \(unique.nullsNotDistinct ? "NULLS NOT DISTINCT " : "")"
            + "(\(self.quotedList(unique.columns)))"
    }

    func foreignKeyLine(_ key: ForeignKey, in schema: Schema) -> String {
        var line =
            "CONSTRAINT \(self.quoted(key.name ?? "")) FOREIGN KEY (\(self.quotedList(key.columns))) "
            + "REFERENCES \(self.qualified(key.table, in: schema)) (\(self.quotedList(key.referencedColumns)))"
        if key.onDelete != .noAction { line += " ON DELETE \(key.onDelete.rawValue)" }
        if key.isDeferred { line += " DEFERRABLE INITIALLY DEFERRED" }
        return line
    }

    func createTable(_ table: TableDeclaration, in schema: Schema, lines: [String]) -> String {
        "CREATE TABLE \(self.qualified(table.name, in: schema)) (\n    " + lines.joined(separator: ",\n    ") + "\n)"
    }

    func createIndex(_ index: TableIndex, on table: TableDeclaration, in schema: Schema) -> String {
        let parts = index.parts.map { part in
            switch part {
            case .ascending(let column): self.quoted(column)
            case .descending(let column): self.quoted(column) + " DESC"
            case .expression(let sql): "(\(sql))"
            }
        }
        var statement =
            "CREATE \(index.isUnique ? "UNIQUE " : "")INDEX \(self.quoted(index.name)) "
            + "ON \(self.qualified(table.name, in: schema))"
        if let method = index.method { statement += " USING \(method)" }
        statement += " (\(parts.joined(separator: ", ")))"
        if let condition = index.condition { statement += " WHERE \(condition)" }
        return statement
    }
}
