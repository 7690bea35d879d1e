import Relations

/// A later run: what changed since a position is copied into a temporary table and merged from there, parents first;
/// then what is gone is removed, children first.
struct PostgresUpdate {
    let connection: PostgresConnection
    let schema: Schema
    let after: UInt64
    private let dialect = PostgreSQLDialect()
    private static let stage = "\"pg_temp\".\"agentledger_stage\""

    init(connection: PostgresConnection, schema: Schema, after: UInt64) {
        self.connection = connection
        self.schema = schema
        self.after = after
    }

    func write(_ source: some RelationSource, _ progress: ExportProgress?) throws -> [ExportReport.Table] {
        var loosened: [TableDeclaration] = []
        var reports: [String: ExportReport.Table] = [:]
        for table in self.schema.tables {
            let stage = try self.createStage(table, columns: table.columns.map(\.name))
            reports[table.name] = try PostgresCopy(connection: self.connection, table: table)
                .rows(of: source, changedAfter: self.after, into: stage, progress)
            if reports[table.name]?.rows != 0, try self.merge(table) == .loosened { loosened.append(table) }
            try self.connection.execute("DROP TABLE \(Self.stage)")
        }
        for table in self.schema.tables.reversed() {
            let stage = try self.createStage(table, columns: table.primaryKey)
            try PostgresCopy(connection: self.connection, table: table)
                .removedKeys(of: source, after: self.after, into: stage)
            reports[table.name]?.removed = try self.remove(table)
            try self.connection.execute("DROP TABLE \(Self.stage)")
        }
        for statement in loosened.flatMap({ self.dialect.uniquenessStatements($0, in: self.schema) }) {
            try self.connection.execute(statement)
        }
        return self.schema.tables.compactMap { reports[$0.name] }
    }

    /// Returns the COPY statement that fills it.
    private func createStage(_ table: TableDeclaration, columns: [String]) throws -> String {
        let list = self.dialect.quotedList(columns)
        try self.connection.execute(
            "CREATE TEMPORARY TABLE \"agentledger_stage\" ON COMMIT DROP AS SELECT \(list) FROM \(self.name(table)) "
                + "WITH NO DATA")
        return "COPY \(Self.stage) (\(list)) FROM STDIN"
    }

    private enum Merge { case merged, loosened }

    /// Rows may trade unique values among themselves (A takes the name that B gives up), which a merge row by row
    /// would refuse. Then the table's uniqueness is taken off, and put back over the final rows.
    private func merge(_ table: TableDeclaration) throws -> Merge {
        guard table.hasUniquenessBeyondPrimaryKey else {
            try self.connection.execute(self.upsert(table))
            return .merged
        }
        try self.connection.execute("SAVEPOINT merge")
        do {
            try self.connection.execute(self.upsert(table))
            return .merged
        } catch {
            guard (error.cause as? PostgresRefusal)?.sqlState == "23505" else { throw error }
            try self.connection.execute("ROLLBACK TO SAVEPOINT merge")
            for unique in table.uniques {
                try self.connection.execute(
                    "ALTER TABLE \(self.name(table)) DROP CONSTRAINT \(self.dialect.quoted(unique.name ?? ""))")
            }
            for index in table.indexes where index.isUnique {
                try self.connection.execute("DROP INDEX \(self.dialect.qualified(index.name, in: self.schema))")
            }
            try self.connection.execute(self.upsert(table))
            return .loosened
        }
    }

    private func upsert(_ table: TableDeclaration) -> String {
        let columns = table.columns.map(\.name)
        let changing = columns.filter { !table.primaryKey.contains($0) }.map { column in
            "\(self.dialect.quoted(column)) = EXCLUDED.\(self.dialect.quoted(column))"
        }
        let action = changing.isEmpty ? "NOTHING" : "UPDATE SET \(changing.joined(separator: ", "))"
        return "INSERT INTO \(self.name(table)) (\(self.dialect.quotedList(columns))) "
            + "SELECT \(self.dialect.quotedList(columns)) FROM \(Self.stage) "
            + "ON CONFLICT (\(self.dialect.quotedList(table.primaryKey))) DO \(action)"
    }

    private func remove(_ table: TableDeclaration) throws -> Int {
        let matches = table.primaryKey.map { key in "t.\(self.dialect.quoted(key)) = s.\(self.dialect.quoted(key))" }
        return try self.connection.execute(
            "DELETE FROM \(self.name(table)) t USING \(Self.stage) s WHERE \(matches.joined(separator: " AND "))")
    }

    private func name(_ table: TableDeclaration) -> String { self.dialect.qualified(table.name, in: self.schema) }
}
