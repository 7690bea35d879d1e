import Postgres
import Relations

/// Whether tenants write a schema that was exported before, and who sees the bookkeeping tables.
struct PostgresAccess {
    let connection: PostgresConnection
    let schema: Schema
    let tenantWrites: Bool

    /// Replaces policies and grants if the last export decided otherwise about tenants' writes.
    func bringUpToDate() throws(PostgresError) {
        let names = self.schema.tables.flatMap(\.policies).filter(\.letsTenantsWrite).map(\.name)
        guard let name = names.first else { return }
        let found = try self.connection.query(
            "SELECT FROM pg_policies WHERE schemaname = $1 AND policyname = $2", [self.schema.name, name])
        guard found.isEmpty == self.tenantWrites else { return }
        for statement in PostgreSQLDialect(tenantWrites: self.tenantWrites).replacePermissions(self.schema)
            + [Self.comment(on: self.schema, tenantWrites: self.tenantWrites)]
        {
            try self.connection.execute(statement)
        }
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
