import Testing

@Suite("PostgreSQL finds what is asked of ops_studio")
struct OpsStudioPlanTests {
    static let partitioned = ["execution_logs", "agent_metrics", "evaluation_results"]

    @Test("in a partition for each month that has rows, and in that one alone", arguments: Self.partitioned)
    func partitions(table: String) async throws {
        let database = try await OpsStudioDatabase.shared.value
        let months = try database.ask(
            "SELECT DISTINCT to_char(\"timestamp\", 'YYYY_MM') FROM ops_studio.\(table) ORDER BY 1"
        ).split(separator: "\n").map(String.init)
        let partitions = try database.ask(
            "SELECT relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid "
                + "WHERE inhparent = 'ops_studio.\(table)'::regclass ORDER BY 1")
        #expect(partitions.split(separator: "\n").map(String.init) == months.map { "\(table)_\($0)" })
        #expect(months.count > 1, "the simulated company is at work for more than a month")
        let month = try #require(months.first)
        let start = "\(month.replacing("_", with: "-"))-01"
        let plan = try database.plan(
            "SELECT * FROM ops_studio.\(table) WHERE \"timestamp\" >= '\(start)' "
                + "AND \"timestamp\" < timestamptz '\(start)' + interval '1 month'")
        #expect(plan.contains("\(table)_\(month)"))
        for other in months.dropFirst() { #expect(!plan.contains("\(table)_\(other)"), "\(plan)") }
    }

    /// The index that is there for a look-up, and the look-up.
    static let lookups: [(index: String, sql: String)] = [
        ("idx_users_email", "SELECT * FROM ops_studio.users WHERE email = 'n77@example.com'"),
        (
            "workflows_organization_id_name_deleted_at_key",
            "SELECT * FROM ops_studio.workflows WHERE organization_id = (SELECT id FROM one_organization) "
                + "AND name = 'n77' AND deleted_at IS NULL"
        ),
        (
            "agents_workflow_id_name_key",
            "SELECT * FROM ops_studio.agents WHERE workflow_id = (SELECT id FROM one_workflow) AND name = 'n77'"
        ),
        (
            "idx_executions_org_created",
            "SELECT * FROM ops_studio.workflow_executions WHERE organization_id = (SELECT id FROM one_organization) "
                + "ORDER BY created_at DESC LIMIT 20"
        ),
        (
            "idx_executions_status_org",
            "SELECT * FROM ops_studio.workflow_executions WHERE status = 'failed' "
                + "AND organization_id = (SELECT id FROM one_organization)"
        ),
        ("idx_executions_created", "SELECT * FROM ops_studio.workflow_executions ORDER BY created_at DESC LIMIT 20"),
        (
            "idx_executions_workflow",
            "SELECT * FROM ops_studio.workflow_executions WHERE workflow_id = (SELECT id FROM many_workflows LIMIT 1)"
        ),
        (
            "idx_agent_executions_workflow_exec_status",
            "SELECT * FROM ops_studio.agent_executions WHERE workflow_execution_id = (SELECT id FROM one_run) "
                + "AND status = 'failed'"
        ),
        (
            "idx_evaluations_agent_exec_evaluator",
            "SELECT * FROM ops_studio.evaluation_results WHERE agent_execution_id = (SELECT id FROM one_part) "
                + "AND evaluator_name = 'e7'"
        ),
        ("idx_logs_trace", "SELECT * FROM ops_studio.execution_logs WHERE trace_id = 't77'"),
        ("idx_logs_timestamp", "SELECT * FROM ops_studio.execution_logs ORDER BY \"timestamp\" DESC LIMIT 50"),
        (
            "idx_metrics_agent_timestamp",
            "SELECT * FROM ops_studio.agent_metrics WHERE agent_id = (SELECT id FROM one_agent) "
                + "ORDER BY \"timestamp\" DESC LIMIT 50"
        ),
        ("idx_usage_period", "SELECT * FROM ops_studio.usage_records WHERE period_start = '2001-01-07'"),
        ("idx_invoices_number", "SELECT * FROM ops_studio.invoices WHERE invoice_number = 'n77'"),
    ]

    @Test("through the index that is there for it, among 200,000 rows")
    func indexes() async throws {
        let database = try await OpsStudioDatabase(schemas: ["ops_studio"])
        _ = try database.ask(Self.manyRows)
        for (index, sql) in Self.lookups {
            let plan = try database.plan(sql)
            // Of a partitioned table each partition has a piece of the index.
            let pieces = try database.ask(
                "SELECT string_agg(relname, '|') FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid "
                    + "WHERE inhparent = 'ops_studio.\(index)'::regclass")
            let names = [index] + pieces.split(separator: "|").map(String.init)
            let isUsed = names.contains { name in
                // An equal index of a unique constraint serves as well.
                plan.contains("using \(name) ") || plan.contains("Index Scan on \(name)\n")
                    || plan.hasSuffix("Index Scan on \(name)")
            }
            #expect(isUsed, "\(index): \(plan)")
        }
    }

    private static let manyRows = """
        CREATE VIEW one_organization AS SELECT id FROM ops_studio.organizations ORDER BY id LIMIT 1;
        CREATE VIEW one_workflow AS SELECT id FROM ops_studio.workflows
            WHERE organization_id = (SELECT id FROM one_organization) ORDER BY id LIMIT 1;
        CREATE VIEW one_run AS SELECT id FROM ops_studio.workflow_executions ORDER BY id LIMIT 1;
        CREATE VIEW one_part AS SELECT id FROM ops_studio.agent_executions ORDER BY id LIMIT 1;
        CREATE VIEW one_agent AS SELECT agent_id AS id FROM ops_studio.agent_executions ORDER BY id LIMIT 1;
        CREATE VIEW many_workflows AS SELECT id FROM ops_studio.workflows WHERE name LIKE 'n%';

        INSERT INTO ops_studio.users (organization_id, email)
            SELECT (SELECT id FROM one_organization), 'n' || n || '@example.com' FROM generate_series(1, 20000) n;
        INSERT INTO ops_studio.workflows (organization_id, name, definition)
            SELECT (SELECT id FROM one_organization), 'n' || n, '{}' FROM generate_series(1, 10000) n;
        INSERT INTO ops_studio.agents (workflow_id, name, configuration, position)
            SELECT (SELECT id FROM one_workflow), 'n' || n, '{}', '{}' FROM generate_series(1, 10000) n;
        INSERT INTO ops_studio.workflow_executions (workflow_id, organization_id, workflow_version, status, created_at)
            SELECT w.id, w.organization_id, 1,
                CASE WHEN n = 4 AND w.number % 97 = 0 THEN 'failed' ELSE 'completed' END::ops_studio.workflow_execution_status,
                timestamptz '2026-01-01' - n * interval '1 minute' - w.number * interval '1 second'
            FROM generate_series(1, 4) n,
                (SELECT id, organization_id, row_number() OVER (ORDER BY id) AS number FROM ops_studio.workflows) w;
        INSERT INTO ops_studio.workflow_executions (workflow_id, organization_id, workflow_version, status)
            SELECT w.id, w.organization_id, 1,
                (ARRAY['pending', 'running', 'completed', 'failed', 'cancelled'])[1 + n % 5]::ops_studio.workflow_execution_status
            FROM ops_studio.workflows w, generate_series(1, 2000) n
            WHERE organization_id <> (SELECT id FROM one_organization) ORDER BY n;
        INSERT INTO ops_studio.agent_executions (workflow_execution_id, agent_id, status, input)
            SELECT (SELECT id FROM one_run), (SELECT id FROM one_agent),
                CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'completed' END::ops_studio.agent_execution_status, '{}'
            FROM generate_series(1, 20000) n;
        INSERT INTO ops_studio.agent_executions (workflow_execution_id, agent_id, status, input)
            SELECT r.id, (SELECT id FROM one_agent), 'failed', '{}'
            FROM (SELECT id FROM ops_studio.workflow_executions WHERE status = 'completed' LIMIT 20000) r;
        INSERT INTO ops_studio.evaluation_results (agent_execution_id, evaluator_name, score, "timestamp")
            SELECT (SELECT id FROM one_part), 'e' || n % 1000, 50,
                (SELECT min("timestamp") FROM ops_studio.evaluation_results)
            FROM generate_series(1, 20000) n;
        INSERT INTO ops_studio.execution_logs (workflow_execution_id, message, trace_id, "timestamp")
            SELECT (SELECT id FROM one_run), 'line', 't' || n % 20000,
                (SELECT min("timestamp") FROM ops_studio.execution_logs) + n * interval '1 millisecond'
            FROM generate_series(1, 40000) n;
        INSERT INTO ops_studio.agent_metrics (id, agent_id, metric_type, value, "timestamp")
            SELECT 1000000000 + n * 1000 + a.number, a.id, 'latency', 1,
                (SELECT min("timestamp") FROM ops_studio.agent_metrics) + n * interval '1 second'
            FROM generate_series(1, 400) n,
                (SELECT id, row_number() OVER (ORDER BY id = (SELECT id FROM one_agent) DESC, id) AS number
                 FROM ops_studio.agents LIMIT 100) a;
        INSERT INTO ops_studio.usage_records (organization_id, usage_type, quantity, period_start)
            SELECT (SELECT id FROM one_organization), 'api_call', 1, date '2001-01-01' + n % 1000
            FROM generate_series(1, 20000) n;
        INSERT INTO ops_studio.invoices (organization_id, invoice_number, currency, line_items)
            SELECT (SELECT id FROM one_organization), 'n' || n, 'USD', '[]' FROM generate_series(1, 5000) n;
        ANALYZE;
        """
}
