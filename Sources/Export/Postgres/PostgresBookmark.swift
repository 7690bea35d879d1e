import LedgerPostgres
import LedgerRelations

/// The bookkeeping table `<schema>.agentledger_export`: one row, in the transaction that writes the rows.
enum PostgresBookmark {
    static func creation(of source: some RelationSource) -> [String] {
        let dialect = PostgreSQLDialect()
        let name = dialect.qualified(Bookmark.table, in: source.schema)
        return [
            """
            CREATE TABLE \(name) (
                "ledger_id" text PRIMARY KEY,
                "schema_version" integer NOT NULL,
                "position" bigint NOT NULL,
                "exported_at" timestamptz DEFAULT now() NOT NULL,
                "made" text[] NOT NULL
            )
            """,
            "INSERT INTO \(name) (\"ledger_id\", \"schema_version\", \"position\", \"made\") "
                + "VALUES (\(dialect.quotedText(source.ledgerID)), \(source.schema.version), \(source.position), "
                + "\(dialect.literal(.textArray(self.made(source.schema)))))",
        ]
    }

    /// What a later version has to take away: `TABLE workflows`, …
    private static func made(_ schema: Schema) -> [String] {
        let types = schema.enumerations == .types ? schema.enumerationTypes.map { "TYPE \($0.name)" } : []
        return schema.views.map { "VIEW \($0.name)" } + schema.tables.map { "TABLE \($0.name)" } + types
            + [PostgresOrphans.table, Bookmark.table].map { "TABLE \($0)" }
    }

    static func advance(to source: some RelationSource) -> String {
        let name = PostgreSQLDialect().qualified(Bookmark.table, in: source.schema)
        return "UPDATE \(name) SET \"position\" = \(source.position), \"exported_at\" = now()"
    }

    /// What the target holds; nil when it has no bookkeeping table.
    static func read(_ schema: Schema, _ connection: PostgresConnection) throws -> Bookmark? {
        let name = PostgreSQLDialect().qualified(Bookmark.table, in: schema)
        guard try connection.query("SELECT to_regclass($1)", [name]).first?.first != .some(.none) else { return nil }
        let rows = try connection.query("SELECT \"ledger_id\", \"schema_version\", \"position\" FROM \(name)")
        guard rows.count == 1, let ledger = rows[0][0], let version = rows[0][1].flatMap({ Int($0) }),
            let position = rows[0][2].flatMap({ UInt64($0) })
        else {
            throw ExportError(
                .notOurs,
                "\(name) in \(connection.target) does not hold the one row that we write: choose another target")
        }
        return Bookmark(ledgerID: ledger, schema: schema.name, schemaVersion: version, position: position)
    }
}
