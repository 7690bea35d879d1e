import LedgerPostgres
import LedgerRelations

/// Rows that name a row which is not there (yet). A reference that may be null is set to null; a row that cannot stand
/// without it is held back. Either way it is noted in the table `agentledger_orphans`, and comes back in the update that
/// brings what it names. A row that the database does not accept is held back and noted here too, with its reason.
struct PostgresOrphans {
    let schema: Schema
    private let dialect = PostgreSQLDialect()

    static let table = "agentledger_orphans"
    /// In place of a reference, in notes of rows that the database did not accept.
    static let refusal = "refused"
    private var name: String { self.dialect.qualified(Self.table, in: self.schema) }

    init(in schema: Schema) { self.schema = schema }

    var creation: [String] {
        [
            """
            CREATE TABLE \(self.name) (
                "table_name" text NOT NULL,
                "row_key" jsonb NOT NULL,
                "reference" text NOT NULL,
                "is_held_back" boolean NOT NULL,
                "content" jsonb NOT NULL,
                PRIMARY KEY ("table_name", "row_key", "reference")
            )
            """,
            "COMMENT ON TABLE \(self.name) IS "
                + self.dialect.quotedText(
                    "References to rows that the ledger does not know, or does not know yet: set to null, or the whole "
                        + "row held back. With the reference \(Self.refusal): rows that the database did not accept, and "
                        + "why."),
        ]
    }

    /// One statement that takes the orphans out of loaded tables, before there are foreign keys. Taking a row out may
    /// orphan others, so it goes over the tables until nothing is left to do.
    var sweepAll: String? {
        let sweeps = self.schema.tables.flatMap { table in
            table.foreignKeys.map { self.sweep($0, of: table, in: self.dialect.qualified(table.name, in: self.schema)) }
        }
        guard !sweeps.isEmpty else { return nil }
        return """
            DO $$ DECLARE found bigint; moved bigint; BEGIN
            LOOP
            moved := 0;
            \(sweeps.map { "\($0);\nGET DIAGNOSTICS found = ROW_COUNT; moved := moved + found;" }.joined(separator: "\n"))
            EXIT WHEN moved = 0;
            END LOOP;
            END $$
            """
    }

    /// Takes the rows of one foreign key out of `rows`: the table itself, or a stage with its columns.
    /// - Parameters:
    ///   - staged: where rows may stand that are parents too, though not yet in their table.
    ///   - condition: which rows of `rows`, as `r`, to look at.
    func sweep(
        _ key: ForeignKey, of table: TableDeclaration, in rows: String, staged: String? = nil,
        where condition: String? = nil
    ) -> String {
        let missing = self.isBroken(key, of: "r", staged: staged) + (condition.map { " AND \($0)" } ?? "")
        let noting =
            "INSERT INTO \(self.name) SELECT \(self.dialect.quotedText(table.name)), \(self.rowKey(table, "g")), "
            + "\(self.dialect.quotedText(key.name ?? ""))"
        let conflict =
            "ON CONFLICT (\"table_name\", \"row_key\", \"reference\") DO UPDATE SET "
            + "\"is_held_back\" = EXCLUDED.\"is_held_back\", \"content\" = EXCLUDED.\"content\""
        let nullable = key.columns.filter { table.column($0)?.nullable ?? false }
        if nullable.isEmpty {
            return """
                WITH g AS (DELETE FROM \(rows) r WHERE \(missing) RETURNING r.*)
                \(noting), true, to_jsonb(g) FROM g \(conflict)
                """
        }
        let given = key.columns.map { "\(self.dialect.quotedText($0)), g.\(self.dialect.quoted($0))" }
        let nulls = nullable.map { "\(self.dialect.quoted($0)) = NULL" }.joined(separator: ", ")
        return """
            WITH g AS (SELECT r.* FROM \(rows) r WHERE \(missing)), noted AS (\(noting), false, \
            jsonb_build_object(\(given.joined(separator: ", "))) FROM g \(conflict))
            UPDATE \(rows) t SET \(nulls) FROM g WHERE \(self.sameKey(table, "t", "g"))
            """
    }

    /// What was noted of rows that are in `stage` now is told anew.
    func forget(_ table: TableDeclaration, in stage: String) -> String {
        "DELETE FROM \(self.name) o USING \(stage) s WHERE o.\"table_name\" = \(self.dialect.quotedText(table.name)) "
            + "AND o.\"row_key\" = \(self.rowKey(table, "s"))"
    }

