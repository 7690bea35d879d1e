import AgentLedger
import Servers
import Testing

@Suite("What an adopted platform deletes and has again")
struct AdoptedReturnTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var platform: String
        var deletion: String
        var restoration: String
        /// The column that the report counts.
        var column: String
        var before = ""

        var testDescription: String { "\(self.platform): \(self.deletion.prefix(80))" }
    }

    @Test("is named when its rows are gone and when they are back", arguments: PlatformTables.all.keys.sorted())
    func rows(name: String) async throws {
        let platform = try AdoptedPlatform(
            name,
            try #require(PlatformTables.all[name]) + """
                DO $$ DECLARE r record; BEGIN
                  FOR r IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype = 'f' LOOP
                    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', r.t, r.conname);
                  END LOOP; END $$;
                """)
        let (_, first) = try await platform.adopt()
        #expect(first.isEmpty, "\(first)")
        let tables = try await platform.rows("SELECT table_name FROM adopted_rows GROUP BY 1 ORDER BY 1")
        for table in tables.map({ $0[0] }) {
            try platform.change("CREATE TABLE kept_\(table) AS SELECT * FROM \(table); DELETE FROM \(table)")
        }
        let (gone, _) = try await platform.adopt()
        let number = try await platform.rows("SELECT count(*) FROM adopted_rows")
        #expect([["\(gone.goneRows.count)"]] == number, "\(gone.goneRows)")
        for table in tables.map({ $0[0] }) {
            try platform.change("INSERT INTO \(table) SELECT * FROM kept_\(table)")
        }
        let (back, refusals) = try await platform.adopt()
        #expect(back.refused == 0, "\(refusals.map(\.description))")
        #expect(back.returnedRows == gone.goneRows && back.changedRows == 0, "\(back.returnedRows)")
        let (again, _) = try await platform.adopt()
        #expect(again.events == 0 && again.returnedRows.isEmpty, "\(again)")
        #expect(try await platform.rows("SELECT id FROM adopted_rows WHERE gone_at IS NOT NULL").isEmpty)
    }

    @Test("is taken over as it is then, if it is back in another form")
    func changed() async throws {
        let platform = try AdoptedPlatform("core_platform", PlatformTables.core)
        _ = try await platform.adopt()
        try platform.change("CREATE TABLE kept AS SELECT * FROM projects; DELETE FROM projects")
        _ = try await platform.adopt()
        try platform.change(
            "INSERT INTO projects SELECT * FROM kept; UPDATE projects SET name = 'Novel', updated_at = '2025-03-01'")
        let (back, refusals) = try await platform.adopt()
        #expect(back.refused == 0 && back.returnedRows.count == 1 && back.changedRows == 1, "\(refusals)")
        #expect(try await platform.rows("SELECT name FROM projects") == [["Novel"]])
    }

    private static let user = "'00000000-0000-4000-8000-000000000001'"

    static let cases = [
        Case(
            platform: "core_platform", deletion: "UPDATE users SET status = 'deleted', updated_at = '2025-02-01'",
            restoration: "UPDATE users SET status = 'active', updated_at = '2025-03-01'", column: "users.status"),
        Case(
            platform: "core_platform", deletion: "UPDATE agents SET status = 'deleted', updated_at = '2025-02-01'",
            restoration: "UPDATE agents SET status = 'draft', updated_at = '2025-03-01'", column: "agents.status",
            before: """
                CREATE TABLE agents (id uuid PRIMARY KEY, organization_slug text, name text, slug text, description text,
                  agent_type text, status text, created_at timestamptz, updated_at timestamptz);
                INSERT INTO agents VALUES ('00000000-0000-4000-8000-0000000000a1', 'acme', 'Scribe', 'scribe', '',
                  'context', 'active', '2025-01-02', '2025-01-02');
                """),
        Case(
            platform: "ops_studio",
            deletion:
                "UPDATE organizations SET status = 'cancelled', deleted_at = '2025-02-01', updated_at = '2025-02-01'",
            restoration: "UPDATE organizations SET status = 'active', deleted_at = NULL, updated_at = '2025-03-01'",
            column: "organizations.deleted_at"),
        Case(
            platform: "ops_studio",
            deletion: "UPDATE workflows SET deleted_at = '2025-02-01', updated_at = '2025-02-01'",
            restoration: "UPDATE workflows SET deleted_at = NULL, updated_at = '2025-03-01'",
            column: "workflows.deleted_at"),
        Case(
            platform: "ops_studio",
            deletion: "UPDATE agents SET name = name || ' (removed ' || id || ')', updated_at = '2025-02-01'",
            restoration: "UPDATE agents SET name = 'Reader', updated_at = '2025-03-01'", column: "agents.name"),
        Case(
            platform: "ops_studio",
            deletion: "UPDATE users SET deleted_at = '2025-02-01', updated_at = '2025-02-01' WHERE id = \(user)",
            restoration: "UPDATE users SET deleted_at = NULL, updated_at = '2025-03-01' WHERE id = \(user)",
            column: "users.deleted_at", before: another),
        Case(
            platform: "ops_studio",
            deletion: """
                UPDATE users SET email = id || '@deleted.invalid', deleted_at = '2025-02-01', updated_at = '2025-02-01'
                WHERE id = \(user)
                """,
            restoration: """
                UPDATE users SET email = 'ada@example.org', deleted_at = NULL, updated_at = '2025-03-01' WHERE id = \(user)
                """, column: "users.deleted_at", before: another),
        Case(
            platform: "orchestrator_platform",
            deletion: """
                UPDATE users SET is_active = false, email = 'deleted:' || id || ':' || email, updated_at = '2025-02-01';
                UPDATE organizations SET is_active = false, updated_at = '2025-02-01'
                """,
            restoration: "UPDATE users SET is_active = true, email = 'ada@example.org', updated_at = '2025-03-01'",
            column: "users.email"),
        Case(
            platform: "orchestrator_platform",
            deletion: """
                UPDATE users SET is_active = false, email = 'deleted:' || id || ':' || email, updated_at = '2025-02-01';
                UPDATE organizations SET is_active = false, updated_at = '2025-02-01'
                """,
            restoration: "UPDATE organizations SET is_active = true, updated_at = '2025-03-01'",
            column: "organizations.is_active"),
        Case(
            platform: "agent_monitoring",
            deletion: monitoredUser,
            restoration: "UPDATE users SET email = 'ada@example.org', updated_at = '2025-03-01'", column: "users.email"),
        Case(
            platform: "agent_monitoring",
            deletion: monitoredUser,
            restoration: """
                UPDATE users SET email = 'ada@example.org', updated_at = '2025-03-01';
                UPDATE organizations SET name = 'Acme again', updated_at = '2025-03-01'
                """, column: "organizations.id"),
        Case(
            platform: "agent_infrastructure",
            deletion: """
                UPDATE agents SET metadata = '{"deleted_at": "2025-02-01T00:00:00Z"}', updated_at = '2025-02-01'
                WHERE slug = 'scout'
                """,
            restoration: "UPDATE agents SET metadata = '{}', updated_at = '2025-03-01' WHERE slug = 'scout'",
            column: "agents.metadata"),
        Case(
            platform: "agent_infrastructure",
            deletion: "UPDATE documents SET removed_at = '2025-02-01', updated_at = '2025-02-01'",
            restoration: "UPDATE documents SET removed_at = NULL, updated_at = '2025-03-01'",
            column: "documents.removed_at"),
        Case(
            platform: "agent_infrastructure",
            deletion: "UPDATE document_collections SET removed_at = '2025-02-01', updated_at = '2025-02-01'",
            restoration: "UPDATE document_collections SET removed_at = NULL, updated_at = '2025-03-01'",
            column: "document_collections.removed_at"),
        Case(
            platform: "agent_infrastructure",
            deletion: "UPDATE conversation_participants SET left_at = '2025-02-01' WHERE user_id = \(user)",
            restoration: "UPDATE conversation_participants SET left_at = NULL WHERE user_id = \(user)",
            column: "conversation_participants.left_at"),
    ]

    private static let monitoredUser = """
        UPDATE users SET email = id || '@deleted.invalid', updated_at = '2025-02-01';
        UPDATE organizations SET updated_at = '2025-02-01'
        """
    private static let another = """
        INSERT INTO users (id, organization_id, email, role, created_at) VALUES ('00000000-0000-4000-8000-000000000002',
          '00000000-0000-4000-8000-00000000000a', 'bob@example.org', 'owner', '2025-01-01');
        """

    @Test("is counted where a deletion is taken back, which the ledger does not undo", arguments: cases)
    func deletions(_ tested: Case) async throws {
        let platform = try AdoptedPlatform(
            tested.platform, try #require(PlatformTables.all[tested.platform]) + tested.before)
        _ = try await platform.adopt()
        try platform.change(tested.deletion)
        let (second, refusals) = try await platform.adopt()
        #expect(second.refused == 0, "\(refusals.map(\.description))")
        try platform.change(tested.restoration)
        let (third, others) = try await platform.adopt()
        #expect(third.refused == 0, "\(others.map(\.description))")
        #expect(AdoptedPlatform.findings(third, tested.column)[.changed] == 1, "\(third.sortedFindings)")
        let (fourth, _) = try await platform.adopt()
        #expect(fourth.events == 0 && fourth.refused == 0, "\(fourth)")
    }
}
