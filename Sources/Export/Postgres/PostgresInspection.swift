import Postgres
import Relations

/// Notices what was done to exported tables by hand. After each export the bookkeeping table keeps one line for each
/// table, column, constraint, index, partition, trigger and number of rows; before the next one they must all be true.
/// What others added is not looked at.
struct PostgresInspection {
    let connection: PostgresConnection
    let schema: Schema
    /// Not where others than the exporter may write.
    let countsRows: Bool
    private let dialect = PostgreSQLDialect()

    init(_ connection: PostgresConnection, _ schema: Schema, countsRows: Bool) {
        self.connection = connection
        self.schema = schema
        self.countsRows = countsRows && schema.roles.isEmpty
    }

    private var bookmark: String { self.dialect.qualified(Bookmark.table, in: self.schema) }

    /// Keeps the lines.
    func record() throws(PostgresError) {
        try self.connection.execute("ALTER TABLE \(self.bookmark) ADD COLUMN IF NOT EXISTS \"state\" text[]")
        // An export that brings nothing changes nothing.
        try self.connection.execute(
            """
            UPDATE \(self.bookmark) SET "state" = now.lines FROM (SELECT ARRAY(\(try self.lines()) ORDER BY 1) AS lines) now
            WHERE "state" IS DISTINCT FROM now.lines
            """)
    }

    /// The lines that were kept and are no longer true; none where nothing was kept yet.
    func changes() throws(PostgresError) -> [String] {
        guard try self.hasState() else { return [] }
        return try self.connection.query(
            """
            SELECT line FROM \(self.bookmark), unnest("state") line
            WHERE line NOT IN (\(try self.lines()))\(self.countsRows ? "" : " AND NOT starts_with(line, 'rows ')")
            ORDER BY NOT starts_with(line, 'table '), 1
            """
        ).compactMap { $0[0] }
    }

    private func hasState() throws(PostgresError) -> Bool {
        try !self.connection.query(
            """
            SELECT FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = 'state' AND NOT attisdropped
            """, [self.bookmark]
        ).isEmpty
    }

    /// Removes our tables and views, those that are left, and partitions that were detached.
    func dropWhatIsLeft() throws(PostgresError) {
        let partitions =
            try self.hasState()
            ? try self.connection.query(
                """
                SELECT split_part(line, ' ', 2) FROM \(self.bookmark), unnest("state") line
                WHERE starts_with(line, 'partition ')
                """
            ).compactMap { $0[0] } : []
        let tables = self.schema.tables.map(\.name) + [PostgresOrphans.table, Bookmark.table] + partitions
        for view in self.schema.views {
            try self.connection.execute("DROP VIEW IF EXISTS \(self.dialect.qualified(view.name, in: self.schema))")
        }
        let names = tables.map { self.dialect.qualified($0, in: self.schema) }.joined(separator: ", ")
        try self.connection.execute("DROP TABLE IF EXISTS \(names)")
        guard self.schema.enumerations == .types else { return }
        for type in self.schema.enumerationTypes {
            try self.connection.execute("DROP TYPE IF EXISTS \(self.dialect.qualified(type.name, in: self.schema))")
        }
    }

    /// A query of the lines that are true now. Rows are counted in the tables that are there.
    private func lines() throws(PostgresError) -> String {
        let names = self.schema.tables.map(\.name)
        let list = "ARRAY[\(names.map { self.dialect.quotedText($0) }.joined(separator: ", "))]::text[]"
        let there = try self.connection.query(
            """
            SELECT relname FROM pg_class WHERE relnamespace = \(self.dialect.quotedText(self.schema.name))::regnamespace
            AND relname = ANY (\(list)) AND relkind IN ('r', 'p')
            """
        ).compactMap { $0[0] }
        let counts = (self.countsRows ? there : []).map { name in
            "SELECT 'rows ' || \(self.dialect.quotedText(name)) || ' ' || count(*) "
                + "FROM \(self.dialect.qualified(name, in: self.schema))"
        }
        let structure = """
            WITH ours AS (SELECT c.oid, c.relname::text AS name FROM pg_class c
            WHERE c.relnamespace = \(self.dialect.quotedText(self.schema.name))::regnamespace
            AND c.relname = ANY (\(list)) AND c.relkind IN ('r', 'p'))
            SELECT 'table ' || name AS line FROM ours
            UNION ALL SELECT 'column ' || name || '.' || attname || ' ' || format_type(atttypid, atttypmod)
            || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
            FROM ours JOIN pg_attribute a ON a.attrelid = ours.oid AND attnum > 0 AND NOT attisdropped
            UNION ALL SELECT 'constraint ' || conname || ' of ' || name || ': ' || pg_get_constraintdef(k.oid)
            FROM ours JOIN pg_constraint k ON k.conrelid = ours.oid
            UNION ALL SELECT 'index ' || pg_get_indexdef(indexrelid) FROM ours JOIN pg_index i ON i.indrelid = ours.oid
            UNION ALL SELECT 'partition ' || p.relname || ' of ' || name
            FROM ours JOIN pg_inherits h ON h.inhparent = ours.oid JOIN pg_class p ON p.oid = h.inhrelid
            UNION ALL SELECT 'trigger ' || tgname || ' of ' || name || ' (' || tgenabled::text || ')'
            FROM ours JOIN pg_trigger t ON t.tgrelid = ours.oid AND NOT tgisinternal
            """
        return ([structure] + counts).joined(separator: "\nUNION ALL ")
    }
}
