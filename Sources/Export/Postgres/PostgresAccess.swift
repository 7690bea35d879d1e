import LedgerPostgres
import LedgerRelations

/// Whether tenants write a schema that was exported before, and who sees the bookkeeping tables.
struct PostgresAccess {
    let connection: PostgresConnection
    let schema: Schema
    let tenantWrites: Bool

    /// Whether the last export let tenants write.
    func letTenantsWrite() throws(PostgresError) -> Bool {
        let names = self.schema.tables.flatMap(\.policies).filter(\.letsTenantsWrite).map(\.name)
        guard let name = names.first else { return false }
        return try !self.connection.query(
            "SELECT FROM pg_policies WHERE schemaname = $1 AND policyname = $2", [self.schema.name, name]
        ).isEmpty
    }

    /// Replaces policies and grants if the last export decided otherwise about tenants' writes.
    func bringUpToDate() throws(PostgresError) {
        guard self.schema.tables.contains(where: { $0.policies.contains(where: \.letsTenantsWrite) }),
            try self.letTenantsWrite() != self.tenantWrites
        else { return }
        for statement in PostgreSQLDialect(tenantWrites: self.tenantWrites).replacePermissions(self.schema)
            + [Self.comment(on: self.schema, tenantWrites: self.tenantWrites)]
        {
            try self.connection.execute(statement)
        }
    }

    /// Puts back views, functions, triggers, policies and grants as an export makes them, and takes away what others added
    /// of the last two.
    func restore() throws(PostgresError) {
        let dialect = PostgreSQLDialect(tenantWrites: self.tenantWrites)
        if !self.schema.roles.isEmpty {
            for statement in try self.removals() { try self.connection.execute(statement) }
        }
        for statement in dialect.restoringStatements(self.schema)
            + Self.bookkeeping(of: self.schema, tenantWrites: self.tenantWrites)
        {
            try self.connection.execute(statement)
        }
    }

    /// Takes every policy and every grant to our roles and to everybody off what is ours.
    private func removals() throws(PostgresError) -> [String] {
        let names = self.schema.tables.map(\.name) + [PostgresOrphans.table, Bookmark.table]
        let dialect = PostgreSQLDialect()
        let namespace = dialect.quotedText(self.schema.name)
        let list = dialect.literal(.textArray(names + self.schema.views.map(\.name)))
        let ours = """
            (SELECT c.oid FROM pg_class c WHERE c.relnamespace = \(namespace)::regnamespace AND c.relname = ANY (\(list))
            UNION SELECT h.inhrelid FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent
            WHERE p.relnamespace = \(namespace)::regnamespace AND p.relname = ANY (\(list)))
            """
        let roles = dialect.literal(.textArray(self.schema.roles))
        let statements = try self.connection.query(
            """
            WITH roles AS (SELECT quote_ident(rolname) AS name FROM pg_roles WHERE rolname = ANY (\(roles))
            UNION ALL SELECT 'PUBLIC')
            SELECT format('DROP POLICY %I ON %s', polname, polrelid::regclass) FROM pg_policy WHERE polrelid IN \(ours)
            UNION ALL SELECT format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', oid::regclass) FROM pg_class
            WHERE oid IN \(ours) AND relforcerowsecurity
            UNION ALL SELECT format('REVOKE ALL ON TABLE %s FROM %s', oid::regclass, name) FROM pg_class, roles
            WHERE oid IN \(ours)
            UNION ALL SELECT format('REVOKE ALL ON SCHEMA %I FROM %s', \(namespace), name) FROM roles
            """)
        return statements.compactMap { $0[0] }
    }

    /// The bookkeeping is for the exporter alone, where others may be let into the schema.
    static func bookkeeping(of schema: Schema, tenantWrites: Bool) -> [String] {
        guard !schema.roles.isEmpty else { return [] }
        let dialect = PostgreSQLDialect()
        return [PostgresOrphans.table, Bookmark.table].map {
            "ALTER TABLE \(dialect.qualified($0, in: schema)) ENABLE ROW LEVEL SECURITY"
        } + [self.comment(on: schema, tenantWrites: tenantWrites)]
    }

    private static func comment(on schema: Schema, tenantWrites: Bool) -> String {
        let dialect = PostgreSQLDialect()
        let words =
            tenantWrites
            ? "The export and tenants write this schema. What tenants write never reaches the ledger."
            : "The export alone writes this schema. Tenants read."
        return "COMMENT ON TABLE \(dialect.qualified(Bookmark.table, in: schema)) IS \(dialect.quotedText(words))"
    }
}
