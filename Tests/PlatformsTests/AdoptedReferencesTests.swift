import AgentLedger
import Servers
import Testing

@Suite("References of an adopted platform's rows")
struct AdoptedReferencesTests {
    /// What a row names in one column.
    struct Reference: Sendable, CustomTestStringConvertible {
        var table: String
        var column: String
        /// The end of the id of the row that is copied, and of the id that the copy names; nil: the copy's own.
        var base: String
        var named: String?
        /// Whether the value is kept in extra: the ledger has no such reference.
        var isLeftOut: Bool
        /// Other values of the copy, as members of JSON.
        var others: String

        init(
            _ table: String, _ column: String, of base: String, _ named: String?, isLeftOut: Bool = true,
            others: String = ""
        ) {
            self.table = table
            self.column = column
            self.base = base
            self.named = named
            self.isLeftOut = isLeftOut
            self.others = others
        }

        var testDescription: String { "\(self.table).\(self.column) \(self.named ?? "itself")" }
    }

    static let nothing = "ffff"

    private static func id(_ end: String) -> String {
        "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - end.count) + end
    }

    /// Copies of rows with another reference each, with the id `…dddNN`.
    private static func copies(_ references: [Reference]) -> String {
        references.enumerated().map { index, reference in
            let id = Self.copy(index)
            let named = Self.id(reference.named ?? id)
            let members = [#""id": "\#(Self.id(id))""#, #""\#(reference.column)": "\#(named)""#, reference.others]
            return """
                INSERT INTO \(reference.table) SELECT r.* FROM \(reference.table) t,
                  jsonb_populate_record(t, '{\(members.filter { !$0.isEmpty }.joined(separator: ", "))}') r
                WHERE t.id = '\(Self.id(reference.base))';
                """
        }.joined(separator: "\n")
    }

    private static func copy(_ index: Int) -> String { "dd\(index < 10 ? "0" : "")\(index)" }

    private static func check(_ name: String, _ sql: String, _ references: [Reference]) async throws {
        let platform = try AdoptedPlatform(name, sql + Self.copies(references))
        let (report, refusals) = try await platform.adopt()
        #expect(report.refused == 0, "\(refusals.map(\.description).joined(separator: "\n"))")
        for (index, reference) in references.enumerated() {
            let key = Self.id(Self.copy(index))
            let kept = try await platform.rows(
                "SELECT extra->>'\(reference.column)' FROM adopted_rows "
                    + "WHERE table_name = '\(reference.table)' AND row_key = '\(key)'")
            let named = Self.id(reference.named ?? Self.copy(index))
            #expect(kept == [[reference.isLeftOut ? named : ""]], "\(reference.testDescription) \(key)")
            if reference.isLeftOut {
                let found = AdoptedPlatform.findings(report, "\(reference.table).\(reference.column)")
                #expect(!found.isEmpty, "\(reference.testDescription)")
            }
        }
        let (again, more) = try await platform.adopt()
        #expect(again.events == 0 && again.refused == 0, "\(again) \(more)")
    }

    private static let core =
        PlatformTables.core + """
            ALTER TABLE deliverables ADD project_id uuid;
            CREATE TABLE agents (id uuid PRIMARY KEY, organization_slug text, name text, slug text, description text,
              agent_type text, status text, created_at timestamptz, updated_at timestamptz);
            CREATE TABLE messages (id uuid PRIMARY KEY, conversation_id uuid, user_id uuid, agent_id uuid, role text,
              content text, metadata jsonb, created_at timestamptz);
            INSERT INTO users (id, email, created_at, organization_slug) VALUES
              ('00000000-0000-4000-8000-000000000002', 'bob@example.org', '2025-01-01', 'beta');
            INSERT INTO agents VALUES
              ('00000000-0000-4000-8000-0000000000a1', 'acme', 'Scout', NULL, '', 'context', 'active', '2025-01-01', NULL),
              ('00000000-0000-4000-8000-0000000000a2', 'beta', 'Scout', NULL, '', 'context', 'active', '2025-01-01', NULL);
            INSERT INTO agent_conversations (id, user_id, agent_name, agent_type, started_at) VALUES
              ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-000000000002', 'scribe', 'context',
               '2025-01-02');
            INSERT INTO messages VALUES ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c1',
              NULL, '00000000-0000-4000-8000-0000000000a1', 'assistant', 'Hello', '{}', '2025-01-02');
            INSERT INTO tasks (id, agent_conversation_id, user_id, method, prompt, created_at) VALUES
              ('00000000-0000-4000-8000-0000000000d2', '00000000-0000-4000-8000-0000000000c2',
               '00000000-0000-4000-8000-000000000002', 'process', 'Write.', '2025-01-02');
            INSERT INTO projects (id, conversation_id, name, status, created_at) VALUES
              ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000c2', 'Book', 'in_progress',
               '2025-01-02');
            INSERT INTO project_steps (id, project_id, step_id, step_index, step_type, step_name, created_at) VALUES
              ('00000000-0000-4000-8000-00000000e201', '00000000-0000-4000-8000-0000000000e2', 'outline', 0, 'write',
               'Outline', '2025-01-02');
            INSERT INTO deliverables (id, user_id, conversation_id, title, type, created_at) VALUES
              ('00000000-0000-4000-8000-0000000000f2', '00000000-0000-4000-8000-000000000002',
               '00000000-0000-4000-8000-0000000000c2', 'Draft', 'text', '2025-01-04');
            -- A ring of projects, and what is below it.
            INSERT INTO projects (id, conversation_id, parent_project_id, created_at) VALUES
              ('00000000-0000-4000-8000-00000000ee01', '00000000-0000-4000-8000-0000000000c1',
               '00000000-0000-4000-8000-00000000ee02', '2025-01-02'),
              ('00000000-0000-4000-8000-00000000ee02', '00000000-0000-4000-8000-0000000000c1',
               '00000000-0000-4000-8000-00000000ee01', '2025-01-02'),
              ('00000000-0000-4000-8000-00000000ee00', '00000000-0000-4000-8000-0000000000c1',
               '00000000-0000-4000-8000-00000000ee01', '2025-01-01');
            """

    @Test("of core_platform are left out where they name another organization's row, nothing, or the row itself")
    func corePlatform() async throws {
        try await Self.check(
            "core_platform", Self.core,
            [
                Reference("agent_conversations", "user_id", of: "c1", "2", isLeftOut: false),
                Reference("agent_conversations", "user_id", of: "c1", Self.nothing, isLeftOut: false),
            ]
                + ["deliverable": "f2", "project": "e2", "task": "d2", "book": "f2"].sorted { $0.key < $1.key }.map {
                    Reference(
                        "agent_conversations", "primary_work_product_id", of: "c1", $0.value,
                        others: #""primary_work_product_type": "\#($0.key)""#)
                } + [
                    Reference(
                        "agent_conversations", "primary_work_product_id", of: "c1", Self.nothing,
                        others: #""primary_work_product_type": "project""#),
                    Reference("messages", "agent_id", of: "b1", "a2"),
                    Reference("messages", "agent_id", of: "b1", Self.nothing),
                    Reference("messages", "user_id", of: "b1", "2", isLeftOut: false, others: #""agent_id": null"#),
                    Reference(
                        "messages", "conversation_id", of: "b1", "fffe", isLeftOut: false, others: #""agent_id": null"#),
                    Reference("tasks", "agent_conversation_id", of: "d1", "c2", isLeftOut: false),
                    Reference("tasks", "agent_conversation_id", of: "d1", Self.nothing, isLeftOut: false),
                    Reference("tasks", "user_id", of: "d1", "2", isLeftOut: false),
                    Reference("projects", "parent_project_id", of: "e1", nil),
                    Reference("projects", "parent_project_id", of: "e1", "e2"),
                    Reference("projects", "parent_project_id", of: "e1", Self.nothing),
                    Reference("projects", "parent_project_id", of: "e1", "ee02", isLeftOut: false),
                    Reference("projects", "conversation_id", of: "e1", "c2", isLeftOut: false),
                    Reference("projects", "conversation_id", of: "e1", Self.nothing, isLeftOut: false),
                    Reference(
                        "project_steps", "project_id", of: "e101", "e2", isLeftOut: false, others: #""step_id": "x""#),
                    Reference("project_steps", "project_id", of: "e101", Self.nothing, isLeftOut: false),
                    Reference(
                        "deliverables", "conversation_id", of: "f1", "c2", isLeftOut: false, others: #""task_id": null"#
                    ),
                    Reference("deliverables", "conversation_id", of: "f1", Self.nothing, isLeftOut: false),
                    Reference("deliverables", "task_id", of: "f1", "d2"),
                    Reference("deliverables", "task_id", of: "f1", Self.nothing),
                    Reference("deliverables", "project_step_id", of: "f1", "e201"),
                    Reference("deliverables", "project_step_id", of: "f1", Self.nothing),
                    Reference("deliverables", "project_id", of: "f1", "e2"),
                    Reference(
                        "deliverables", "project_id", of: "f1", "ee01",
                        others: "\"project_step_id\": \"\(Self.id("e101"))\""),
                    Reference("deliverables", "user_id", of: "f1", Self.nothing, isLeftOut: false),
                    Reference("deliverable_versions", "task_id", of: "f101", "d2", others: #""version_number": 2"#),
                    Reference(
                        "deliverable_versions", "task_id", of: "f101", Self.nothing, others: #""version_number": 3"#),
                    Reference("deliverable_versions", "deliverable_id", of: "f101", Self.nothing, isLeftOut: false),
                ])
    }

    private static let studio =
        PlatformTables.studio + """
            INSERT INTO organizations (id, name, created_at) VALUES
              ('00000000-0000-4000-8000-00000000000b', 'Beta', '2025-01-01');
            INSERT INTO users (id, organization_id, email, created_at) VALUES
              ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-00000000000b', 'bob@example.org', '2025-01-01');
            INSERT INTO workflows (id, organization_id, name, definition, created_at) VALUES
              ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-00000000000b', 'Triage', '{}', '2025-01-02');
            INSERT INTO agents (id, workflow_id, name, configuration, position, created_at) VALUES
              ('00000000-0000-4000-8000-0000000000a2', '00000000-0000-4000-8000-0000000000e2', 'Writer', '{}', '{}',
               '2025-01-02');
            INSERT INTO workflow_executions (id, workflow_id, organization_id, workflow_version, status, created_at) VALUES
              ('00000000-0000-4000-8000-00000000f002', '00000000-0000-4000-8000-0000000000e2',
               '00000000-0000-4000-8000-00000000000b', 1, 'pending', '2025-01-03');
            INSERT INTO agent_executions (id, workflow_execution_id, agent_id, input, queued_at) VALUES
              ('00000000-0000-4000-8000-00000000d002', '00000000-0000-4000-8000-00000000f002',
               '00000000-0000-4000-8000-0000000000a2', '{}', '2025-01-03 01:01');
            ALTER TABLE agent_metrics ALTER id TYPE text;
            INSERT INTO agent_metrics (id, agent_execution_id, metric_type, value, "timestamp") VALUES
              ('00000000-0000-4000-8000-00000000d301', '00000000-0000-4000-8000-00000000d001', 'latency', 12.5, '2025-01-03');
            INSERT INTO agent_executions (id, workflow_execution_id, agent_id, input, queued_at, parent_agent_execution_id)
              SELECT ('00000000-0000-4000-8000-00000000ee0' || n)::uuid, '00000000-0000-4000-8000-00000000f001',
                '00000000-0000-4000-8000-0000000000a1', '{}', '2025-01-03 01:01',
                ('00000000-0000-4000-8000-00000000ee0' || CASE n WHEN 1 THEN 2 ELSE 1 END)::uuid FROM generate_series(0, 2) n;
            """

    @Test("of ops_studio are left out, or another agent stands in, and nothing below is refused")
    func opsStudio() async throws {
        try await Self.check(
            "ops_studio", Self.studio,
            [
                Reference("workflows", "created_by", of: "e1", "2", others: #""name": "Other""#),
                Reference("workflow_executions", "organization_id", of: "f001", "b"),
                Reference("workflow_executions", "triggered_by_user_id", of: "f001", "2", isLeftOut: false),
                Reference("agent_executions", "agent_id", of: "d001", "a2"),
                Reference("agent_executions", "workflow_execution_id", of: "d001", "f002", isLeftOut: false),
                Reference("agent_executions", "parent_agent_execution_id", of: "d001", nil),
                Reference("agent_executions", "parent_agent_execution_id", of: "d001", "d002"),
                Reference("agent_executions", "parent_agent_execution_id", of: "d001", "ee02", isLeftOut: false),
                Reference("execution_logs", "agent_execution_id", of: "d101", "d002"),
                Reference("agent_metrics", "agent_id", of: "d301", "a2"),
                Reference("agent_metrics", "organization_id", of: "d301", "b"),
                Reference("agent_metrics", "agent_execution_id", of: "d301", "d002", isLeftOut: false),
                Reference(
                    "agent_metrics", "organization_id", of: "d301", "a", isLeftOut: false,
                    others: #""dimensions": {"agent_id": "\#(Self.id("a2"))"}"#),
                Reference(
                    "agent_metrics", "organization_id", of: "d301", "a", isLeftOut: false,
                    others: #""agent_execution_id": null, "dimensions": {"agent_id": "\#(Self.id("a2"))"}"#),
                Reference("evaluation_results", "workflow_execution_id", of: "d201", "f002"),
            ])
    }

    private static let orchestrator =
        PlatformTables.orchestrator + """
            INSERT INTO users VALUES ('00000000-0000-4000-8000-000000000002', 'bob@example.org', '!', 'Bob', 'M', 'pro',
              '2025-01-01', '2025-01-01', NULL, true, false), ('00000000-0000-4000-8000-000000000003', 'eve@example.org',
              '!', 'Eve', 'N', 'pro', '2025-01-01', '2025-01-01', NULL, true, false);
            INSERT INTO organizations VALUES
              ('00000000-0000-4000-8000-00000000000b', 'Beta', 'beta', 'pro', '2025-01-01', '2025-01-01', true);
            INSERT INTO agents SELECT r.* FROM agents t, LATERAL (VALUES ('a2', 'organization', 'b'), ('a3', 'user', '2'),
                ('a4', 'user', '3'), ('a5', 'organization', 'f'), ('a6', 'user', 'f')) v(id, owner_type, owner),
              LATERAL jsonb_populate_record(t, jsonb_build_object('id', '00000000-0000-4000-8000-0000000000' || v.id,
                'owner_type', v.owner_type, 'owner_id', '00000000-0000-4000-8000-00000000000' || v.owner)) r;
            INSERT INTO workflows SELECT r.* FROM workflows t, generate_series(2, 6) n, LATERAL jsonb_populate_record(t,
              jsonb_build_object('id', '00000000-0000-4000-8000-0000000000e' || n,
                'agent_id', '00000000-0000-4000-8000-0000000000a' || n)) r;
            INSERT INTO workflow_executions SELECT r.* FROM workflow_executions t, generate_series(2, 6) n,
              LATERAL jsonb_populate_record(t, jsonb_build_object('id', '00000000-0000-4000-8000-00000000f00' || n,
                'workflow_id', '00000000-0000-4000-8000-0000000000e' || n,
                'agent_id', '00000000-0000-4000-8000-0000000000a' || n,
                'correlation_id', '00000000-0000-4000-8000-00000000f00' || n)) r;
            INSERT INTO workflow_executions SELECT r.* FROM workflow_executions t, generate_series(0, 2) n,
              LATERAL jsonb_populate_record(t, jsonb_build_object('id', '00000000-0000-4000-8000-00000000ee0' || n,
                'correlation_id', '00000000-0000-4000-8000-00000000ee0' || n, 'parent_execution_id',
                '00000000-0000-4000-8000-00000000ee0' || CASE n WHEN 1 THEN 2 ELSE 1 END)) r
              WHERE t.id = '00000000-0000-4000-8000-00000000f001';
            """

    @Test("of orchestrator_platform are left out where they name another owner's row, or the row itself")
    func orchestratorPlatform() async throws {
        let own = #""correlation_id": "00000000-0000-4000-8000-00000000ddff""#
        try await Self.check(
            "orchestrator_platform", Self.orchestrator,
            [
                Reference("workflow_executions", "parent_execution_id", of: "f001", nil, others: own),
                Reference("workflow_executions", "parent_execution_id", of: "f001", "f002"),
                Reference("workflow_executions", "parent_execution_id", of: "f001", "ee02", isLeftOut: false),
                Reference("workflow_executions", "parent_execution_id", of: "f003", "f004"),
                Reference("workflow_executions", "parent_execution_id", of: "f005", "f004"),
                Reference("workflow_executions", "agent_id", of: "f001", "a2", isLeftOut: false),
                Reference("workflow_executions", "agent_id", of: "f001", "a3", isLeftOut: false),
                Reference("workflow_executions", "agent_id", of: "f001", "a5", isLeftOut: false),
                Reference("workflow_executions", "agent_id", of: "f005", "a6", isLeftOut: false),
                Reference("workflow_executions", "correlation_id", of: "f001", "f002"),
                Reference("workflow_executions", "correlation_id", of: "f001", Self.nothing, isLeftOut: false),
                Reference("agents", "owner_id", of: "a1", Self.nothing),
                Reference("agents", "owner_id", of: "a3", Self.nothing, isLeftOut: false),
                Reference("marketplace_integrations", "agent_id", of: "a101", "a2", isLeftOut: false),
                Reference("container_resources", "agent_id", of: "a201", "a2", isLeftOut: false),
            ])
    }

    private static let monitoring =
        PlatformTables.monitoring + """
            INSERT INTO users (id, email, password_hash, role, created_at) VALUES
              ('00000000-0000-4000-8000-000000000002', 'bob@example.org', '!', 'user', '2025-01-01');
            INSERT INTO organizations VALUES ('00000000-0000-4000-8000-00000000000b', 'Beta', '2025-01-01', '2025-01-01');
            INSERT INTO agents SELECT r.* FROM agents t, LATERAL (VALUES ('a2', 'b', '2'), ('a3', NULL, '2'),
                ('a4', NULL, NULL)) v(id, owner, maker),
              LATERAL jsonb_populate_record(t, jsonb_build_object('id', '00000000-0000-4000-8000-0000000000' || v.id,
                'type_id', NULL, 'org_id', '00000000-0000-4000-8000-00000000000' || v.owner,
                'created_by', '00000000-0000-4000-8000-00000000000' || v.maker)) r;
            INSERT INTO alert_configs SELECT r.* FROM alert_configs t, jsonb_populate_record(t,
              '{"id": "00000000-0000-4000-8000-00000000c002", "agent_id": null}') r;
            INSERT INTO alerts SELECT r.* FROM alerts t, jsonb_populate_record(t,
              '{"id": "00000000-0000-4000-8000-00000000d002", "config_id": "00000000-0000-4000-8000-00000000c002"}') r;
            """

    private static func details(_ members: String) -> String { #""details": {\#(members)}"# }

    @Test("of agent_monitoring are left out where they name another organization's row, also those in details")
    func agentMonitoring() async throws {
        try await Self.check(
            "agent_monitoring", Self.monitoring,
            [
                Reference("agents", "created_by", of: "a1", "2", isLeftOut: false),
                Reference("agents", "type_id", of: "a1", "b1", isLeftOut: false),
                Reference("alert_configs", "agent_id", of: "c001", "a2", isLeftOut: false),
                Reference("alert_configs", "agent_id", of: "c001", "a3", isLeftOut: false),
                Reference("alert_configs", "agent_id", of: "c001", "a4", isLeftOut: false),
                Reference("alerts", "agent_id", of: "d001", "a2"),
                Reference("alerts", "agent_id", of: "d002", "a2"),
                Reference("alerts", "agent_id", of: "d002", "a3"),
                Reference("alerts", "agent_id", of: "d002", "a4"),
            ]
                + ["a1", "a2", "a3", "a4"].flatMap { agent in
                    [
                        "", #""organization_id": "\#(Self.id("b"))""#, #""organization_id": 17, "workflow_id": "x""#,
                        #""organization_id": "\#(Self.id("ffff"))", "workflow_id": "\#(Self.id("ccc1"))""#,
                        #""kind": "agent_execution""#,
                        #""kind": "agent_execution", "agent_execution_id": "\#(Self.id("eee" + agent))", "workflow_execution_id": "\#(Self.id("f001"))""#,
                        #""kind": "agent_execution", "agent_execution_id": "\#(Self.id("eef" + agent))", "workflow_execution_id": "\#(Self.id("eeee"))""#,
                    ].map {
                        Reference(
                            "agent_logs", "agent_id", of: "f001", agent, isLeftOut: false, others: Self.details($0))
                    }
                })
    }

    private static let infrastructure =
        PlatformTables.infrastructure + """
            INSERT INTO conversations (id, organization_slug, user_id, created_at) VALUES
              ('00000000-0000-4000-8000-0000000000c2', 'beta', '00000000-0000-4000-8000-000000000002', '2025-01-04'),
              ('00000000-0000-4000-8000-0000000000c3', NULL, '00000000-0000-4000-8000-000000000002', '2025-01-04');
            INSERT INTO task_assignments VALUES ('00000000-0000-4000-8000-00000000e103',
              '00000000-0000-4000-8000-0000000000e1', NULL, 'caller', NULL, '2025-01-04 03:00Z');
            """

    @Test("of agent_infrastructure are left out where they name another organization's row, or nothing")
    func agentInfrastructure() async throws {
        try await Self.check(
            "agent_infrastructure", Self.infrastructure,
            [
                Reference("tasks", "conversation_id", of: "e1", "c2"),
                Reference("tasks", "conversation_id", of: "e1", Self.nothing),
                Reference("tasks", "conversation_id", of: "e1", Self.nothing, others: #""organization_slug": null"#),
                Reference(
                    "tasks", "conversation_id", of: "e1", "c3", isLeftOut: false, others: #""organization_slug": null"#),
                Reference("tasks", "user_id", of: "e1", Self.nothing, isLeftOut: false),
                Reference("tasks", "assigned_user_id", of: "e1", Self.nothing, isLeftOut: false),
                Reference(
                    "conversations", "user_id", of: "c1", Self.nothing, isLeftOut: false,
                    others: #""agent_slug": "caller""#),
                Reference("messages", "conversation_id", of: "c101", "c2", isLeftOut: false),
                Reference("messages", "conversation_id", of: "c101", Self.nothing, isLeftOut: false),
                Reference("messages", "user_id", of: "c101", Self.nothing, isLeftOut: false),
                Reference("documents", "collection_id", of: "d101", Self.nothing, isLeftOut: false),
                Reference("document_chunks", "document_id", of: "d111", Self.nothing, isLeftOut: false),
                Reference("task_assignments", "task_id", of: "e101", Self.nothing, isLeftOut: false),
                Reference("task_comments", "task_id", of: "e111", Self.nothing, isLeftOut: false),
                Reference("task_comments", "user_id", of: "e111", Self.nothing, isLeftOut: false),
            ])
    }
}
