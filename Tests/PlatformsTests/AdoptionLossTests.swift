import AgentLedger
import LedgerDomain
import LedgerEvents
import Servers
import Testing

@Suite("What an adopted platform holds")
struct AdoptionLossTests {
    private static func id<Thing>(_ end: UInt128) -> ID<Thing> {
        ID(bits: 0x0000_0000_0000_4000_8000_0000_0000_0000 + end)
    }

    @Test("is adopted, kept, or counted as not adopted: of runs, agents, listings and columns of the platform's own")
    func orchestrator() async throws {
        let platform = try AdoptedPlatform(
            "orchestrator_platform",
            PlatformTables.orchestrator + """
                ALTER TABLE workflows ADD COLUMN cost_center text, ADD COLUMN stripe_secret text;
                UPDATE workflows SET cost_center = 'R&D', stripe_secret = 'sk_live_abcdefghijklmnop1234';
                UPDATE marketplace_integrations SET status = 'unpublished', published_at = NULL;
                INSERT INTO workflow_executions (id, workflow_id, agent_id, status, status_message, error_message,
                    error_code, correlation_id, parent_execution_id, started_at, completed_at, created_at) VALUES
                  ('00000000-0000-4000-8000-00000000f002', '00000000-0000-4000-8000-0000000000e1',
                   '00000000-0000-4000-8000-0000000000a1', 'timeout', 'late', 'no answer', 'E504',
                   '00000000-0000-4000-8000-00000000f077', '00000000-0000-4000-8000-00000000f001', '2025-01-03',
                   '2025-01-03 01:00Z', '2025-01-03'),
                  ('00000000-0000-4000-8000-00000000f003', '00000000-0000-4000-8000-0000000000e1',
                   '00000000-0000-4000-8000-0000000000a1', 'cancelled', 'stop', 'killed', 'E9',
                   '00000000-0000-4000-8000-00000000f003', NULL, '2025-01-03', '2025-01-03 01:00Z', '2025-01-03'),
                  ('00000000-0000-4000-8000-00000000f004', '00000000-0000-4000-8000-0000000000e1',
                   '00000000-0000-4000-8000-0000000000a1', 'running', 'half way', NULL, NULL,
                   '00000000-0000-4000-8000-00000000f004', NULL, '2025-01-03', NULL, '2025-01-03');
                """)
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0, "\(refusals)")
        let kept = try await platform.rows(
            """
            SELECT row_key, extra->>'status_message', extra->>'error_message', extra->>'error_code',
              extra->>'correlation_id' FROM adopted_rows WHERE table_name = 'workflow_executions'
              AND row_key > '00000000-0000-4000-8000-00000000f001' ORDER BY 1
            """)
        let prefix = "00000000-0000-4000-8000-00000000"
        #expect(
            kept == [
                ["\(prefix)f002", "", "no answer", "E504", "\(prefix)f077"], ["\(prefix)f003", "", "killed", "E9", ""],
                ["\(prefix)f004", "half way", "", "", ""],
            ])
        let agent = try await platform.rows(
            "SELECT extra->'resource_limits' FROM adopted_rows WHERE table_name = 'agents'")
        #expect(agent == [[#"{"cpu":2}"#]])
        let workflow = try await platform.rows(
            "SELECT extra->>'cost_center', extra->>'stripe_secret' FROM adopted_rows WHERE table_name = 'workflows'")
        #expect(workflow == [["R&D", "${MASKED}"]])
        #expect(AdoptedPlatform.findings(report, "workflows.stripe_secret")[.notAdopted] == 1)
        #expect(AdoptedPlatform.findings(report, "workflow_executions.error_code")[.kept] == 2)
        let listing: MarketplaceListing? = try await platform.ledger.find(Self.id(0xA101))
        #expect(listing?.status == .unpublished)
    }

    @Test("is kept of unfinished tasks and of versions with numbers of their own")
    func core() async throws {
        let platform = try AdoptedPlatform(
            "core_platform",
            PlatformTables.core + """
                INSERT INTO tasks (id, user_id, method, prompt, status, response, llm_metadata, created_at) VALUES
                  ('00000000-0000-4000-8000-0000000000d2', '00000000-0000-4000-8000-000000000001', 'process', 'Write.',
                   'in_progress', 'So far', '{"model": "gpt-5"}', '2025-01-02'),
                  ('00000000-0000-4000-8000-0000000000d3', '00000000-0000-4000-8000-0000000000ff', 'process', 'Write.',
                   'failed', 'Half', '{"model": "gpt-5"}', '2025-01-02');
                UPDATE deliverable_versions SET version_number = 4;
                """)
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0, "\(refusals)")
        let tasks = try await platform.rows(
            """
            SELECT extra->>'response', extra->'llm_metadata' FROM adopted_rows WHERE table_name = 'tasks'
              AND row_key > '00000000-0000-4000-8000-0000000000d1' ORDER BY row_key
            """)
        #expect(tasks == [["So far", #"{"model":"gpt-5"}"#], ["Half", #"{"model":"gpt-5"}"#]])
        let version = try await platform.rows(
            "SELECT extra->>'version_number' FROM adopted_rows WHERE table_name = 'deliverable_versions'")
        #expect(version == [["4"]])
        // The user of the third task is in no row.
        #expect(AdoptedPlatform.findings(report, "users.id")[.madeUp] == 1)
        #expect(try await platform.ledger.find(Self.id(0xFF) as UserID) != nil)
    }

    @Test("is history where the platform billed or noted it: kept whole, and neither billed nor counted again")
    func history() async throws {
        let platform = try AdoptedPlatform("ops_studio", PlatformTables.studio)
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0, "\(refusals)")
        let rows = try await platform.rows(
            """
            SELECT table_name, coalesce(extra->'total', extra->'total_cost', extra->'action') FROM adopted_rows
            WHERE table_name IN ('invoices', 'usage_records', 'audit_logs') ORDER BY 1
            """)
        #expect(
            rows == [["audit_logs", "\"login\""], ["invoices", "11.90"], ["usage_records", "0.0024"]], "\(rows)")
        #expect(try await platform.rows("SELECT count(*) FROM invoices") == [["0"]])
        #expect(try await platform.rows("SELECT count(*) FROM usage_records") == [["0"]])
    }
}
