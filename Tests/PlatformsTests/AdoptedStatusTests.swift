import AgentLedger
import LedgerDomain
import Servers
import Testing

@Suite("States that an adopted platform changes")
struct AdoptedStatusTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var platform: String
        var table: String
        var statuses: [String]
        /// The end of the id of the row that is copied.
        var base: String
        /// Other columns of a copy when it is made and when it changes; `old` and `new` are its states, `n` its number.
        var made: String = "'{}'"
        var changed: String = "'{}'"
        /// The ledger's table and state, as the platform has it.
        var ledger: String
        var status = "status"
        /// Runs before the copies are made, with their number as `n`.
        var before = ""
        /// Pairs that have to be taken.
        var taken: [String]

        var testDescription: String { "\(self.platform).\(self.table)" }
    }

    private static let hosted = """
        jsonb_build_object('correlation_id', '00000000-0000-4000-8000-0000000dd' || lpad(n::text, 3, '0'),
          'started_at', CASE WHEN old NOT IN ('queued', 'pending') THEN '2025-01-03' END, 'completed_at',
          CASE WHEN old IN ('completed', 'failed', 'timeout', 'cancelled') THEN '2025-01-05' END, 'paused_at',
          CASE WHEN old = 'paused' THEN '2025-01-04' END, 'updated_at', '2025-01-05')
        """
    private static let hostedThen = """
        jsonb_build_object('started_at', CASE WHEN new NOT IN ('queued', 'pending') THEN '2025-01-03' END, 'completed_at',
          CASE WHEN new IN ('completed', 'failed', 'timeout', 'cancelled') THEN '2025-02-01' END, 'status_message', 'fin',
          'paused_at', CASE WHEN old = 'paused' THEN '2025-01-04' WHEN new = 'paused' THEN '2025-01-20' END,
          'updated_at', '2025-02-01', 'retry_count', CASE WHEN old = 'failed' AND new IN ('running', 'queued') THEN 1 ELSE 0 END)
        """
    private static let studioRun = """
        jsonb_build_object('started_at', CASE WHEN old <> 'pending' THEN '2025-01-03' END, 'completed_at',
          CASE WHEN old IN ('completed', 'failed', 'cancelled') THEN '2025-01-05' END)
        """
    private static let studioRunThen = """
        jsonb_build_object('started_at', CASE WHEN new <> 'pending' THEN '2025-01-03' END, 'completed_at',
          CASE WHEN new IN ('completed', 'failed', 'cancelled') THEN '2025-02-01' END)
        """
    private static let ended = "jsonb_build_object('updated_at', '2025-02-01')"

    static let cases = [
        Case(
            platform: "orchestrator_platform", table: "workflow_executions",
            statuses: ["queued", "pending", "running", "paused", "completed", "failed", "cancelled", "timeout"],
            base: "f001", made: hosted, changed: hostedThen, ledger: "workflow_executions",
            taken: [
                "paused completed", "paused failed", "paused timeout", "paused running", "paused cancelled",
                "failed running", "failed queued", "failed completed", "running paused", "queued completed",
            ]),
        Case(
            platform: "orchestrator_platform", table: "agents", statuses: ["draft", "active", "inactive", "error"],
            base: "a1", made: "jsonb_build_object('name', 'Agent ' || n)", changed: ended, ledger: "agents",
            taken: ["inactive error", "error inactive"]),
        Case(
            platform: "orchestrator_platform", table: "marketplace_integrations",
            statuses: ["pending", "published", "unpublished", "error"], base: "a101",
            made: """
                jsonb_build_object('agent_id', '00000000-0000-4000-8000-00000000c' || lpad(n::text, 3, '0'), 'published_at',
                  CASE WHEN old IN ('published', 'unpublished') THEN '2025-01-03' END, 'unpublished_at',
                  CASE WHEN old = 'unpublished' THEN '2025-01-04' END)
                """,
            changed: """
                jsonb_build_object('updated_at', '2025-02-01', 'published_at',
                  CASE WHEN new IN ('published', 'unpublished') THEN '2025-01-03' END, 'unpublished_at',
                  CASE WHEN new = 'unpublished' THEN '2025-02-01' END)
                """,
            ledger: "marketplace_integrations",
            before: """
                INSERT INTO agents SELECT r.* FROM agents t, generate_series(1, 16) n, LATERAL jsonb_populate_record(t,
                  jsonb_build_object('id', '00000000-0000-4000-8000-00000000c' || lpad(n::text, 3, '0'), 'name', 'Host ' || n)) r
                  WHERE t.id = '00000000-0000-4000-8000-0000000000a1';
                """, taken: ["published pending", "unpublished error", "unpublished published"]),
        Case(
            platform: "ops_studio", table: "workflow_executions",
            statuses: ["pending", "running", "completed", "failed", "cancelled"], base: "f001", made: studioRun,
            changed: studioRunThen, ledger: "workflow_executions",
            status: "CASE status WHEN 'queued' THEN 'pending' WHEN 'paused' THEN 'running' ELSE status END",
            taken: ["failed running", "failed pending", "pending completed", "running failed"]),
        Case(
            platform: "ops_studio", table: "agent_executions",
            statuses: ["queued", "running", "completed", "failed", "skipped"], base: "d001",
            made: "jsonb_build_object('started_at', NULL, 'completed_at', NULL)", changed: "'{}'",
            ledger: "agent_executions", taken: ["failed running", "failed completed", "queued skipped"]),
        Case(
            platform: "ops_studio", table: "workflows", statuses: ["draft", "active", "paused", "archived"], base: "e1",
            made: "jsonb_build_object('name', 'Workflow ' || n)", changed: ended, ledger: "workflows",
            taken: ["paused active", "draft paused", "active archived"]),
        Case(
            platform: "ops_studio", table: "integrations", statuses: ["connected", "disconnected", "error"],
            base: "c001",
            made: "jsonb_build_object('integration_type', 'type-' || n)", changed: ended, ledger: "integrations",
            taken: ["disconnected error", "error disconnected", "disconnected connected"]),
        Case(
            platform: "ops_studio", table: "organizations", statuses: ["active", "suspended", "cancelled"], base: "a",
            changed: ended, ledger: "organizations", taken: ["active cancelled", "suspended active"]),
        Case(
            platform: "core_platform", table: "tasks",
            statuses: ["pending", "in_progress", "completed", "failed", "timeout", "cancelled"], base: "d1",
            made: "jsonb_build_object('started_at', NULL, 'completed_at', NULL)", changed: ended, ledger: "tasks",
            taken: ["in_progress failed", "pending timeout"]),
        Case(
            platform: "core_platform", table: "projects",
            statuses: ["planning", "in_progress", "paused", "completed", "failed", "cancelled"], base: "e1",
            changed: ended, ledger: "projects", taken: ["paused completed", "paused in_progress", "planning failed"]),
        Case(
            platform: "core_platform", table: "project_steps",
            statuses: ["pending", "in_progress", "completed", "failed", "skipped"], base: "e101",
            made: "jsonb_build_object('step_id', 'step-' || n)", changed: ended, ledger: "project_steps",
            taken: ["pending skipped", "pending completed"]),
        Case(
            platform: "core_platform", table: "users", statuses: ["active", "inactive", "deleted"], base: "1",
            made: "jsonb_build_object('email', n || '@example.org')", changed: ended, ledger: "users",
            status: "CASE WHEN deleted_at IS NOT NULL THEN 'deleted' ELSE status END",
            taken: ["inactive active", "active deleted"]),
        Case(
            platform: "agent_monitoring", table: "agents", statuses: ["active", "inactive", "error"], base: "a1",
            made: "jsonb_build_object('name', 'Agent ' || n)", changed: ended, ledger: "agents",
            status: "CASE status WHEN 'draft' THEN 'inactive' ELSE status END",
            taken: ["inactive error", "error active"]),
        Case(
            platform: "agent_monitoring", table: "agent_logs", statuses: ["success", "error", "warning", "running"],
            base: "f001", changed: "'{}'", ledger: "workflow_executions",
            status:
                "CASE status WHEN 'completed' THEN 'success' WHEN 'failed' THEN 'error' WHEN 'cancelled' THEN 'warning' "
                + "ELSE status END", taken: ["running success", "running error"]),
        Case(
            platform: "agent_infrastructure", table: "tasks",
            statuses: ["pending", "in_progress", "completed", "failed", "timeout", "cancelled"], base: "e1",
            made: "jsonb_build_object('started_at', NULL, 'completed_at', NULL)", changed: ended, ledger: "tasks",
            taken: ["in_progress failed", "pending timeout"]),
        Case(
            platform: "agent_infrastructure", table: "conversations", statuses: ["active", "ended"], base: "c1",
            changed: ended, ledger: "conversations", taken: ["active ended"]),
    ]

    @Test("are the ledger's after the next import, or the report counts those that it did not take", arguments: cases)
    func pairs(_ tested: Case) async throws {
        let states = tested.statuses.enumerated().flatMap { index, old in
            tested.statuses.enumerated().map { (index * tested.statuses.count + $0 + 1, old, $1) }
        }
        let pairs = states.map { "(\($0.0), '\($0.1)', '\($0.2)')" }.joined(separator: ", ")
        let id = "'00000000-0000-4000-8000-0000000dd' || lpad(n::text, 3, '0')"
        let base = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - tested.base.count) + tested.base
        let platform = try AdoptedPlatform(
            tested.platform,
            try #require(PlatformTables.all[tested.platform]) + tested.before + """
                INSERT INTO \(tested.table) SELECT r.* FROM \(tested.table) t, (VALUES \(pairs)) p(n, old, new),
                  LATERAL jsonb_populate_record(t, jsonb_build_object('id', \(id), 'status', old) || \(tested.made)) r
                  WHERE t.id = '\(base)';
                """)
        let (_, first) = try await platform.adopt()
        #expect(first.isEmpty, "\(first)")
        let columns = try TemporaryPostgres.ask(
            platform.conninfo,
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns "
                + "WHERE table_schema = 'public' AND table_name = '\(tested.table)'")
        try platform.change(
            """
            UPDATE \(tested.table) t SET (\(columns)) = (SELECT r.* FROM jsonb_populate_record(t,
              jsonb_build_object('status', new) || \(tested.changed)) r)
            FROM (VALUES \(pairs)) p(n, old, new) WHERE t.id = (\(id))::uuid AND old <> new;
            """)
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0, "\(refusals.map(\.description).joined(separator: "\n"))")
        let found = try await platform.rows(
            "SELECT id, \(tested.status) FROM \(tested.ledger) WHERE id LIKE '00000000-0000-4000-8000-0000000dd%'")
        let statuses = Dictionary(uniqueKeysWithValues: found.map { ($0[0], $0[1]) })
        var lost: [String] = []
        for (number, old, new) in states {
            let digits = String(number)
            let key = "00000000-0000-4000-8000-0000000dd" + String(repeating: "0", count: 3 - digits.count) + digits
            if statuses[key] != new { lost.append("\(old) \(new)") }
        }
        #expect(lost.filter { tested.taken.contains($0) }.isEmpty, "\(lost)")
        let counted =
            AdoptedPlatform.findings(report, "\(tested.table).status")[.changed, default: 0]
            + AdoptedPlatform.findings(report, "\(tested.table).ended_at")[.changed, default: 0]
        let words = tested.table == "agent_logs" ? tested.statuses.count - 1 : 0
        #expect(counted - words == lost.count, "\(lost) \(report.sortedFindings)")
        let (again, more) = try await platform.adopt()
        #expect(again.events == 0 && again.refused == 0, "\(again) \(more)")
    }

    @Test("the version that counts is the platform's, when it chooses another or adds one that does not count")
    func versions() async throws {
        let platform = try AdoptedPlatform(
            "core_platform",
            PlatformTables.core + """
                INSERT INTO deliverable_versions (id, deliverable_id, version_number, content, created_at, updated_at) VALUES
                  ('00000000-0000-4000-8000-00000000f102', '00000000-0000-4000-8000-0000000000f1', 2, 'Twice.', '2025-01-05',
                   '2025-01-05');
                """)
        func current() async throws -> [[String]] {
            try await platform.rows("SELECT version_number FROM deliverable_versions WHERE is_current_version")
        }
        _ = try await platform.adopt()
        #expect(try await current() == [["1"]])
        try platform.change(
            "UPDATE deliverable_versions SET is_current_version = NOT is_current_version, updated_at = '2025-02-01'")
        let (second, refusals) = try await platform.adopt()
        #expect(second.refused == 0, "\(refusals)")
        #expect(try await current() == [["2"]])
        try platform.change(
            """
            INSERT INTO deliverable_versions (id, deliverable_id, version_number, content, created_at) VALUES
              ('00000000-0000-4000-8000-00000000f103', '00000000-0000-4000-8000-0000000000f1', 3, 'Thrice.', '2025-02-02');
            """)
        let (third, more) = try await platform.adopt()
        #expect(third.refused == 0, "\(more)")
        #expect(try await current() == [["2"]])
    }
}
