import AgentLedger
import LedgerExporters
import LedgerPlatforms
import LedgerTables
import Servers
import Testing

@Suite("The schema agent_monitoring")
struct AgentMonitoringTests {
    private func snapshot(_ name: String) async throws -> LedgerSnapshot {
        try await SimulatedLedger.shared.value.snapshot(try #require(Projections.named(name)))
    }

    @Test("holds in PostgreSQL what the schema ledger tells in its own words")
    func rows() async throws {
        let database = try await ExportedSchemas.shared.database(with: "agent_monitoring")
        for (asked, known) in Self.questions {
            let answer = try TemporaryPostgres.ask(database, "SET search_path = agent_monitoring; \(asked)")
            #expect(try answer == TemporaryPostgres.ask(database, "SET search_path = ledger; \(known)"), "\(asked)")
            #expect(!answer.isEmpty, "\(asked)")
        }
        let report = try await ExportedSchemas.shared.report(of: "agent_monitoring")
        #expect(report.tables.allSatisfy { $0.rows > 0 }, "\(report.tables)")
    }

    /// A question to each schema that must have the same answer.
    private static let questions = [
        (
            "SELECT id, name, role, password_hash FROM users ORDER BY id",
            """
            SELECT id, display_name, CASE WHEN 'admin' = ANY(roles) THEN 'admin' ELSE coalesce(roles[1], 'user') END,
              CASE WHEN status = 'active' AND deleted_at IS NULL THEN coalesce(password_hash, '!') ELSE '!' END
            FROM users ORDER BY id
            """
        ),
        (
            "SELECT email, count(*) OVER () FROM users ORDER BY id",
            """
            SELECT CASE WHEN deleted_at IS NULL THEN email ELSE id || '@deleted.invalid' END, count(*) OVER ()
            FROM users ORDER BY id
            """
        ),
        (
            "SELECT user_id, org_id, role FROM org_memberships ORDER BY 1, 2",
            "SELECT user_id, organization_id, role FROM memberships WHERE removed_at IS NULL ORDER BY 1, 2"
        ),
        (
            "SELECT id, default_config, required_params FROM agent_types ORDER BY id",
            "SELECT id, default_config, to_jsonb(required_params) FROM agent_types ORDER BY id"
        ),
        (
            "SELECT id, org_id, api_key, webhook_url, config, schedule, status, last_heartbeat FROM agents ORDER BY id",
            """
            SELECT id, organization_id, api_key_hash, webhook_url, parameters, schedule,
              CASE WHEN deleted_at IS NULL AND status IN ('active', 'error') THEN status ELSE 'inactive' END,
              last_heartbeat FROM agents ORDER BY id
            """
        ),
        (
            """
            SELECT id, agent_id, status, message, started_at, completed_at, duration, details->>'status'
            FROM agent_logs WHERE details->>'kind' = 'workflow_execution' ORDER BY id
            """,
            """
            SELECT id, agent_id,
              CASE status WHEN 'completed' THEN 'success' WHEN 'cancelled' THEN 'warning' ELSE 'error' END,
              coalesce(error_message, status_message), started_at, completed_at, duration_ms, status
            FROM workflow_executions WHERE status IN ('completed', 'failed', 'timeout', 'cancelled') ORDER BY id
            """
        ),
        (
            """
            SELECT details->>'agent_execution_id', agent_id, status, message, duration, details->>'status'
            FROM agent_logs WHERE details->>'kind' = 'agent_execution' ORDER BY 1
            """,
            """
            SELECT id, agent_id,
              CASE status WHEN 'completed' THEN 'success' WHEN 'skipped' THEN 'warning' ELSE 'error' END,
              status_reason, duration_ms, status
            FROM agent_executions WHERE status IN ('completed', 'failed', 'skipped') ORDER BY 1
            """
        ),
        (
            "SELECT count(*), count(DISTINCT id), sum(duration) FROM agent_logs",
            """
            SELECT count(*), count(*), sum(duration_ms) FROM (
              SELECT duration_ms FROM agent_executions WHERE status IN ('completed', 'failed', 'skipped') UNION ALL
              SELECT duration_ms FROM workflow_executions WHERE status IN ('completed', 'failed', 'timeout', 'cancelled')
            ) e
            """
        ),
        (
            "SELECT id, agent_id, name, conditions, channels, enabled FROM alert_configs ORDER BY id",
            """
            SELECT id, agent_id, name, conditions, channels, enabled AND deleted_at IS NULL FROM alert_rules ORDER BY id
            """
        ),
        (
            "SELECT id, config_id, agent_id, triggered_at, resolved_at, status, details FROM alerts ORDER BY id",
            "SELECT id, alert_rule_id, agent_id, triggered_at, resolved_at, status, details FROM alerts ORDER BY id"
        ),
    ]

    @Test("says success, error and warning of what ended, and each of them comes about in every way")
    func outcomes() async throws {
        let database = try await ExportedSchemas.shared.database(with: "agent_monitoring")
        #expect(
            try TemporaryPostgres.ask(
                database,
                """
                SELECT DISTINCT details->>'kind', details->>'status', status FROM agent_monitoring.agent_logs ORDER BY 1, 2
                """)
                    == """
                    agent_execution|completed|success
                    agent_execution|failed|error
                    agent_execution|skipped|warning
                    workflow_execution|cancelled|warning
                    workflow_execution|completed|success
                    workflow_execution|failed|error
                    workflow_execution|timeout|error
                    """)
    }

    @Test("goes into SQLite with the same rows")
    func sqlite() async throws {
        let folder = try TemporaryFolder()
        let snapshot = try await self.snapshot("agent_monitoring")
        let report = try SQLiteExporter(path: "\(folder.path)/monitoring.db").export(snapshot)
        for table in snapshot.schema.tables {
            var rows = 0
            try snapshot.rows(of: table, changedAfter: nil) { _ in rows += 1 }
            #expect(report.tables.first { $0.name == table.name }?.rows == rows, "\(table.name)")
        }
    }
}
