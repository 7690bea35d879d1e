import AgentLedger
import LedgerDomain
import LedgerEvents
import Servers
import Testing

@Suite("A platform that is adopted again")
struct AdoptionChangesTests {
    private static func id<Thing>(_ end: UInt128) -> ID<Thing> {
        ID(bits: 0x0000_0000_0000_4000_8000_0000_0000_0000 + end)
    }

    @Test("takes over what changed since as events, and reports rows that are gone")
    func changes() async throws {
        let platform = try AdoptedPlatform("ops_studio", PlatformTables.studio)
        let (first, refusals) = try await platform.adopt()
        #expect(first.refused == 0, "\(refusals)")
        try platform.change(
            """
            UPDATE organizations SET name = 'Acme Two', subscription_tier = 'business', status = 'suspended',
              settings = '{"theme": "dark"}', updated_at = '2025-06-01';
            UPDATE users SET role = 'admin', email = 'ada@example.com', full_name = 'Ada L', updated_at = '2025-06-01';
            INSERT INTO users (id, organization_id, email, role, created_at) VALUES
              ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-00000000000a', 'bob@example.org', 'owner',
               '2025-05-01');
            UPDATE workflows SET name = 'Triage Two', definition = '{"steps": 2}', status = 'paused', execution_timeout = 60,
              updated_at = '2025-06-01';
            UPDATE agents SET model_name = 'gpt-5', enabled = false, position = '{"x": 9, "y": 4}',
              updated_at = '2025-06-01';
            UPDATE integrations SET status = 'error', config = '{"channel": "ops"}', updated_at = '2025-06-01';
            UPDATE execution_logs SET message = 'not fine';
            DELETE FROM agent_metrics;
            """)
        let (second, more) = try await platform.adopt()
        #expect(second.refused == 0, "\(more)")
        #expect(second.goneRows == [.row(table: "agent_metrics", key: "1")] && second.changedRows == 6, "\(second)")
        let ledger = platform.ledger
        let acme: Organization? = try await ledger.find(Self.id(0x0A))
        #expect(acme?.name == "Acme Two" && acme?.tier == .business && acme?.status == .suspended)
        #expect(acme?.settings.text == #"{"theme":"dark"}"#)
        let ada: User? = try await ledger.find(Self.id(0x01))
        #expect(ada?.email == "ada@example.com" && ada?.displayName == "Ada L")
        #expect(try await ledger.find(Self.id(0x01) as MembershipID)?.role == .admin)
        let workflow: Workflow? = try await ledger.find(Self.id(0xE1))
        #expect(workflow?.name == "Triage Two" && workflow?.definition.text == #"{"steps":2}"#)
        #expect(workflow?.status == .paused && workflow?.executionTimeoutSeconds == 60)
        let node: WorkflowNode? = try await ledger.find(Self.id(0xA1))
        #expect(node?.settings.modelName == "gpt-5" && node?.enabled == false && node?.x == 9)
        let slack: Integration? = try await ledger.find(Self.id(0xC001))
        #expect(slack?.status == .error && slack?.config.text == #"{"channel":"ops"}"#)
        // A line that was written once stays; what the platform says now is kept beside it.
        let lines = try await platform.rows(
            "SELECT extra->>'message' FROM adopted_rows WHERE table_name = 'execution_logs'")
        #expect(lines == [["not fine"]])
        let gone = try await platform.rows("SELECT table_name FROM adopted_rows WHERE gone_at IS NOT NULL")
        #expect(gone == [["agent_metrics"]])

        let (third, _) = try await platform.adopt()
        #expect(third.events == 0 && third.changedRows == 0 && third.goneRows.isEmpty, "\(third)")
    }

