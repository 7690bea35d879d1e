import AgentLedger
import LedgerExporters
import LedgerPlatforms
import Servers
import Testing

@Suite("ops_studio")
struct OpsStudioTests {
    @Test("takes every row into PostgreSQL and SQLite, and no reference leads nowhere")
    func exports() async throws {
        let database = try await OpsStudioDatabase.shared.value
        let report = database.report
        #expect(report.tables.allSatisfy { $0.orphans == 0 }, "\(report.tables)")
        #expect(report.tables.filter { $0.rows == 0 }.map(\.name) == [])
        let folder = try TemporaryFolder()
        let ledger = try await SimulatedLedger.shared.value
        let snapshot = try ledger.snapshot(try #require(Projections.named("ops_studio")))
        let sqlite = try SQLiteExporter(path: "\(folder.path)/ops.sqlite").export(snapshot)
        #expect(sqlite.tables == report.tables)
    }

    /// Pairs of questions that have one answer: about `ops_studio`, and about `ledger`.
    static let equals: [(String, String)] = [
        ("count(*) FROM ops_studio.organizations", "count(*) FROM ledger.organizations"),
        (
            "count(*), sum(monthly_executions_used) FROM ops_studio.organizations",
            "count(*), sum(monthly_executions_used) FROM ledger.organizations"
        ),
        (
            "count(*), sum((SELECT count(*) FROM jsonb_object_keys(api_keys))) FROM ops_studio.organizations",
            "count(*), (SELECT count(*) FROM ledger.api_keys) FROM ledger.organizations"
        ),
        ("count(*) FROM ops_studio.users", "count(DISTINCT (organization_id, user_id)) FROM ledger.memberships"),
        (
            "role::text, count(*) FROM ops_studio.users WHERE deleted_at IS NULL GROUP BY 1 ORDER BY 1",
            "m.role, count(*) FROM ledger.memberships m JOIN ledger.users u ON u.id = user_id "
                + "WHERE removed_at IS NULL AND deleted_at IS NULL GROUP BY 1 ORDER BY 1"
        ),
        (
            "status::text, count(*), sum(total_executions), sum(average_cost), sum(average_duration)::numeric(38,3) "
                + "FROM ops_studio.workflows GROUP BY 1 ORDER BY 1",
            "status, count(*), sum(total_executions), sum(average_cost), sum(average_duration)::numeric(38,3) "
                + "FROM ledger.workflows GROUP BY 1 ORDER BY 1"
        ),
        (
            "count(*) FROM ops_studio.agents WHERE NOT configuration ? 'synthetic'",
            "count(*) FROM ledger.workflow_nodes"
        ),
        (
            "count(*), sum(total_tokens_used), sum(estimated_cost), sum(duration_ms) "
                + "FROM ops_studio.workflow_executions",
            "count(*), sum(total_tokens_used), sum(estimated_cost), sum(duration_ms) FROM ledger.workflow_executions"
        ),
        (
            "status::text, count(*), sum(input_tokens), sum(output_tokens), sum(estimated_cost), sum(retry_count) "
                + "FROM ops_studio.agent_executions GROUP BY 1 ORDER BY 1",
            "status, count(*), sum(input_tokens), sum(output_tokens), sum(estimated_cost), sum(retry_count) "
                + "FROM ledger.agent_executions GROUP BY 1 ORDER BY 1"
        ),
        (
            "level::text, count(*), count(agent_execution_id) FROM ops_studio.execution_logs GROUP BY 1 ORDER BY 1",
            "level, count(*), count(agent_execution_id) FROM ledger.execution_logs GROUP BY 1 ORDER BY 1"
        ),
        (
            "metric_type, count(*), count(agent_id), sum(value) FROM ops_studio.agent_metrics GROUP BY 1 ORDER BY 1",
            "metric_type, count(*), count(agent_execution_id), sum(value) FROM ledger.agent_metrics "
                + "GROUP BY 1 ORDER BY 1"
        ),
        (
            "evaluator_name, count(*), sum(score), count(superseded_by) FROM ops_studio.evaluation_results "
                + "GROUP BY 1 ORDER BY 1",
            "evaluator_name, count(*), sum(score), count(superseded_by) FROM ledger.evaluation_results "
                + "GROUP BY 1 ORDER BY 1"
        ),
        (
            "count(*), count(webhook_secret) FROM ops_studio.workflow_triggers",
            "count(*), count(webhook_secret_reference) FROM ledger.workflow_triggers WHERE removed_at IS NULL"
        ),
        (
            "status::text, count(*), min(credentials->>'reference') FROM ops_studio.integrations GROUP BY 1 ORDER BY 1",
            "status, count(*), min(credentials) FROM ledger.integrations WHERE removed_at IS NULL GROUP BY 1 ORDER BY 1"
        ),
        (
            "usage_type, count(*), sum(quantity), sum(total_cost), max(currency) FROM ops_studio.usage_records "
                + "GROUP BY 1 ORDER BY 1",
            "usage_type, count(*), sum(quantity), sum(total_cost), max(currency) FROM ledger.usage_records "
                + "WHERE voided_at IS NULL GROUP BY 1 ORDER BY 1"
        ),
        (
            "status::text, count(*), sum(subtotal), sum(tax), sum(total), sum(jsonb_array_length(line_items)) "
                + "FROM ops_studio.invoices GROUP BY 1 ORDER BY 1",
            "i.status, count(*), sum(subtotal), sum(tax), sum(total), "
                + "sum((SELECT count(*) FROM ledger.invoice_lines WHERE invoice_id = i.id)) "
                + "FROM ledger.invoices i GROUP BY 1 ORDER BY 1"
        ),
        (
            "outcome::text, count(*), max(position), count(user_id) FROM ops_studio.audit_logs GROUP BY 1 ORDER BY 1",
            "outcome, count(*), max(position), count(*) FILTER (WHERE actor LIKE 'user:%' AND organization_id IS NOT NULL) "
                + "FROM ledger.audit_logs GROUP BY 1 ORDER BY 1"
        ),
    ]

    @Test("tells what the ledger tells", arguments: Self.equals)
    func sums(ours: String, ledger: String) async throws {
        let database = try await OpsStudioDatabase.shared.value
        #expect(try database.ask("SELECT \(ours)") == database.ask("SELECT \(ledger)"))
    }

    @Test("maps every state of a run: waiting is pending, paused is running, a timeout is a failure that says so")
    func states() async throws {
        let database = try await OpsStudioDatabase.shared.value
        let pairs = try database.ask(
            "SELECT DISTINCT l.status, o.status FROM ledger.workflow_executions l "
                + "JOIN ops_studio.workflow_executions o USING (id) ORDER BY 1")
        let expected = [
            "queued": "pending", "pending": "pending", "running": "running", "paused": "running",
            "completed": "completed", "failed": "failed", "cancelled": "cancelled", "timeout": "failed",
        ]
        for line in pairs.split(separator: "\n") {
            let pair = line.split(separator: "|").map(String.init)
            #expect(expected[pair[0]] == pair[1])
        }
        #expect(
            try database.ask(
                "SELECT DISTINCT status_reason FROM ops_studio.workflow_executions o "
                    + "JOIN ledger.workflow_executions l USING (id) WHERE l.status = 'timeout'") == "timeout")
        #expect(
            try database.ask(
                "SELECT count(*) FROM ops_studio.workflow_executions o JOIN ledger.workflow_executions l USING (id) "
                    + "WHERE (l.status = 'paused') <> (o.metadata ? 'paused_at') "
                    + "OR (l.status = 'paused') AND (o.metadata->>'paused_at')::timestamptz <> l.paused_at") == "0")
    }

    @Test("a part of a run belongs to the node at which its agent stood, or to one that stands in for it")
    func nodes() async throws {
        let database = try await OpsStudioDatabase.shared.value
        let executions =
            "ops_studio.agent_executions e JOIN ops_studio.agents n ON n.id = e.agent_id "
            + "JOIN ledger.agent_executions l ON l.id = e.id JOIN ops_studio.workflow_executions r "
            + "ON r.id = e.workflow_execution_id"
        #expect(
            try database.ask(
                "SELECT count(*) FROM \(executions) WHERE n.workflow_id <> r.workflow_id "
                    + "OR n.configuration ? 'synthetic' AND n.configuration->>'agent_id' IS DISTINCT FROM l.agent_id::text"
            )
                == "0")
        #expect(
            try database.ask(
                "SELECT count(*) FILTER (WHERE configuration ? 'synthetic') > 0, "
                    + "count(*) FILTER (WHERE NOT configuration ? 'synthetic') > 0 FROM \(executions)") == "t|t")
    }

    @Test("somebody in several organizations is a user in each, and created what they created there")
    func users() async throws {
        let database = try await OpsStudioDatabase.shared.value
        #expect(
            try database.ask(
                "SELECT count(*) FROM ops_studio.workflows o JOIN ledger.workflows l USING (id) "
                    + "JOIN ledger.users u ON u.id = l.created_by LEFT JOIN ops_studio.users p ON p.id = o.created_by "
                    + "WHERE u.deleted_at IS NULL AND p.email IS DISTINCT FROM u.email OR p.organization_id <> "
                    + "o.organization_id") == "0")
        #expect(try database.ask("SELECT count(*) > 0 FROM ops_studio.workflows WHERE created_by IS NOT NULL") == "t")
    }

    @Test("the audit log says what was and what came of it, by whom, and nothing personal")
    func audit() async throws {
        let database = try await OpsStudioDatabase.shared.value
        #expect(
            try database.ask(
                "SELECT DISTINCT before->>'status', after->>'status' FROM ops_studio.audit_logs "
                    + "WHERE action = 'workflow_execution.paused'") == "running|paused")
        #expect(
            try database.ask(
                "SELECT count(*) FROM ops_studio.audit_logs a JOIN ops_studio.audit_logs b ON b.entity_id = a.entity_id "
                    + "AND b.action = 'workflow.renamed' AND a.action = 'workflow.created' "
                    + "WHERE a.before IS NULL AND a.after ? 'name' AND b.before ? 'name' AND b.after ? 'name' "
                    + "AND b.before->>'name' <> b.after->>'name'")
                == database.ask("SELECT count(*) FROM ops_studio.audit_logs WHERE action = 'workflow.renamed'"))
        #expect(
            try database.ask(
                "SELECT count(*) FROM ops_studio.audit_logs a JOIN ops_studio.users u ON u.id = a.user_id "
                    + "AND u.organization_id = a.organization_id") != "0")
        #expect(
            try database.ask(
                "SELECT count(*) FROM ledger.users u JOIN ops_studio.audit_logs a ON a.entity_id = u.id "
                    + "WHERE concat(a.before, a.after, a.details) LIKE '%' || u.email || '%'") == "0")
    }
}
