import AgentLedger
import LedgerDomain
import LedgerEvents
import LedgerViews
import Servers
import Testing

@Suite("Adopting an operations studio")
struct AdoptedStudioTests {
    /// Tables as the platform made them itself: 32-bit sums, no currencies, secrets in the clear, no word of a ledger.
    private static let platform = """
        CREATE TYPE organization_status AS ENUM ('active', 'suspended', 'cancelled');
        CREATE TABLE organizations (id uuid PRIMARY KEY, name varchar(255) NOT NULL, subscription_tier text,
          status organization_status, billing_email varchar(255), billing_address jsonb, payment_method_id varchar(255),
          monthly_execution_quota int, monthly_executions_used int, monthly_reset_date date, settings jsonb, api_keys jsonb,
          integrations jsonb, created_at timestamp, updated_at timestamp, deleted_at timestamp);
        CREATE TABLE users (id uuid PRIMARY KEY, organization_id uuid NOT NULL, email varchar(255) NOT NULL,
          email_verified boolean, email_verified_at timestamp, password_hash varchar(255), auth_provider text,
          auth_provider_id varchar(255), full_name varchar(255), avatar_url varchar(255), role text, permissions jsonb,
          mfa_enabled boolean, mfa_secret varchar(255), last_login timestamp, created_at timestamp, updated_at timestamp,
          deleted_at timestamp);
        CREATE TABLE workflows (id uuid PRIMARY KEY, organization_id uuid NOT NULL, name varchar(255) NOT NULL,
          description text, version int, status text, definition jsonb NOT NULL, execution_timeout int, max_retries int,
          error_handling jsonb, total_executions int, successful_executions int, failed_executions int,
          average_duration float, average_cost decimal(10, 4), created_by uuid, created_at timestamp, updated_by uuid,
          updated_at timestamp, deleted_at timestamp);
        CREATE TABLE agents (id uuid PRIMARY KEY, workflow_id uuid NOT NULL, type text, name varchar(255) NOT NULL,
          configuration jsonb NOT NULL, position jsonb NOT NULL, model_name varchar(255), temperature decimal(3, 2),
          max_tokens int, tools jsonb, tool_configs jsonb, enabled boolean, created_at timestamp, updated_at timestamp);
        CREATE TABLE workflow_executions (id uuid PRIMARY KEY, workflow_id uuid NOT NULL, organization_id uuid NOT NULL,
          workflow_version int NOT NULL, status text, status_reason text, triggered_by text, triggered_by_user_id uuid,
          external_trigger_id varchar(255), input_data jsonb, output_data jsonb, started_at timestamp,
          completed_at timestamp, duration_ms int, total_tokens_used int, estimated_cost decimal(10, 4),
          created_at timestamp, metadata jsonb);
        CREATE TABLE agent_executions (id uuid PRIMARY KEY, workflow_execution_id uuid NOT NULL, agent_id uuid NOT NULL,
          status text, status_reason text, input jsonb NOT NULL, output jsonb, queued_at timestamp, started_at timestamp,
          completed_at timestamp, duration_ms int, input_tokens int, output_tokens int, total_tokens int,
          estimated_cost decimal(10, 4), trace_data jsonb, error_details jsonb, retry_count int,
          parent_agent_execution_id uuid);
        CREATE TABLE agent_metrics (id bigserial PRIMARY KEY, agent_execution_id uuid, agent_id uuid, organization_id uuid,
          metric_type varchar(255) NOT NULL, value float NOT NULL, unit varchar(50), dimensions jsonb, timestamp timestamp);
        CREATE TABLE evaluation_results (id uuid PRIMARY KEY, agent_execution_id uuid NOT NULL, workflow_execution_id uuid,
          evaluator_name varchar(255) NOT NULL, score decimal(5, 2) NOT NULL, passed boolean, details jsonb,
          explanation text, timestamp timestamp);
        CREATE TABLE integrations (id uuid PRIMARY KEY, organization_id uuid NOT NULL, integration_type varchar(255) NOT NULL,
          name varchar(255), status text, credentials jsonb NOT NULL, config jsonb, connected_at timestamp,
          last_used_at timestamp, created_at timestamp, updated_at timestamp);
        INSERT INTO organizations (id, name, subscription_tier, status, monthly_execution_quota, settings, api_keys,
            created_at, updated_at) VALUES
          ('00000000-0000-4000-8000-00000000000a', 'Acme & Sons', 'business', 'active', 1, '{}', '{"main": "sk-1"}',
           '2025-01-01', '2025-01-01'),
          ('00000000-0000-4000-8000-00000000000b', 'Gone', NULL, 'active', 500, '{}', '{}', '2025-01-01', '2025-03-01');
        UPDATE organizations SET deleted_at = '2025-03-01' WHERE name = 'Gone';
        INSERT INTO users (id, organization_id, email, full_name, role, mfa_enabled, mfa_secret, created_at) VALUES
          ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-00000000000a', 'ada@example.org', 'Ada',
           'owner', false, NULL, '2025-01-01'),
          ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-00000000000b', 'Ada@example.org', 'Ada',
           'member', false, NULL, '2025-01-02'),
          ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-00000000000a', 'bob@example.org', NULL,
           'viewer', true, 'JBSWY3DPEHPK3PXP', '2025-01-03');
        INSERT INTO workflows (id, organization_id, name, version, status, definition, created_by, created_at, updated_at,
            deleted_at) VALUES
          ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-00000000000a', 'Triage', 1, 'archived', '{}',
           '00000000-0000-4000-8000-000000000001', '2025-01-02', '2025-01-03', '2025-01-03'),
          ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-00000000000a', 'Triage', 3, 'active', '{}',
           '00000000-0000-4000-8000-000000000001', '2025-01-04', '2025-01-05', NULL);
        INSERT INTO agents (id, workflow_id, type, name, configuration, position, model_name, enabled, created_at) VALUES
          ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000e2', 'analyzer', 'Reader',
           '{"prompt_template": "Read.", "memory_config": {"type": "short_term"}}', '{"x": 3, "y": 4}', 'gpt-4', true,
           '2025-01-04');
        INSERT INTO workflow_executions (id, workflow_id, organization_id, workflow_version, status, started_at,
            completed_at, total_tokens_used, estimated_cost, created_at)
          SELECT ('00000000-0000-4000-8000-00000000f00' || n)::uuid, '00000000-0000-4000-8000-0000000000e2',
            '00000000-0000-4000-8000-00000000000a', 3, 'completed', timestamp '2025-01-05' + n * interval '1 hour',
            timestamp '2025-01-05' + n * interval '1 hour' + interval '5 s', 1200, 0.0500, '2025-01-05'
          FROM generate_series(1, 3) n;
        INSERT INTO agent_executions (id, workflow_execution_id, agent_id, status, input, queued_at, started_at,
            completed_at, input_tokens, output_tokens, total_tokens, estimated_cost, retry_count) VALUES
          ('00000000-0000-4000-8000-00000000d001', '00000000-0000-4000-8000-00000000f001',
           '00000000-0000-4000-8000-0000000000a1', 'completed', '{}', '2025-01-05 01:00:01', '2025-01-05 01:00:02',
           '2025-01-05 01:00:04', 700, 300, 1000, 0.0300, 2);
        INSERT INTO agent_metrics (agent_execution_id, organization_id, metric_type, value, timestamp) VALUES
          ('00000000-0000-4000-8000-00000000d001', NULL, 'latency', 12.5, '2025-01-05 01:00:04'),
          (NULL, '00000000-0000-4000-8000-00000000000a', 'latency', -1, '2025-01-05');
        INSERT INTO evaluation_results (id, agent_execution_id, evaluator_name, score, timestamp) VALUES
          ('00000000-0000-4000-8000-00000000b001', '00000000-0000-4000-8000-00000000d001', 'clarity', 87.5, '2025-01-06');
        INSERT INTO integrations (id, organization_id, integration_type, status, credentials, connected_at, created_at) VALUES
          ('00000000-0000-4000-8000-00000000c001', '00000000-0000-4000-8000-00000000000a', 'slack', 'error',
           '{"iv": "q83v", "data": "…"}', '2025-01-08', '2025-01-07');
        """

