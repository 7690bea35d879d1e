import Servers
import Testing

@Suite("Look-ups in orchestrator_platform")
struct PlatformLookupTests {
    /// Each index by name, with a question that it is for.
    private static let lookups: KeyValuePairs<String, String> = [
        "idx_users_email": "users WHERE email = 'user-77@lookup.example'",
        "idx_users_subscription_tier": "users WHERE subscription_tier = 'enterprise'",
        "idx_users_created_at": "users WHERE created_at >= '2001-01-01' AND created_at < '2001-01-02'",
        "idx_organizations_slug": "organizations WHERE slug = 'lookup-77'",
        "idx_organizations_subscription_tier": "organizations WHERE subscription_tier = 'enterprise'",
        "idx_org_members_org_id": "organization_members WHERE organization_id = pg_temp.n(77)",
        "idx_org_members_user_id": "organization_members WHERE user_id = pg_temp.n(77)",
        "idx_agents_owner": "agents WHERE owner_type = 'user' AND owner_id = pg_temp.n(77)",
        "idx_agents_framework": "agents WHERE framework = 'n8n'",
        "idx_agents_status": "agents WHERE status = 'error'",
        "idx_agents_created_at": "agents WHERE created_at >= '2001-01-01' AND created_at < '2001-01-02'",
        "idx_workflows_agent_id": "workflows WHERE agent_id = pg_temp.n(77)",
        "idx_workflows_framework": "workflows WHERE framework = 'n8n'",
        "idx_workflows_active": "workflows WHERE NOT is_active",
        "idx_workflow_executions_status": "workflow_executions WHERE status = 'paused'",
        "idx_workflow_executions_agent_status":
            "workflow_executions WHERE agent_id = pg_temp.n(1) AND status = 'running'",
        "idx_workflow_executions_correlation": "workflow_executions WHERE correlation_id = pg_temp.n(77)",
        "idx_workflow_executions_started":
            "workflow_executions WHERE started_at >= '2001-01-01' AND started_at < '2001-01-01 01:00'",
        "idx_executions_workflow_id": "workflow_executions WHERE workflow_id = pg_temp.n(77)",
        "idx_executions_agent_id": "workflow_executions WHERE agent_id = pg_temp.n(77)",
        "idx_marketplace_agent_id": "marketplace_integrations WHERE agent_id = pg_temp.n(77)",
        "idx_marketplace_status": "marketplace_integrations WHERE status = 'error'",
        "idx_container_resources_agent_id": "container_resources WHERE agent_id = pg_temp.n(77)",
        "idx_container_resources_tier": "container_resources WHERE subscription_tier = 'enterprise'",
    ]

    /// A million runs of 20,000 workflows, one agent each, and as many owners. One in a thousand is of a rare kind; agent 1
    /// has one run in a hundred, few of them still running, as one in five of the others is.
    private static let rows = """
        SET search_path = orchestrator_platform, public;
        SET session_replication_role = replica;
        \(RowSecurityMatrix.idFunction)
        INSERT INTO users (id, email, password_hash, first_name, last_name, subscription_tier, created_at)
            SELECT pg_temp.n(i), 'user-' || i || '@lookup.example', '!', 'U', 'U',
                CASE WHEN i % 1000 = 0 THEN 'enterprise' ELSE 'basic' END, '2000-01-01'::timestamptz + i * interval '1 h'
            FROM generate_series(1, 20000) i;
        INSERT INTO organizations (id, name, slug, subscription_tier)
            SELECT pg_temp.n(i), 'O', 'lookup-' || i, CASE WHEN i % 1000 = 0 THEN 'enterprise' ELSE 'basic' END
            FROM generate_series(1, 20000) i;
        INSERT INTO organization_members (id, organization_id, user_id, role)
            SELECT pg_temp.n(i), pg_temp.n(1 + i % 5000), pg_temp.n(i), 'member' FROM generate_series(1, 20000) i;
        INSERT INTO agents (id, name, owner_type, owner_id, framework, agent_type, status, created_at)
            SELECT pg_temp.n(i), 'A', CASE WHEN i % 2 = 0 THEN 'organization' ELSE 'user' END, pg_temp.n(i),
                CASE WHEN i % 1000 = 0 THEN 'n8n' ELSE 'agno' END, 'code',
                CASE WHEN i % 1000 = 0 THEN 'error' ELSE 'active' END, '2000-01-01'::timestamptz + i * interval '1 h'
            FROM generate_series(1, 20000) i;
        INSERT INTO workflows (id, agent_id, name, workflow_data, workflow_type, framework, is_active)
            SELECT pg_temp.n(i), pg_temp.n(i), 'W', '{}', 'code', CASE WHEN i % 1000 = 0 THEN 'n8n' ELSE 'agno' END,
                i % 1000 <> 0
            FROM generate_series(1, 20000) i;
        INSERT INTO workflow_executions (id, workflow_id, agent_id, status, started_at, correlation_id)
            SELECT pg_temp.n(i), pg_temp.n(1 + i % 20000), pg_temp.n(CASE WHEN i % 100 = 0 THEN 1 ELSE 1 + i % 20000 END),
                CASE WHEN i % 1000 = 0 THEN 'paused' WHEN i % 5 = 1 OR i % 1000 = 100 THEN 'running' ELSE 'completed' END,
                '2000-01-01'::timestamptz + i * interval '5 min', pg_temp.n(i)
            FROM generate_series(1, 1000000) i;
        INSERT INTO marketplace_integrations (id, agent_id, status)
            SELECT pg_temp.n(i), pg_temp.n(i), CASE WHEN i % 1000 = 0 THEN 'error' ELSE 'published' END
            FROM generate_series(1, 20000) i;
        INSERT INTO container_resources (id, agent_id, subscription_tier, cpu_limit, memory_limit_mb, network_isolation)
            SELECT pg_temp.n(i), pg_temp.n(i), CASE WHEN i % 1000 = 0 THEN 'enterprise' ELSE 'basic' END,
                CASE WHEN i % 1000 = 0 THEN 16 ELSE 1 END, CASE WHEN i % 1000 = 0 THEN 32768 ELSE 2048 END,
                CASE WHEN i % 1000 = 0 THEN 'isolated' ELSE 'shared' END
            FROM generate_series(1, 20000) i;
        ANALYZE users, organizations, organization_members, agents, workflows, workflow_executions,
            marketplace_integrations, container_resources
        """

    @Test("take the index that is named for them, among a million runs")
    func indexes() async throws {
        let server = try TemporaryPostgres.shared.get()
        let conninfo = try server.newDatabase()
        try SmallPlatform().export("orchestrator_platform", to: conninfo)
        try server.psql(database: TemporaryPostgres.name(in: conninfo), ["-c", Self.rows])
        let use = try IndexUse(in: "orchestrator_platform", of: conninfo)
        for (index, question) in Self.lookups {
            let plan = try use.plan(question)
            #expect(use.takes(index, plan), "\(index), \(question): \(plan)")
        }
        let named = try TemporaryPostgres.ask(
            conninfo,
            """
            SELECT indexname FROM pg_indexes WHERE schemaname = 'orchestrator_platform' AND indexname LIKE 'idx\\_%'
            ORDER BY indexname COLLATE "C"
            """)
        #expect(named == Self.lookups.map(\.key).sorted().joined(separator: "\n"))
    }
}
