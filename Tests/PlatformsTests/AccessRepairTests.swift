import AgentLedger
import LedgerEvents
import LedgerExporters
import LedgerPlatforms
import Servers
import Testing

@Suite("What decides who sees exported rows")
struct AccessRepairTests {
    /// What an export decides: row-level security, policies, grants and functions.
    private static func access(_ conninfo: String, _ schema: String) throws -> String {
        try TemporaryPostgres.ask(
            conninfo,
            """
            SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
                WHERE relnamespace = '\(schema)'::regnamespace AND relkind = 'r' ORDER BY 1;
            SELECT * FROM pg_policies WHERE schemaname = '\(schema)' ORDER BY tablename, policyname;
            SELECT DISTINCT table_name, grantee, privilege_type FROM information_schema.table_privileges
                WHERE table_schema = '\(schema)' AND grantee <> 'owner' ORDER BY 1, 2, 3;
            SELECT table_name, column_name, grantee, privilege_type FROM information_schema.column_privileges
                WHERE table_schema = '\(schema)' AND grantee <> 'owner' ORDER BY 1, 2, 3, 4;
            SELECT nspname, a FROM pg_namespace, unnest(nspacl::text[]) a
                WHERE nspname IN ('\(schema)', 'auth') AND a !~ '^owner=' ORDER BY 1, 2;
            SELECT proname, md5(pg_get_functiondef(oid)) FROM pg_proc
                WHERE pronamespace IN ('\(schema)'::regnamespace, 'auth'::regnamespace) ORDER BY 1
            """)
    }

    private static func changes(_ schema: String) -> [(sql: String, words: String)] {
        [
            ("ALTER TABLE agents DISABLE ROW LEVEL SECURITY", "row security of agents is off, not on"),
            (
                "ALTER TABLE agentledger_orphans DISABLE ROW LEVEL SECURITY",
                "row security of agentledger_orphans is off, not on"
            ),
            ("ALTER TABLE agents FORCE ROW LEVEL SECURITY", "row security of agents is on-forced, not on"),
            ("DROP POLICY organizations_service ON organizations", "is missing"),
            ("CREATE POLICY evil ON agents USING (true)", "policy evil on agents was added"),
            ("CREATE POLICY evil ON agentledger_export USING (true)", "policy evil on agentledger_export was added"),
            ("ALTER POLICY agents_update ON agents USING (true)", "policy agents_update on agents was changed"),
            ("GRANT ALL ON agents TO authenticated", "grant DELETE on agents to authenticated was added"),
            ("GRANT SELECT ON agents TO PUBLIC", "grant SELECT on agents to PUBLIC was added"),
            (
                "GRANT UPDATE (updated_at) ON agents TO authenticated",
                "grant UPDATE (updated_at) on agents to authenticated"
            ),
            ("GRANT CREATE ON SCHEMA \(schema) TO authenticated", "grant CREATE on schema \(schema) to authenticated"),
            ("REVOKE SELECT ON agents FROM authenticated", "grant SELECT on agents to authenticated is missing"),
            (
                "CREATE OR REPLACE FUNCTION caller() RETURNS uuid LANGUAGE sql AS 'SELECT auth.uid()'",
                "function \(schema).caller() was changed"
            ),
            (
                "CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
                "function auth.uid() was changed"
            ),
            (
                "ALTER TABLE agents DISABLE TRIGGER agents_guard_columns",
                "trigger agents_guard_columns of agents was changed"
            ),
        ]
    }

    private static func tenantsRow(_ schema: String) -> String {
        schema == "agent_infrastructure"
            ? """
            INSERT INTO conversations (organization_slug, user_id, title)
                SELECT slug, gen_random_uuid(), 'tenant''s' FROM organizations LIMIT 1
            """
            : """
            INSERT INTO agents (name, owner_type, owner_id, framework, agent_type, status)
                SELECT 'tenant''s', 'user', id, 'agno', 'code', 'draft' FROM users LIMIT 1
            """
    }

    @Test(
        "is noticed when it was changed by hand, and put back by a repair, which leaves tenants' rows",
        arguments: ["orchestrator_platform", "agent_infrastructure"])
    func changed(schema: String) async throws {
        // A server of its own, where a superuser makes the roles.
        let server = try TemporaryPostgres()
        let conninfo = "postgres://owner@/postgres?host=\(server.folder)"
        let projection = try #require(Projections.named(schema))
        let ledger = try await SimulatedLedger.shared.value
        let snapshot = try ledger.snapshot(projection, at: .position(Position(200)))
        for tenantWrites in [false, true] {
            _ = try PostgresExporter(conninfo, tenantWrites: tenantWrites).export(snapshot)
            let made = try Self.access(conninfo, schema)
            let changes = Self.changes(schema).filter { change in
                // Without tenants' writes there is no such policy.
                (tenantWrites || !change.sql.contains("agents_update"))
                    && (schema == "orchestrator_platform" || !change.sql.contains("organizations_service"))
                    && !(tenantWrites && change.sql.hasPrefix("GRANT ALL"))
            }
            if tenantWrites {
                _ = try TemporaryPostgres.ask(conninfo, "SET search_path = \(schema); \(Self.tenantsRow(schema))")
            }
            for (sql, words) in changes {
                _ = try TemporaryPostgres.ask(conninfo, "SET search_path = \(schema); \(sql)")
                let exporter = PostgresExporter(conninfo, tenantWrites: tenantWrites)
                let refusal = #expect(throws: ExportError.self) { try exporter.export(snapshot) }
                #expect(
                    refusal?.code == .alteredByHand && refusal?.message.contains(words) ?? false, "\(sql): \(refusal!)")
                let report = try PostgresExporter(conninfo, tenantWrites: tenantWrites, repairs: true).export(snapshot)
                #expect(report.mended.contains { $0.contains(words) }, "\(sql): \(report.mended)")
                #expect(try Self.access(conninfo, schema) == made, "\(sql)")
                _ = try exporter.export(snapshot)
            }
            if tenantWrites {
                let question =
                    schema == "agent_infrastructure"
                    ? "SELECT count(*) FROM agent_infrastructure.conversations WHERE title = 'tenant''s'"
                    : "SELECT count(*) FROM orchestrator_platform.agents WHERE name = 'tenant''s'"
                #expect(try TemporaryPostgres.ask(conninfo, question) == "1")
            }
        }
    }

    @Test("may be granted to others, whose grants stay")
    func others() async throws {
        let server = try TemporaryPostgres()
        let conninfo = "postgres://owner@/postgres?host=\(server.folder)"
        let projection = try #require(Projections.named("agent_infrastructure"))
        let ledger = try await SimulatedLedger.shared.value
        let snapshot = try ledger.snapshot(projection, at: .position(Position(200)))
        _ = try PostgresExporter(conninfo).export(snapshot)
        _ = try TemporaryPostgres.ask(
            conninfo, "CREATE ROLE analyst; GRANT SELECT ON ALL TABLES IN SCHEMA agent_infrastructure TO analyst")
        _ = try PostgresExporter(conninfo).export(snapshot)
        _ = try PostgresExporter(conninfo, repairs: true).export(snapshot)
        #expect(
            try TemporaryPostgres.ask(
                conninfo, "SELECT has_table_privilege('analyst', 'agent_infrastructure.agents', 'SELECT')") == "t")
    }
}
