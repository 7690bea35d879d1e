import Servers
import Testing

@Suite("Look-ups in ops_studio")
struct OpsStudioLookupTests {
    /// Each index by name, with a question that it is for.
    private static let lookups: KeyValuePairs<String, String> = [
        "idx_organizations_tier": "organizations WHERE subscription_tier = 'enterprise'",
        "idx_organizations_status": "organizations WHERE status = 'suspended'",
        "idx_users_organization": "users WHERE organization_id = pg_temp.n(77)",
        "idx_users_email": "users WHERE email = 'user-77@lookup.example'",
        "idx_users_role": "users WHERE role = 'viewer'",
        "users_organization_id_email_key":
            "users WHERE organization_id = pg_temp.n(77) AND email = 'everywhere@lookup.example'",
        "idx_workflows_org": "workflows WHERE organization_id = pg_temp.n(77)",
        "idx_workflows_status": "workflows WHERE status = 'paused'",
        "idx_workflows_created": "workflows ORDER BY created_at DESC LIMIT 20",
        "workflows_organization_id_name_deleted_at_key":
            "workflows WHERE organization_id = pg_temp.n(77) AND name = 'n76' AND deleted_at IS NULL",
        "idx_agents_workflow": "agents WHERE workflow_id = pg_temp.n(77)",
        "idx_agents_type": "agents WHERE type = 'analyzer'",
        "agents_workflow_id_name_key": "agents WHERE workflow_id = pg_temp.n(77) AND name = 'n76'",
        "idx_executions_workflow": "workflow_executions WHERE workflow_id = pg_temp.n(77)",
        "idx_executions_status": "workflow_executions WHERE status = 'cancelled'",
        "idx_executions_org": "workflow_executions WHERE organization_id = pg_temp.n(77)",
        "idx_executions_created": "workflow_executions ORDER BY created_at DESC LIMIT 20",
        "idx_executions_org_created":
            "workflow_executions WHERE organization_id = pg_temp.n(1) ORDER BY created_at DESC LIMIT 20",
        "idx_executions_status_org": "workflow_executions WHERE status = 'failed' AND organization_id = pg_temp.n(1)",
        "idx_agent_executions_workflow_exec": "agent_executions WHERE workflow_execution_id = pg_temp.n(77)",
        "idx_agent_executions_agent": "agent_executions WHERE agent_id = pg_temp.n(77)",
        "idx_agent_executions_status": "agent_executions WHERE status = 'skipped'",
        "idx_agent_executions_workflow_exec_status":
            "agent_executions WHERE workflow_execution_id = pg_temp.n(1) AND status = 'failed'",
        "idx_logs_agent_exec": "execution_logs WHERE agent_execution_id = pg_temp.n(77)",
        "idx_logs_workflow_exec": "execution_logs WHERE workflow_execution_id = pg_temp.n(77)",
        "idx_logs_level": "execution_logs WHERE level = 'critical'",
        "idx_logs_timestamp": "execution_logs ORDER BY \"timestamp\" DESC LIMIT 50",
        "idx_logs_trace": "execution_logs WHERE trace_id = 't77'",
        "idx_metrics_agent_exec": "agent_metrics WHERE agent_execution_id = pg_temp.n(77)",
        "idx_metrics_agent": "agent_metrics WHERE agent_id = pg_temp.n(77)",
        "idx_metrics_org": "agent_metrics WHERE organization_id = pg_temp.n(77)",
        "idx_metrics_type": "agent_metrics WHERE metric_type = 'error_rate'",
        "idx_metrics_timestamp": "agent_metrics ORDER BY \"timestamp\" DESC LIMIT 50",
        "idx_metrics_agent_timestamp":
            "agent_metrics WHERE agent_id = pg_temp.n(1) ORDER BY \"timestamp\" DESC LIMIT 50",
        "idx_evaluations_agent_exec": "evaluation_results WHERE agent_execution_id = pg_temp.n(77)",
        "idx_evaluations_workflow_exec": "evaluation_results WHERE workflow_execution_id = pg_temp.n(77)",
        "idx_evaluations_evaluator": "evaluation_results WHERE evaluator_name = 'e7'",
        "idx_evaluations_agent_exec_evaluator":
            "evaluation_results WHERE agent_execution_id = pg_temp.n(1) AND evaluator_name = 'e10'",
        "idx_triggers_workflow": "workflow_triggers WHERE workflow_id = pg_temp.n(77)",
        "idx_triggers_type": "workflow_triggers WHERE trigger_type = 'schedule'",
        "idx_triggers_enabled": "workflow_triggers WHERE NOT enabled",
        "idx_integrations_org": "integrations WHERE organization_id = pg_temp.n(77)",
        "idx_integrations_type": "integrations WHERE integration_type = 'rare'",
        "idx_integrations_status": "integrations WHERE status = 'error'",
        "idx_usage_org": "usage_records WHERE organization_id = pg_temp.n(77)",
        "idx_usage_type": "usage_records WHERE usage_type = 'storage'",
        "idx_usage_period": "usage_records WHERE period_start = '2001-01-07' AND period_end = '2001-01-07'",
        "idx_invoices_org": "invoices WHERE organization_id = pg_temp.n(77)",
        "idx_invoices_status": "invoices WHERE status = 'overdue'",
        "idx_invoices_number": "invoices WHERE invoice_number = 'n77'",
        "idx_audit_logs_user": "audit_logs WHERE user_id = pg_temp.n(77)",
        "idx_audit_logs_action": "audit_logs WHERE action = 'workflow.paused'",
        "idx_audit_logs_correlation": "audit_logs WHERE correlation_id = pg_temp.n(77)",
        "idx_audit_logs_organization":
            "audit_logs WHERE organization_id = pg_temp.n(77) ORDER BY recorded_at DESC LIMIT 50",
        "idx_audit_logs_entity": "audit_logs WHERE entity_type = 'workflow' AND entity_id = pg_temp.n(77)",
    ]

