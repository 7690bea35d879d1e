import Relations

/// Tables in a PostgreSQL schema, written in one transaction that also says up to where: the first run creates and
/// loads them, a later one brings over what changed. Needs no more than a role that may create the schema, or that owns
/// an empty one.
public struct PostgresExporter: Exporter {
    /// `postgres://user@host/database`, or libpq's keywords.
    public let conninfo: String

    public init(_ conninfo: String) { self.conninfo = conninfo }

    public func export(_ source: some RelationSource, progress: ExportProgress?) throws -> ExportReport {
        let start = ContinuousClock.now
        let connection = try PostgresConnection(self.conninfo)
        try connection.execute("BEGIN")
        do {
            let outcome = try self.write(source, connection, progress)
            try connection.execute("COMMIT")
            return ExportReport(
                target: connection.target, fromPosition: outcome.from, toPosition: source.position,
                tables: outcome.tables, seconds: (ContinuousClock.now - start).inSeconds)
        } catch {
            // The first error is the one to tell; closing the connection rolls back as well.
            _ = try? connection.execute("ROLLBACK")
            throw error
        }
    }

    private func write(
        _ source: some RelationSource, _ connection: PostgresConnection, _ progress: ExportProgress?
    ) throws -> (from: UInt64, tables: [ExportReport.Table]) {
        let schema = source.schema
        _ = try connection.query(
            "SELECT pg_advisory_xact_lock(hashtextextended('agentledger export of ' || $1, 0))", [schema.name])
        if let bookmark = try PostgresBookmark.read(schema, connection) {
            try bookmark.check(against: source, target: "schema \(schema.name) of \(connection.target)")
            if bookmark.position == source.position { return (bookmark.position, schema.tables.map(Self.untouched)) }
            let update = PostgresUpdate(connection: connection, schema: schema, after: bookmark.position)
            let tables = try update.write(source, progress)
            try connection.execute(PostgresBookmark.advance(to: source))
            return (bookmark.position, tables)
        }
        return (0, try self.load(source, connection, progress))
    }

    private static func untouched(_ table: TableDeclaration) -> ExportReport.Table { .init(name: table.name, rows: 0) }

    /// The first run: tables, rows, then keys and indexes over them.
    private func load(
        _ source: some RelationSource, _ connection: PostgresConnection, _ progress: ExportProgress?
    ) throws -> [ExportReport.Table] {
        let dialect = PostgreSQLDialect()
        let schema = source.schema
        for statement in dialect.statementsBeforeLoad(schema).dropFirst(
            try self.schemaStands(schema, connection) ? 1 : 0)
        {
            try connection.execute(statement)
        }
        let tables = try schema.tables.map { table in
            // FREEZE: the table is this transaction's own, so its rows need no second visit to be marked visible.
            let target =
                "\(dialect.qualified(table.name, in: schema)) (\(dialect.quotedList(table.columns.map(\.name))))"
            return try PostgresCopy(connection: connection, table: table)
                .rows(of: source, changedAfter: nil, into: "COPY \(target) FROM STDIN WITH (FREEZE)", progress)
        }
        for statement in dialect.statementsAfterLoad(schema) + PostgresBookmark.creation(of: source) {
            try connection.execute(statement)
        }
        return tables
    }

    /// Whether the schema is there, and empty; one that holds anything is not ours.
    private func schemaStands(_ schema: Schema, _ connection: PostgresConnection) throws -> Bool {
        let answer = try connection.query(
            """
            SELECT count(c.oid) + count(t.oid) FROM pg_namespace n
            LEFT JOIN pg_class c ON c.relnamespace = n.oid LEFT JOIN pg_type t ON t.typnamespace = n.oid
            WHERE n.nspname = $1 GROUP BY n.oid
            """, [schema.name])
        guard let held = answer.first?.first else { return false }
        guard held == "0" else {
            throw ExportError(
                .notOurs,
                "\(connection.target) already has a schema \(schema.name) that we did not write: rename it, or choose "
                    + "another database")
        }
        return true
    }
}