    private static func id<Thing>(_ end: UInt128) -> ID<Thing> {
        ID(bits: 0x0000_0000_0000_4000_8000_0000_0000_0000 + end)
    }

    @Test("keeps ids, times, people, nodes, sums and what they cost, and meters nothing anew")
    func platform() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/ledger"
        let ledger = try Ledger.create(at: path)
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        _ = try TemporaryPostgres.ask(conninfo, Self.platform)
        let refusals = Refusals()
        let address = "\(conninfo)&schema=public&as=ops_studio"
        let report = try await Importer(ledger).run([address]) { refusals.add($0) }
        #expect(report.refused == 0, "\(report) \(refusals.list)")
        // Neither a secret in the clear nor a value that a metric cannot have is taken over; the row is kept.
        let outcomes = report.findings.keys.reduce(into: [:]) { $0["\($1.table).\($1.column)"] = $1.outcome }
        #expect(outcomes["users.mfa_secret"] == .notAdopted && outcomes["organizations.api_keys"] == .notAdopted)
        #expect(outcomes["agent_metrics.value"] == .kept && outcomes["integrations.credentials"] == .notAdopted)
        let again = try await Importer(ledger).run([address]) { _ in }
        #expect(again.events == 0 && again.accepted == 0 && again.changedRows == 0, "\(again)")