    /// A million runs, parts of runs, lines and values, of 20,000 workflows and organizations. One in a thousand is of a
    /// rare kind; organization, workflow, agent and run 1 have one in a hundred, few of them failed, as one in five of
    /// the others has. References are taken as they are: looking each up would take longer than all else.
    private static let rows = """
        SET search_path = ops_studio, public;
        SET timezone = 'UTC';
        SET session_replication_role = replica;
        \(RowSecurityMatrix.idFunction)
        CREATE FUNCTION pg_temp.one(number int) RETURNS int LANGUAGE sql IMMUTABLE AS
            $$ SELECT CASE WHEN number % 100 = 0 THEN 1 ELSE 1 + number % 20000 END $$;
        INSERT INTO organizations (id, name, subscription_tier, status)
            SELECT pg_temp.n(i), 'O',
                CASE WHEN i % 1000 = 0 THEN 'enterprise' ELSE 'starter' END::organization_subscription_tier,
                CASE WHEN i % 1000 = 0 THEN 'suspended' ELSE 'active' END::organization_status
            FROM generate_series(1, 20000) i;
        INSERT INTO users (id, organization_id, email, role)
            SELECT pg_temp.n(i), pg_temp.n(1 + i / 10),
                CASE WHEN i % 10 = 0 THEN 'everywhere' ELSE 'user-' || i END || '@lookup.example',
                CASE WHEN i % 1000 = 0 THEN 'viewer' ELSE 'member' END::user_role
            FROM generate_series(1, 20000) i;
        INSERT INTO workflows (id, organization_id, name, definition, status, created_at)
            SELECT pg_temp.n(i), pg_temp.n(1 + i % 5000), 'n' || i, '{}',
                CASE WHEN i % 1000 = 0 THEN 'paused' ELSE 'active' END::workflow_status,
                timestamptz '2001-01-01' + i * interval '1 h'
            FROM generate_series(1, 20000) i;
        INSERT INTO agents (id, workflow_id, type, name, configuration, position)
            SELECT pg_temp.n(i), pg_temp.n(1 + i % 5000),
                CASE WHEN i % 1000 = 0 THEN 'analyzer' ELSE 'specialist' END::agent_type, 'n' || i, '{}', '{}'
            FROM generate_series(1, 20000) i;
        INSERT INTO workflow_executions (id, workflow_id, organization_id, workflow_version, status, created_at)
            SELECT pg_temp.n(i), pg_temp.n(pg_temp.one(i)), pg_temp.n(pg_temp.one(i)), 1,
                CASE WHEN i % 1000 = 0 THEN 'cancelled' WHEN i % 5 = 1 OR i % 1000 = 100 THEN 'failed'
                    ELSE 'completed' END::workflow_execution_status,
                timestamptz '2001-01-01' + i * interval '30 s'
            FROM generate_series(1, 1000000) i;
        INSERT INTO agent_executions (id, workflow_execution_id, agent_id, status, input)
            SELECT pg_temp.n(i), pg_temp.n(CASE WHEN i % 100 = 0 THEN 1 ELSE 1 + i % 200000 END),
                pg_temp.n(1 + i % 20000),
                CASE WHEN i % 1000 = 0 THEN 'skipped' WHEN i % 5 = 1 OR i % 1000 = 100 THEN 'failed'
                    ELSE 'completed' END::agent_execution_status, '{}'
            FROM generate_series(1, 1000000) i;
        CREATE TABLE execution_logs_2001_01 PARTITION OF execution_logs
            FOR VALUES FROM ('2001-01-01') TO ('2001-02-01');
        INSERT INTO execution_logs
                (id, agent_execution_id, workflow_execution_id, level, message, trace_id, "timestamp")
            SELECT pg_temp.n(i), pg_temp.n(i), pg_temp.n(1 + i % 200000),
                CASE WHEN i % 1000 = 0 THEN 'critical' ELSE 'info' END::execution_log_level, 'line',
                't' || i % 200000, timestamptz '2001-01-01' + i * interval '2 s'
            FROM generate_series(1, 1000000) i;
        CREATE TABLE agent_metrics_2001_01 PARTITION OF agent_metrics
            FOR VALUES FROM ('2001-01-01') TO ('2001-02-01');
        INSERT INTO agent_metrics
                (id, agent_execution_id, agent_id, organization_id, metric_type, value, "timestamp")
            SELECT i, pg_temp.n(i), pg_temp.n(pg_temp.one(i)), pg_temp.n(1 + i % 20000),
                CASE WHEN i % 1000 = 0 THEN 'error_rate' ELSE 'latency' END, 1,
                timestamptz '2001-01-01' + i * interval '2 s'
            FROM generate_series(1, 1000000) i;
        CREATE TABLE evaluation_results_2001_01 PARTITION OF evaluation_results
            FOR VALUES FROM ('2001-01-01') TO ('2001-02-01');
        INSERT INTO evaluation_results
                (id, agent_execution_id, workflow_execution_id, evaluator_name, score, "timestamp")
            SELECT pg_temp.n(i), pg_temp.n(CASE WHEN i % 10 = 0 THEN 1 ELSE 1 + i % 20000 END), pg_temp.n(i),
                'e' || i % 1000, 50, timestamptz '2001-01-01' + i * interval '2 s'
            FROM generate_series(1, 100000) i;
        INSERT INTO workflow_triggers (id, workflow_id, trigger_type, enabled, schedule_cron)
            SELECT pg_temp.n(i), pg_temp.n(i),
                CASE WHEN i % 1000 = 0 THEN 'schedule' ELSE 'manual' END::workflow_trigger_trigger_type,
                i % 1000 <> 0, '* * * * *'
            FROM generate_series(1, 20000) i;
        INSERT INTO integrations (id, organization_id, integration_type, status, credentials)
            SELECT pg_temp.n(i), pg_temp.n(i), CASE WHEN i % 1000 = 0 THEN 'rare' ELSE 'slack' END,
                CASE WHEN i % 1000 = 0 THEN 'error' ELSE 'connected' END::integration_status, '{}'
            FROM generate_series(1, 20000) i;
        INSERT INTO usage_records (id, organization_id, usage_type, quantity, period_start, period_end)
            SELECT pg_temp.n(i), pg_temp.n(1 + i % 20000), CASE WHEN i % 1000 = 0 THEN 'storage' ELSE 'tokens' END, 1,
                date '2001-01-01' + i % 1000, date '2001-01-01' + i % 1000
            FROM generate_series(1, 100000) i;
        INSERT INTO invoices (id, organization_id, invoice_number, status, currency, line_items)
            SELECT pg_temp.n(i), pg_temp.n(1 + i % 5000), 'n' || i,
                CASE WHEN i % 1000 = 0 THEN 'overdue' ELSE 'sent' END::invoice_status, 'USD', '[]'
            FROM generate_series(1, 20000) i;
        INSERT INTO audit_logs (id, organization_id, user_id, actor, action, entity_type, entity_id, details, outcome,
                occurred_at, recorded_at, correlation_id, "position")
            SELECT pg_temp.n(i), pg_temp.n(1 + i % 1000), pg_temp.n(1 + i % 20000), 'system:lookup',
                CASE WHEN i % 1000 = 0 THEN 'workflow.paused' ELSE 'workflow.revised' END, 'workflow',
                pg_temp.n(1 + i % 20000), '{}', 'recorded', timestamptz '2001-01-01' + i * interval '2 s',
                timestamptz '2001-01-01' + i * interval '2 s', pg_temp.n(i), i
            FROM generate_series(1, 100000) i;
        ANALYZE
        """

    @Test("take the index that is there for them, or one that begins as it does, among a million rows")
    func indexes() async throws {
        let server = try TemporaryPostgres.shared.get()
        let conninfo = try server.newDatabase()
        try SmallPlatform().export("ops_studio", to: conninfo)
        try server.psql(database: TemporaryPostgres.name(in: conninfo), ["-c", Self.rows])
        let use = try IndexUse(in: "ops_studio", of: conninfo)
        for (index, question) in Self.lookups {
            let plan = try use.plan(question)
            #expect(use.takes(index, plan), "\(index), \(question): \(plan)")
        }
        let named = try TemporaryPostgres.ask(
            conninfo,
            """
            SELECT indexname FROM pg_indexes WHERE schemaname = 'ops_studio' AND indexname LIKE 'idx\\_%'
            ORDER BY indexname COLLATE "C"
            """)
        #expect(named == Self.lookups.map(\.key).filter { $0.hasPrefix("idx_") }.sorted().joined(separator: "\n"))
    }
}
