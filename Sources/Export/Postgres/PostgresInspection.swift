import LedgerPostgres
import LedgerRelations

/// Notices what was done to exported tables by hand. After each export the bookkeeping table keeps one line for each
/// table, column, constraint, index, partition, trigger, view, function and number of rows, and for what decides who may
/// see and do what; before the next one they must all be true. Of what others added, only what may keep rows out or change
/// them is looked at, and policies, grants and rows.
struct PostgresInspection {
    let connection: PostgresConnection
    let schema: Schema
    /// Not where others than the exporter may write.
    let countsRows: Bool
    private let dialect = PostgreSQLDialect()

    /// The line that says which lines there are. Lines of an earlier inspection are not compared.
    private static let form = "inspection 3"

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

    /// What differs from the lines that were kept; nothing where none were kept yet.
    func changes() throws(PostgresError) -> [PostgresChange] {
        guard try self.hasState() else { return [] }
        let lines = try self.connection.query(
            """
            WITH now AS MATERIALIZED (\(try self.lines())),
            kept AS (SELECT unnest("state") AS line FROM \(self.bookmark)
            WHERE \(self.dialect.quotedText(Self.form)) = ANY ("state"))
            SELECT line, true FROM kept WHERE line NOT IN (SELECT line FROM now)
            UNION ALL SELECT line, false FROM now WHERE line NOT IN (SELECT line FROM kept)
            AND EXISTS (SELECT FROM kept)
            ORDER BY 1
            """
        ).compactMap { row in row[0].map { (line: $0, wasKept: row[1] == "t") } }
        return PostgresChange.changes(
            kept: lines.filter(\.wasKept).map(\.line), added: lines.filter { !$0.wasKept }.map(\.line)
        ).filter { self.countsRows || $0.kind != .rows }
    }

    private func hasState() throws(PostgresError) -> Bool {
        try !self.connection.query(
            """
            SELECT FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = 'state' AND NOT attisdropped
            """, [self.bookmark]
        ).isEmpty
    }