    /// So is what was noted of rows that may be gone.
    func forget(_ table: TableDeclaration, goneBy stage: String) -> String {
        let name = self.dialect.qualified(table.name, in: self.schema)
        return """
            DELETE FROM \(self.name) o USING \(stage) g WHERE o."table_name" = \(self.dialect.quotedText(table.name))
            AND EXISTS (SELECT FROM jsonb_populate_record(NULL::\(name), o."row_key") r
            WHERE \(self.dialect.isMeant("r", by: "g", table)))
            """
    }

    /// Puts rows that were held back for want of a row that is there now into `stage`.
    func release(_ key: ForeignKey, of table: TableDeclaration, into stage: String, staged: String?) -> String {
        // A table may have columns of the same names as ours.
        let columns = table.columns.map { self.dialect.quoted($0.name) }
        return """
            WITH back AS (\(self.found(key, of: table, heldBack: true, staged: staged)) RETURNING o."content")
            INSERT INTO \(stage) (\(columns.joined(separator: ", "))) \
            SELECT \(columns.map { "r.\($0)" }.joined(separator: ", ")) FROM back b, \
            jsonb_populate_record(NULL::\(self.dialect.qualified(table.name, in: self.schema)), b."content") r
            """
    }

    /// Sets references again that were null for want of a row that is there now.
    func restore(_ key: ForeignKey, of table: TableDeclaration) -> String? {
        let nullable = key.columns.filter { table.column($0)?.nullable ?? false }
        if nullable.isEmpty { return nil }
        let name = self.dialect.qualified(table.name, in: self.schema)
        let values = nullable.map { "\(self.dialect.quoted($0)) = r.\(self.dialect.quoted($0))" }
        return """
            WITH back AS (\(self.found(key, of: table, heldBack: false, staged: nil)) RETURNING o."row_key", o."content")
            UPDATE \(name) t SET \(values.joined(separator: ", ")) FROM back b, \
            jsonb_populate_record(NULL::\(name), b."row_key" || b."content") r WHERE \(self.sameKey(table, "t", "r"))
            """
    }

    private func found(_ key: ForeignKey, of table: TableDeclaration, heldBack: Bool, staged: String?) -> String {
        let record =
            "jsonb_populate_record(NULL::\(self.dialect.qualified(table.name, in: self.schema)), o.\"content\")"
        return "DELETE FROM \(self.name) o WHERE o.\"table_name\" = \(self.dialect.quotedText(table.name)) "
            + "AND o.\"reference\" = \(self.dialect.quotedText(key.name ?? "")) AND o.\"is_held_back\" = \(heldBack) "
            + "AND EXISTS (SELECT FROM \(record) r WHERE \(self.parentStands(key, of: "r", staged: staged)))"
    }

    /// Whether a row names one that is not there.
    func isBroken(_ key: ForeignKey, of row: String, staged: String? = nil) -> String {
        let isGiven = key.columns.map { "\(row).\(self.dialect.quoted($0)) IS NOT NULL" }
        return "\(isGiven.joined(separator: " AND ")) AND NOT \(self.parentStands(key, of: row, staged: staged))"
    }

    private func parentStands(_ key: ForeignKey, of row: String, staged: String?) -> String {
        func stands(in parents: String) -> String {
            let same = zip(key.referencedColumns, key.columns).map { parent, child in
                "p.\(self.dialect.quoted(parent)) = \(row).\(self.dialect.quoted(child))"
            }
            return "EXISTS (SELECT FROM \(parents) p WHERE \(same.joined(separator: " AND ")))"
        }
        let table = stands(in: self.dialect.qualified(key.table, in: self.schema))
        return staged.map { "(\(table) OR \(stands(in: $0)))" } ?? table
    }

    private func rowKey(_ table: TableDeclaration, _ row: String) -> String {
        let parts = table.primaryKey.map { "\(self.dialect.quotedText($0)), \(row).\(self.dialect.quoted($0))" }
        return "jsonb_build_object(\(parts.joined(separator: ", ")))"
    }

    private func sameKey(_ table: TableDeclaration, _ left: String, _ right: String) -> String {
        table.primaryKey.map { "\(left).\(self.dialect.quoted($0)) = \(right).\(self.dialect.quoted($0))" }
            .joined(separator: " AND ")
    }

