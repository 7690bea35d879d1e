import GRDB
import LedgerRelations

/// The bookkeeping table `agentledger_export` of an SQLite file: one row.
enum SQLiteBookmark {
    static func create(of source: some RelationSource, _ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE "\(Bookmark.table)" (
                    "ledger_id" TEXT PRIMARY KEY NOT NULL,
                    "schema" TEXT NOT NULL,
                    "schema_version" INTEGER NOT NULL,
                    "position" INTEGER NOT NULL,
                    "exported_at" TEXT NOT NULL,
                    "made" TEXT NOT NULL,
                    "row_counts" TEXT
                )
                """)
        try database.execute(
            sql: "INSERT INTO \"\(Bookmark.table)\" VALUES (?, ?, ?, ?, \(self.now), ?, NULL)",
            arguments: [
                source.ledgerID, source.schema.name, source.schema.version, Int64(source.position),
                self.made(source.schema).joined(separator: "\n"),
            ])
    }

    /// What a later version has to take away, views first.
    private static func made(_ schema: Schema) -> [String] {
        schema.views.filter { $0.sqlite != nil }.map { "VIEW \($0.name)" } + schema.tables.map { "TABLE \($0.name)" }
            + [SQLiteOrphans.table, Bookmark.table].map { "TABLE \($0)" }
    }

    /// Takes the tables of an older version of the schema away.
    static func dropOlder(_ database: Database) throws {
        let dialect = SQLiteDialect()
        let made = try String.fetchOne(database, sql: "SELECT \"made\" FROM \"\(Bookmark.table)\"") ?? ""
        let held = try String.fetchAll(
            database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'agentledger_held_back_*'"
        )
        for line in made.split(separator: "\n") + held.map({ "TABLE \($0)" }) {
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            try database.execute(sql: "DROP \(parts[0]) IF EXISTS \(dialect.quoted(parts[1]))")
        }
    }

    static func advance(to source: some RelationSource, _ database: Database) throws {
        try database.execute(
            sql: "UPDATE \"\(Bookmark.table)\" SET \"position\" = ?, \"exported_at\" = \(self.now)",
            arguments: [Int64(source.position)])
    }

    /// What the file holds; nil when it has no bookkeeping table of ours.
    static func read(_ database: Database) throws -> Bookmark? {
        let columns = "ledger_id,schema,schema_version,position,exported_at,made"
        let found = try Self.columns(database)
        // Earlier exports counted no rows.
        guard found == columns || found == "\(columns),row_counts",
            let row = try Row.fetchOne(database, sql: "SELECT * FROM \"\(Bookmark.table)\""),
            let ledger = String.fromDatabaseValue(row[0]), let schema = String.fromDatabaseValue(row[1]),
            let version = Int.fromDatabaseValue(row[2]), let position = UInt64.fromDatabaseValue(row[3])
        else { return nil }
        return Bookmark(ledgerID: ledger, schema: schema, schemaVersion: version, position: position)
    }

    private static func columns(_ database: Database) throws -> String? {
        try String.fetchOne(
            database, sql: "SELECT group_concat(name) FROM pragma_table_info(?)", arguments: [Bookmark.table])
    }

    /// Keeps how many rows each table has, by its name; nil: nobody counted.
    static func keep(rowCounts: [String: Int]?, _ database: Database) throws {
        if try Self.columns(database)?.hasSuffix(",row_counts") == false {
            try database.execute(sql: "ALTER TABLE \"\(Bookmark.table)\" ADD COLUMN \"row_counts\" TEXT")
        }
        let lines = rowCounts.map { counts in
            counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: "\n")
        }
        try database.execute(
            sql: "UPDATE \"\(Bookmark.table)\" SET \"row_counts\" = ?1 WHERE \"row_counts\" IS NOT ?1",
            arguments: [lines])
    }

    /// What `keep` kept; empty where nobody counted.
    static func rowCounts(_ database: Database) throws -> [String: Int] {
        guard try Self.columns(database)?.hasSuffix(",row_counts") ?? false,
            let text = try String.fetchOne(database, sql: "SELECT \"row_counts\" FROM \"\(Bookmark.table)\"")
        else { return [:] }
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        return Dictionary(uniqueKeysWithValues: lines.map { (String($0[0]), Int($0[1]) ?? 0) })
    }

    /// The time of the statement, as SQL.
    static let now = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"
}
