import GRDB
import LedgerRelations

/// Rows that name a row which is not there (yet), by the rule that `PostgresOrphans` states. Rows that are held back
/// stand in a table of their own, `agentledger_held_back_…`, those that SQLite does not accept in their note.
struct SQLiteOrphans {
    let database: Database
    let schema: Schema
    private let dialect = SQLiteDialect()

    static let table = "agentledger_orphans"

    init(database: Database, schema: Schema) {
        self.database = database
        self.schema = schema
    }

    func create() throws {
        try self.database.execute(
            sql: """
                CREATE TABLE "\(Self.table)" (
                    "table_name" TEXT NOT NULL,
                    "row_key" TEXT NOT NULL,
                    "reference" TEXT NOT NULL,
                    "is_held_back" INTEGER NOT NULL,
                    "content" TEXT NOT NULL,
                    PRIMARY KEY ("table_name", "row_key", "reference")
                ) WITHOUT ROWID
                """)
    }

    /// Takes all orphans out. Taking a row out may orphan others, so it goes over the tables until nothing is left to
    /// do. Then adds to each report how many rows of the table miss a row that they name, and how many were refused.
    func sweep(countingIn reports: inout [ExportReport.Table]) throws {
        var moved = 0
        repeat {
            moved = 0
            for table in self.schema.tables {
                for key in table.foreignKeys { moved += try self.sweep(key, of: table) }
            }
        } while moved > 0
        let counts = try Row.fetchAll(
            self.database,
            sql: """
                SELECT "table_name", "reference" = ?, COUNT(DISTINCT "row_key") FROM "\(Self.table)" GROUP BY 1, 2
                """, arguments: [PostgresOrphans.refusal])
        for row in counts {
            let (name, isRefused, count): (String, Bool, Int) = (row[0], row[1], row[2])
            guard let index = reports.firstIndex(where: { $0.name == name }) else { continue }
            if isRefused { reports[index].refused = count } else { reports[index].orphans = count }
        }
    }

    /// Puts everything back as the ledger has it, to be swept again when the rows stand.
    func release() throws {
        // Rows first: a row may be held back with another of its references set to null.
        let notes = try Row.fetchAll(
            self.database,
            sql: """
                SELECT DISTINCT "table_name", "reference", "is_held_back" FROM "\(Self.table)"
                ORDER BY "is_held_back" DESC
                """)
        for note in notes {
            let (name, reference, isHeldBack): (String, String, Bool) = (note[0], note[1], note[2])
            guard let table = self.schema.table(name),
                let key = table.foreignKeys.first(where: { $0.name == reference })
            else { continue }
            if isHeldBack { try self.releaseRows(of: table) } else { try self.releaseReferences(key, of: table) }
        }
        try self.database.execute(
            sql: "DELETE FROM \"\(Self.table)\" WHERE \"reference\" <> ?", arguments: [PostgresOrphans.refusal])
    }

    private func sweep(_ key: LedgerRelations.ForeignKey, of table: TableDeclaration) throws -> Int {
        let name = self.dialect.quoted(table.name)
        let given = key.columns.map { "\(name).\(self.dialect.quoted($0)) IS NOT NULL" }.joined(separator: " AND ")
        let same = zip(key.referencedColumns, key.columns).map { parent, child in
            "p.\(self.dialect.quoted(parent)) = \(name).\(self.dialect.quoted(child))"
        }
        let missing =
            "\(given) AND NOT EXISTS "
            + "(SELECT 1 FROM \(self.dialect.quoted(key.table)) p WHERE \(same.joined(separator: " AND ")))"
        let nullable = key.columns.filter { table.column($0)?.nullable ?? false }
        try self.database.execute(
            sql: """
                INSERT OR REPLACE INTO "\(Self.table)" SELECT \(self.dialect.quotedText(table.name)), \
                \(self.object(table.primaryKey)), \(self.dialect.quotedText(key.name ?? "")), \
                \(nullable.isEmpty ? 1 : 0), \(self.object(key.columns)) FROM \(name) WHERE \(missing)
                """)
        if self.database.changesCount == 0 { return 0 }
        if nullable.isEmpty {
            let (held, columns) = (self.heldBack(table), self.columns(table))
            try self.database.execute(
                sql: "CREATE TABLE IF NOT EXISTS \(held) AS SELECT \(columns) FROM \(name) WHERE false")
            try self.database.execute(sql: "INSERT INTO \(held) SELECT \(columns) FROM \(name) WHERE \(missing)")
            try self.database.execute(sql: "DELETE FROM \(name) WHERE \(missing)")
        } else {
            let nulls = nullable.map { "\(self.dialect.quoted($0)) = NULL" }.joined(separator: ", ")
            try self.database.execute(sql: "UPDATE \(name) SET \(nulls) WHERE \(missing)")
        }
        return self.database.changesCount
    }

    private func releaseRows(of table: TableDeclaration) throws {
        let (held, columns) = (self.heldBack(table), self.columns(table))
        try self.database.execute(
            sql: "INSERT INTO \(self.dialect.quoted(table.name)) (\(columns)) SELECT \(columns) FROM \(held)")
        try self.database.execute(sql: "DELETE FROM \(held)")
    }

    private func releaseReferences(_ key: LedgerRelations.ForeignKey, of table: TableDeclaration) throws {
        let name = self.dialect.quoted(table.name)
        let values = key.columns.map { column in
            "\(self.dialect.quoted(column)) = json_extract(o.\"content\", '$.\(self.dialect.quoted(column))')"
        }
        let same = table.primaryKey.map { column in
            "\(name).\(self.dialect.quoted(column)) = json_extract(o.\"row_key\", '$.\(self.dialect.quoted(column))')"
        }
        try self.database.execute(
            sql: """
                UPDATE \(name) SET \(values.joined(separator: ", ")) FROM "\(Self.table)" o
                WHERE o."table_name" = \(self.dialect.quotedText(table.name))
                AND o."reference" = \(self.dialect.quotedText(key.name ?? "")) AND \(same.joined(separator: " AND "))
                """)
    }

    private func heldBack(_ table: TableDeclaration) -> String {
        self.dialect.quoted("agentledger_held_back_\(table.name)")
    }

    private func columns(_ table: TableDeclaration) -> String { self.dialect.quotedList(table.columns.map(\.name)) }

    private func object(_ columns: [String]) -> String {
        let parts = columns.map { "\(self.dialect.quotedText($0)), \(self.dialect.quoted($0))" }
        return "json_object(\(parts.joined(separator: ", ")))"
    }
}