    /// Whether a row is held back that stands in its table, as it was before.
    func holdBackWhatStands(_ table: TableDeclaration, _ connection: PostgresConnection) throws(PostgresError) -> Bool {
        let name = self.dialect.qualified(table.name, in: self.schema)
        let found = try connection.query(
            """
            SELECT FROM \(self.name) o, jsonb_populate_record(NULL::\(name), o."row_key") r, \(name) t
            WHERE o."table_name" = $1 AND o."is_held_back" AND \(self.sameKey(table, "t", "r")) LIMIT 1
            """, [table.name])
        return !found.isEmpty
    }

    /// Removes what `holdBackWhatStands` finds.
    func removeWhatIsHeldBack(_ table: TableDeclaration) -> String {
        let name = self.dialect.qualified(table.name, in: self.schema)
        return """
            DELETE FROM \(name) t USING \(self.name) o, jsonb_populate_record(NULL::\(name), o."row_key") r
            WHERE o."table_name" = \(self.dialect.quotedText(table.name)) AND o."is_held_back"
            AND \(self.sameKey(table, "t", "r"))
            """
    }

    /// Of a row that the database does not accept, nothing else is noted.
    func forgetOthersOfRefused(_ table: TableDeclaration) -> String {
        let refusal = self.dialect.quotedText(Self.refusal)
        return """
            DELETE FROM \(self.name) o USING \(self.name) n
            WHERE o."table_name" = \(self.dialect.quotedText(table.name)) AND o."reference" <> \(refusal)
            AND n."table_name" = o."table_name" AND n."row_key" = o."row_key" AND n."reference" = \(refusal)
            """
    }

    func isAnyNoted(_ connection: PostgresConnection) throws(PostgresError) -> Bool {
        try connection.query("SELECT FROM \(self.name) LIMIT 1").isEmpty == false
    }

    /// Notes a row that the database did not accept. Parameters: its key as JSON, the SQLSTATE, the reason, the row as
    /// JSON.
    /// - Parameter hasKey: whether the database can hold the key; else its digest is noted, and the key is in the row alone.
    func noteRefused(_ table: TableDeclaration, hasKey: Bool) -> String {
        let name = self.dialect.qualified(table.name, in: self.schema)
        let key =
            hasKey
            ? "\(self.rowKey(table, "r")) FROM jsonb_populate_record(NULL::\(name), $1::jsonb) r"
            : "jsonb_build_object('sha256', encode(sha256(convert_to($1::text, 'UTF8')), 'hex'))"
        return """
            INSERT INTO \(self.name) SELECT \(self.dialect.quotedText(table.name)), k.key, \
            \(self.dialect.quotedText(Self.refusal)), true, jsonb_build_object('sqlstate', $2::text, 'reason', $3::text, \
            'row', $4::text) FROM (SELECT \(key)) k(key) ON CONFLICT ("table_name", "row_key", "reference") \
            DO UPDATE SET "content" = EXCLUDED."content"
            """
    }

    /// Adds to each table's report how many of its rows miss a row that they name, and how many were not accepted.
    func count(
        in reports: [ExportReport.Table], _ connection: PostgresConnection
    ) throws(PostgresError) -> [ExportReport.Table] {
        let kind = "\"reference\" = \(self.dialect.quotedText(Self.refusal))"
        let counts = try connection.query(
            "SELECT \"table_name\", \(kind), count(DISTINCT \"row_key\") FROM \(self.name) GROUP BY 1, 2")
        var reports = reports
        for row in counts {
            guard let index = reports.firstIndex(where: { $0.name == row[0] }), let count = row[2].flatMap({ Int($0) })
            else { continue }
            if row[1] == "t" { reports[index].refused = count } else { reports[index].orphans = count }
        }
        return reports
    }
}

extension PostgreSQLDialect {
    /// Whether a row's key is the one that stands in `key`, or begins with it: the rest is null there.
    func isMeant(_ row: String, by key: String, _ table: TableDeclaration) -> String {
        let names = table.primaryKey.map { self.quoted($0) }
        let rest = names.dropFirst().map { "(\(key).\($0) IS NULL OR \(row).\($0) = \(key).\($0))" }
        return (["\(row).\(names[0]) = \(key).\(names[0])"] + rest).joined(separator: " AND ")
    }
}