        let acme: Organization? = try await ledger.find(Self.id(0x0A))
        #expect(acme?.slug == "acme-sons" && acme?.tier == .business && acme?.executionQuota == 1)
        #expect(try await ledger.find(Self.id(0x0B) as OrganizationID)?.deletedAt == Instant("2025-03-01"))
        // One person in two organizations.
        #expect(try await ledger.find(Self.id(0x02) as MembershipID)?.user == Self.id(0x01))
        #expect(try await ledger.find(Self.id(0xE1) as WorkflowID)?.deletedAt == Instant("2025-01-03"))
        let workflow: Workflow? = try await ledger.find(Self.id(0xE2))
        #expect(workflow?.name == "Triage" && workflow?.status == .active && workflow?.revision == 3)
        #expect(workflow?.createdBy == Self.id(0x01))
        let node: WorkflowNode? = try await ledger.find(Self.id(0xA1))
        #expect(node?.settings.promptTemplate == "Read." && node?.x == 3 && node?.settings.role == .analyzer)
        let run: WorkflowExecution? = try await ledger.find(Self.id(0xF001))
        #expect(run?.status == .completed && run?.startedAt == Instant("2025-01-05T01:00:00Z"))
        let part: AgentExecution? = try await ledger.find(Self.id(0xD001))
        #expect(part?.retryCount == 2 && part?.agent == Self.id(0xA1))
        let slack: Integration? = try await ledger.find(Self.id(0xC001))
        #expect(slack?.status == .error && slack?.connectedAt == Instant("2025-01-08"))
        #expect(slack?.credentials == "ref:ops_studio/integrations/\(Self.id(0xC001) as IntegrationID)")

        let snapshot = try LedgerReader(at: path).snapshot(at: .end)
        let totals = try snapshot.views.find(
            ID<ExecutionTotals<WorkflowExecution>>(bits: (Self.id(0xF001) as EventID).bits))
        #expect(totals?.totalTokens == 1200 && totals?.estimatedCost.money?.amount == ExactDecimal("0.05"))
        var metered = 0
        try ledger.log.read(
            EventQuery(types: [UsageRecorded.type]), after: .start, through: .end, limit: .max, { _ in metered += 1 })
        #expect(metered == 0)
    }
}