    @Test("adds nothing where nothing changed, though steps come before those that they wait for, and overrules nobody")
    func unchanged() async throws {
        let platform = try AdoptedPlatform(
            "core_platform",
            PlatformTables.core + """
                INSERT INTO project_steps (id, project_id, step_id, step_index, step_type, step_name, status, dependencies,
                    started_at, created_at) VALUES
                  ('00000000-0000-4000-8000-00000000e102', '00000000-0000-4000-8000-0000000000e1', 'print', 3, 'do',
                   'Print', 'pending', '{bind}', NULL, '2025-01-02'),
                  ('00000000-0000-4000-8000-00000000e103', '00000000-0000-4000-8000-0000000000e1', 'bind', 2, 'do',
                   'Bind', 'in_progress', '{print,outline}', '2025-01-02', '2025-01-04');
                """)
        let (first, refusals) = try await platform.adopt()
        #expect(first.refused == 0, "\(refusals)")
        let bind: ProjectStep? = try await platform.ledger.find(Self.id(0xE103))
        #expect(bind?.status == .inProgress && bind?.dependencies == ["outline"])
        // Somebody changes in the ledger what the platform does not change.
        var renamed = UserProfileChanged()
        renamed.id = Self.id(0x01)
        renamed.displayName = "Countess"
        _ = try await platform.ledger.execute(
            CommandRequest(
                .user(.changeProfile(renamed)), actor: .system("test"),
                occurredAt: platform.ledger.now()))
        let (second, _) = try await platform.adopt()
        #expect(second.events == 0 && second.refused == 0 && second.unchanged == first.rows, "\(second)")
        #expect(try await platform.ledger.find(Self.id(0x01) as UserID)?.displayName == "Countess")
    }

    @Test(
        "changes what each platform changes: names, tiers, roles and definitions",
        arguments: ["orchestrator_platform", "agent_monitoring", "core_platform"])
    func platforms(name: String) async throws {
        let tables = [
            "orchestrator_platform": PlatformTables.orchestrator, "agent_monitoring": PlatformTables.monitoring,
            "core_platform": PlatformTables.core,
        ]
        let changes = [
            "orchestrator_platform": """
            UPDATE organizations SET name = 'New', slug = 'new', subscription_tier = 'enterprise';
            UPDATE users SET first_name = 'Augusta', subscription_tier = 'basic';
            UPDATE agents SET name = 'Ranger', description = 'Looks', version = '1.1.0', status = 'inactive';
            UPDATE workflows SET name = 'Sorting', workflow_data = '{"a": 1}', is_active = false;
            """,
            "agent_monitoring": """
            UPDATE organizations SET name = 'New';
            UPDATE users SET name = 'Augusta', role = 'platform_admin';
            UPDATE agents SET name = 'Ranger', config = '{"region": "us"}', status = 'error', schedule = '0 8 * * *';
            UPDATE agent_types SET default_config = '{"depth": 1}';
            UPDATE alert_configs SET name = 'Fails often', enabled = false;
            """,
            "core_platform": """
            UPDATE users SET display_name = 'Augusta', roles = '["admin"]', namespace_access = '["acme", "beta"]';
            UPDATE projects SET name = 'Novel', plan_json = '{"chapters": 3}';
            UPDATE deliverables SET title = 'Second draft';
            """,
        ]
        let questions = [
            "orchestrator_platform": """
            SELECT o.name, o.slug, o.subscription_tier, u.display_name, a.name, a.version, a.status, w.name, w.status,
              w.definition FROM organizations o, users u, agents a, workflows w
            """,
            "agent_monitoring": """
            SELECT o.name, u.display_name, u.roles, a.name, a.parameters, a.status, a.schedule, t.default_config,
              r.name, r.enabled FROM organizations o, users u, agents a, agent_types t, alert_rules r
            """,
            "core_platform": """
            SELECT u.display_name, u.roles, u.namespace_access, p.name, p.plan_json, d.title
            FROM users u, projects p, deliverables d
            """,
        ]
        let answers = [
            "orchestrator_platform": [
                "New", "new", "enterprise", "Augusta L", "Ranger", "1.1.0", "inactive", "Sorting", "paused",
                #"{"a":1}"#,
            ],
            "agent_monitoring": [
                "New", "Augusta", #"["platform_admin"]"#, "Ranger", #"{"region":"us"}"#, "error", "0 8 * * *",
                #"{"depth":1}"#, "Fails often", "0",
            ],
            "core_platform": [
                "Augusta", #"["admin"]"#, #"["acme","beta"]"#, "Novel", #"{"chapters":3}"#, "Second draft",
            ],
        ]
        let platform = try AdoptedPlatform(name, try #require(tables[name]))
        _ = try await platform.adopt()
        try platform.change(try #require(changes[name]))
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0 && report.changedRows > 0, "\(refusals)")
        let question = try #require(questions[name])
        #expect(try await platform.rows(question) == [try #require(answers[name])])
        let (again, _) = try await platform.adopt()
        #expect(again.events == 0, "\(again)")
    }
}
