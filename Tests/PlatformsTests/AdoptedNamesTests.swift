import AgentLedger
import Servers
import Testing

@Suite("Names in adopted platforms")
struct AdoptedNamesTests {
    /// Three workflows, or agents where there are no workflows, of one name: the first in two ways of writing it.
    private static let namesakes = [
        "orchestrator_platform": """
        INSERT INTO workflows SELECT '00000000-0000-4000-8000-0000000000e2', agent_id, name, description, workflow_data,
          workflow_type, framework, version, '2025-02-01', '2025-02-01', is_active FROM workflows;
        INSERT INTO workflows SELECT '00000000-0000-4000-8000-0000000000e3', agent_id, ' Triage ', description,
          workflow_data, workflow_type, framework, version, '2025-03-01', '2025-03-01', false FROM workflows LIMIT 1;
        """,
        "ops_studio": """
        INSERT INTO workflows (id, organization_id, name, status, definition, created_at, updated_at) VALUES
          ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-00000000000a', 'Triage', 'active', '{}',
           '2025-02-01', '2025-02-01'),
          ('00000000-0000-4000-8000-0000000000e3', '00000000-0000-4000-8000-00000000000a', ' Triage ', 'draft', '{}',
           '2025-03-01', '2025-03-01');
        """,
        "agent_monitoring": """
        INSERT INTO agents SELECT '00000000-0000-4000-8000-0000000000a2', name, type_id, org_id, created_by, NULL, NULL,
          config, NULL, status, NULL, '2025-02-01', '2025-02-01' FROM agents;
        INSERT INTO agents SELECT '00000000-0000-4000-8000-0000000000a3', ' Scout ', type_id, org_id, created_by, NULL,
          NULL, config, NULL, status, NULL, '2025-03-01', '2025-03-01' FROM agents LIMIT 1;
        """,
        "agent_infrastructure": """
        INSERT INTO agents SELECT 'scout-2', organization_slug, name, description, version, agent_type, department, tags,
          io_schema, capabilities, context, endpoint, llm_config, metadata, '2025-02-01', '2025-02-01' FROM agents
          WHERE slug = 'scout';
        INSERT INTO agents SELECT 'scout-3', organization_slug, ' Scout ', description, version, agent_type, department,
          tags, io_schema, capabilities, context, endpoint, llm_config, metadata, '2025-03-01', '2025-03-01' FROM agents
          WHERE slug = 'scout';
        DELETE FROM agents WHERE slug = 'caller';
        """,
        "core_platform": """
        INSERT INTO project_steps (id, project_id, step_id, step_index, step_type, step_name, status, created_at)
          VALUES ('00000000-0000-4000-8000-00000000e102', '00000000-0000-4000-8000-0000000000e1', 'outline', 1, 'write',
            'Outline', 'pending', '2025-02-01'), ('00000000-0000-4000-8000-00000000e103',
            '00000000-0000-4000-8000-0000000000e1', ' outline ', 1, 'write', 'Outline', 'pending', '2025-03-01');
        """,
    ]

    @Test(
        "the first of several with one name keeps it; the others have their ids behind it, are reported, and stay",
        arguments: [
            ("orchestrator_platform", PlatformTables.orchestrator, "workflows", "name", "Triage"),
            ("ops_studio", PlatformTables.studio, "workflows", "name", "Triage"),
            ("agent_monitoring", PlatformTables.monitoring, "agents", "name", "Scout"),
            ("agent_infrastructure", PlatformTables.infrastructure, "agents", "name", "Scout"),
            ("core_platform", PlatformTables.core, "project_steps", "step_id", "outline"),
        ])
    func oneRule(platform name: String, tables: String, table: String, column: String, plain: String) async throws {
        let platform = try AdoptedPlatform(name, tables + (try #require(Self.namesakes[name])))
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0, "\(refusals)")
        let names = try await platform.rows("SELECT \(column), id FROM \(table) ORDER BY created_at, id")
        let wanted = names.enumerated().map { $0.offset == 0 ? plain : "\(plain) (\($0.element[1]))" }
        #expect(names.count == 3 && names.map { $0[0] } == wanted, "\(names)")
        #expect(AdoptedPlatform.findings(report, "\(table).\(column)")[.changed] ?? 0 >= 3)
        if table == "workflows" {
            #expect(try await platform.rows("SELECT count(*) FROM workflows WHERE deleted_at IS NULL") == [["3"]])
        }
        let (again, _) = try await platform.adopt()
        #expect(again.events == 0, "\(again)")
    }
}