    /// Removes our tables and views, those that are left, and partitions that were detached.
    func dropWhatIsLeft() throws {
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
            try self.drop("DROP VIEW IF EXISTS \(self.dialect.qualified(view.name, in: self.schema))")
        }
        let names = tables.map { self.dialect.qualified($0, in: self.schema) }.joined(separator: ", ")
        try self.drop("DROP TABLE IF EXISTS \(names)")
        guard self.schema.enumerations == .types else { return }
        for type in self.schema.enumerationTypes {
            try self.drop("DROP TYPE IF EXISTS \(self.dialect.qualified(type.name, in: self.schema))")
        }
    }

    private func drop(_ statement: String) throws {
        do {
            try self.connection.execute(statement)
        } catch {
            guard error.refusal?.sqlState == "2BP01" else { throw error }
            let dependents = PostgresDependents(detail: error.refusal?.detail ?? "")
            throw ExportError(
                .alteredByHand,
                "the tables in schema \(self.schema.name) of \(self.connection.target) cannot be loaded again while something "
                    + "that we did not make depends on them: \(dependents). Drop it, export with --repair, and make it "
                    + "again; a table of ours that was renamed may take its name back instead")
        }
    }

    /// A query of the lines that are true now. Rows are counted in the tables that are there.
    private func lines() throws(PostgresError) -> String {
        let names = self.schema.tables.map(\.name)
        let list = self.list(names)
        let kept = self.list(names + [PostgresOrphans.table])
        let there = try self.connection.query(
            """
            SELECT relname FROM pg_class WHERE relnamespace = \(self.namespace)
            AND relname = ANY (\(list)) AND relkind IN ('r', 'p')
            """
        ).compactMap { $0[0] }
        let counts = (self.countsRows ? there : []).map { name in
            "SELECT 'rows ' || \(self.dialect.quotedText(name)) || ' ' || count(*) "
                + "FROM \(self.dialect.qualified(name, in: self.schema))"
        }
        let structure = """
            WITH ours AS (SELECT c.oid, c.relname::text AS name FROM pg_class c
            WHERE c.relnamespace = \(self.namespace) AND c.relname = ANY (\(kept)) AND c.relkind IN ('r', 'p'))
            SELECT \(self.dialect.quotedText(Self.form)) AS line
            UNION ALL SELECT 'table ' || name FROM ours
            UNION ALL SELECT 'column ' || name || '.' || attname || ' ' || format_type(atttypid, atttypmod)
            || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END || CASE WHEN atthasdef THEN ' DEFAULT' ELSE '' END
            FROM ours JOIN pg_attribute a ON a.attrelid = ours.oid AND attnum > 0 AND NOT attisdropped
            UNION ALL SELECT 'constraint ' || conname || ' of ' || name || ': ' || pg_get_constraintdef(k.oid)
            FROM ours JOIN pg_constraint k ON k.conrelid = ours.oid
            UNION ALL SELECT 'index ' || pg_get_indexdef(indexrelid) FROM ours JOIN pg_index i ON i.indrelid = ours.oid
            UNION ALL SELECT 'partition ' || p.relname || ' of ' || name
            FROM ours JOIN pg_inherits h ON h.inhparent = ours.oid JOIN pg_class p ON p.oid = h.inhrelid
            UNION ALL SELECT 'rule ' || rulename || ' of ' || name || ' #' || md5(pg_get_ruledef(r.oid))
            FROM ours JOIN pg_rewrite r ON r.ev_class = ours.oid
            UNION ALL SELECT 'trigger ' || tgname || ' of ' || name || ' #' || tgenabled::text
            || md5(pg_get_triggerdef(t.oid)) FROM ours JOIN pg_trigger t ON t.tgrelid = ours.oid AND NOT tgisinternal
            UNION ALL SELECT 'view ' || v.relname || ' #' || md5(pg_get_viewdef(v.oid) || coalesce(v.reloptions::text, ''))
            FROM pg_class v WHERE v.relnamespace = \(self.namespace) AND v.relkind = 'v'
            AND v.relname = ANY (\(self.list(self.schema.views.map(\.name))))
            UNION ALL SELECT 'function ' || n.nspname || '.' || proname || '(' || pg_get_function_identity_arguments(p.oid)
            || ') #' || md5(pg_get_functiondef(p.oid)) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE prokind = 'f' AND n.nspname || '.' || proname = ANY (\(self.list(self.schema.routineNames)))
            """
        let access = self.schema.roles.isEmpty ? [] : [self.access(list)]
        return ([structure] + access + counts).joined(separator: "\nUNION ALL ")
    }

    /// Row-level security, policies, and the grants to our roles and to everybody.
    private func access(_ tables: String) -> String {
        let books = self.list([PostgresOrphans.table, Bookmark.table])
        let views = self.list(self.schema.views.map(\.name))
        return """
            (WITH guarded AS (SELECT c.oid, c.relname::text AS name, c.relkind, c.relacl, c.relrowsecurity, c.relforcerowsecurity
            FROM pg_class c WHERE c.relnamespace = \(self.namespace) AND (c.relname = ANY (\(tables) || \(books) || \(views))
            OR c.oid IN (SELECT h.inhrelid FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent
            WHERE p.relnamespace = \(self.namespace) AND p.relname = ANY (\(tables)))) AND c.relkind IN ('r', 'p', 'v')),
            roles AS (SELECT oid, rolname::text AS name FROM pg_roles WHERE rolname = ANY (\(self.list(self.schema.roles)))
            UNION ALL SELECT 0, 'PUBLIC'),
            acls AS (SELECT name AS thing, '' AS part, relacl AS acl FROM guarded
            UNION ALL SELECT name, ' (' || attname || ')', attacl FROM guarded JOIN pg_attribute a ON a.attrelid = guarded.oid
            UNION ALL SELECT 'schema ' || nspname, '', nspacl FROM pg_namespace WHERE oid = \(self.namespace))
            SELECT 'row security of ' || name || CASE WHEN relrowsecurity THEN ' on' ELSE ' off' END
            || CASE WHEN relforcerowsecurity THEN '-forced' ELSE '' END AS line FROM guarded WHERE relkind <> 'v'
            UNION ALL SELECT 'policy ' || polname || ' on ' || name || ' #' || md5(concat_ws('|', polcmd, polpermissive,
            polroles, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)))
            FROM guarded JOIN pg_policy p ON p.polrelid = guarded.oid
            UNION ALL SELECT DISTINCT 'grant ' || e.privilege_type || part || ' on ' || thing || ' to ' || roles.name
            || CASE WHEN e.is_grantable THEN ' with grant option' ELSE '' END
            FROM acls, aclexplode(acl) e JOIN roles ON roles.oid = e.grantee)
            """
    }

    private var namespace: String { "\(self.dialect.quotedText(self.schema.name))::regnamespace" }

    private func list(_ names: [String]) -> String {
        "ARRAY[\(names.map { self.dialect.quotedText($0) }.joined(separator: ", "))]::text[]"
    }
}

extension Schema {
    /// The functions that the schema needs, qualified.
    fileprivate var routineNames: [String] {
        self.routines.map { $0.name.contains(".") ? $0.name : "\(self.name).\($0.name)" }
    }
}
