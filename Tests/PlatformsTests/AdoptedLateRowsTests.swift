import AgentLedger
import LedgerTables
import Servers
import Testing

@Suite("Rows that an adopted platform adds to what has ended")
struct AdoptedLateRowsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var platform: String
        /// What ends, and when: on 2025-02-01.
        var end: String
        /// Rows of each kind that belongs to it, by their table. `{n}` is a number of three digits, `{t}` the time.
        var children: [(table: String, sql: String)]
        /// Tables beside the documented ones.
        var before = ""

        var testDescription: String { "\(self.platform): \(self.end.prefix(60))" }
    }

    /// Replaces `@x@` by an id that ends with `x`.
    private static func ids(_ sql: String) -> String {
        sql.replacing(/@([0-9a-f{}n]+)@/) { match in
            let end = match.1.replacing("{n}", with: "000")
            return "'00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - end.count) + match.1 + "'"
        }
    }

    private static let coreTalks = """
        CREATE TABLE agents (id uuid PRIMARY KEY, organization_slug text, name text, slug text, description text,
          agent_type text, status text, created_at timestamptz, updated_at timestamptz);
        CREATE TABLE messages (id uuid PRIMARY KEY, conversation_id uuid, user_id uuid, agent_id uuid, role text,
          content text, metadata jsonb, created_at timestamptz);
        INSERT INTO agents VALUES (@a1@, 'acme', 'Scribe', 'scribe', '', 'context', 'active', '2025-01-02', '2025-01-02');
        """

    private static let coreOfConversation: [(table: String, sql: String)] = [
        (
            "tasks",
            "(id, agent_conversation_id, user_id, method, prompt, status, started_at, completed_at, created_at, "
                + "updated_at) VALUES (@aa{n}@, @c1@, @1@, 'process', 'Go.', 'completed', '{t}', '{t}', '{t}', '{t}')"
        ),
        (
            "projects",
            "(id, conversation_id, name, status, created_at, updated_at) VALUES "
                + "(@bb{n}@, @c1@, 'P{n}', 'in_progress', '{t}', '{t}')"
        ),
        (
            "deliverables",
            "(id, user_id, conversation_id, title, type, created_at, updated_at) VALUES "
                + "(@cc{n}@, @1@, @c1@, 'D{n}', 'text', '{t}', '{t}')"
        ),
        (
            "deliverable_versions",
            "(id, deliverable_id, version_number, content, created_at, updated_at) VALUES "
                + "(@dd{n}@, @f1@, 1{n}, 'Again.', '{t}', '{t}')"
        ),
        ("messages", "VALUES (@ee{n}@, @c1@, @1@, NULL, 'user', 'Hello {n}', '{}', '{t}')"),
    ]

    static let cases = [
        Case(
            platform: "core_platform",
            end: "UPDATE agent_conversations SET ended_at = '2025-02-01', updated_at = '2025-02-01'",
            children: coreOfConversation
                + [("messages", "VALUES (@ef{n}@, @c1@, NULL, @a1@, 'assistant', 'Hi {n}', '{}', '{t}')")],
            before: coreTalks),
        Case(
            platform: "core_platform",
            end: "UPDATE projects SET status = 'completed', updated_at = '2025-02-01'",
            children: [
                (
                    "project_steps",
                    "(id, project_id, step_id, step_index, step_type, step_name, status, started_at, "
                        + "completed_at, created_at, updated_at) VALUES "
                        + "(@aa{n}@, @e1@, 's{n}', 1{n}, 'do', 'Do', 'completed', '{t}', '{t}', '{t}', '{t}')"
                ),
                (
                    "project_steps",
                    "(id, project_id, step_id, step_index, step_type, step_name, status, created_at, updated_at) "
                        + "VALUES (@ab{n}@, @e1@, 'k{n}', 2{n}, 'do', 'Do', 'skipped', '{t}', '{t}')"
                ),
                (
                    "projects",
                    "(id, conversation_id, name, status, parent_project_id, created_at, updated_at) VALUES "
                        + "(@bb{n}@, @c1@, 'P{n}', 'in_progress', @e1@, '{t}', '{t}')"
                ),
                (
                    "deliverables",
                    "(id, user_id, conversation_id, project_step_id, title, type, created_at, updated_at) "
                        + "VALUES (@cc{n}@, @1@, @c1@, @e101@, 'D{n}', 'text', '{t}', '{t}')"
                ),
            ]),
        Case(
            platform: "core_platform",
            end: "UPDATE projects SET status = 'paused', updated_at = '2025-02-01'",
            children: [
                (
                    "project_steps",
                    "(id, project_id, step_id, step_index, step_type, step_name, status, started_at, "
                        + "completed_at, created_at, updated_at) VALUES "
                        + "(@aa{n}@, @e1@, 's{n}', 1{n}, 'do', 'Do', 'completed', '{t}', '{t}', '{t}', '{t}')"
                )
            ]),
        Case(
            platform: "core_platform",
            end: "UPDATE projects SET status = 'planning', updated_at = '2025-01-02'; DELETE FROM project_steps",
            children: [
                (
                    "project_steps",
                    "(id, project_id, step_id, step_index, step_type, step_name, status, started_at, "
                        + "created_at, updated_at) VALUES "
                        + "(@aa{n}@, @e1@, 's{n}', 1{n}, 'do', 'Do', 'in_progress', '{t}', '{t}', '{t}')"
                )
            ]),
        Case(
            platform: "core_platform", end: "UPDATE users SET status = 'deleted', updated_at = '2025-02-01'",
            children: coreOfConversation + [
                (
                    "agent_conversations",
                    "(id, user_id, agent_name, agent_type, started_at, created_at, updated_at) VALUES "
                        + "(@ff{n}@, @1@, 'scribe', 'context', '{t}', '{t}', '{t}')"
                )
            ], before: coreTalks),
        Case(
            platform: "core_platform", end: "UPDATE agents SET status = 'deleted', updated_at = '2025-02-01'",
            children: [("messages", "VALUES (@ef{n}@, @c1@, NULL, @a1@, 'assistant', 'Hi {n}', '{}', '{t}')")],
            before: coreTalks),
        Case(
            platform: "agent_infrastructure",
            end: "UPDATE conversations SET ended_at = '2025-02-01', status = 'ended', updated_at = '2025-02-01'",
            children: [
                ("messages", "VALUES (@aa{n}@, @c1@, 'user', @1@, NULL, 'Hello', '{}', '{t}')"),
                ("messages", "VALUES (@ab{n}@, @c1@, 'user', @2@, NULL, 'I left', '{}', '{t}')"),
                ("messages", "VALUES (@ac{n}@, @c1@, 'assistant', NULL, 'caller', 'Hi', '{}', '{t}')"),
                ("conversation_participants", "VALUES (@c1@, @3{n}@, 'user', @3{n}@, NULL, '{t}', NULL)"),
                (
                    "tasks",
                    "(id, organization_slug, conversation_id, user_id, prompt, status, started_at, completed_at, "
                        + "created_at, updated_at) VALUES "
                        + "(@ad{n}@, 'acme', @c1@, @1@, 'Go.', 'completed', '{t}', '{t}', '{t}', '{t}')"
                ),
            ]),
        Case(
            platform: "agent_infrastructure",
            end: "UPDATE tasks SET completed_at = '2025-02-01', updated_at = '2025-02-01'",
            children: [
                (
                    "task_assignments",
                    "VALUES (@aa{n}@, @e1@, @5{n}@, NULL, 'system:desk', '{t}'); UPDATE tasks SET "
                        + "assigned_user_id = @5{n}@, assigned_agent_slug = NULL WHERE id = @e1@"
                ),
                ("task_comments", "VALUES (@ab{n}@, @e1@, @1@, 'Well {n}', '{t}')"),
                ("approvals", "VALUES (@e1@, 1{n}, 'approved', @1@, 'Now?', NULL, '{t}', @1@, '{t}', NULL)"),
            ]),
        Case(
            platform: "agent_infrastructure",
            end: """
                UPDATE document_collections SET removed_at = '2025-02-01', updated_at = '2025-02-01';
                UPDATE documents SET removed_at = '2025-02-01', updated_at = '2025-02-01'
                """,
            children: [
                ("documents", "VALUES (@aa{n}@, @d1@, 'D{n}', NULL, NULL, NULL, 12, 1, '{}', '{t}', '{t}', NULL)"),
                ("document_chunks", "VALUES (@ab{n}@, @d101@, 1{n}, 'Press.', 3, '[0.5, 0, 1]', NULL, '{}', '{t}')"),
            ]),
        Case(
            platform: "agent_infrastructure",
            end: """
                UPDATE agents SET metadata = '{"deleted_at": "2025-02-01T00:00:00Z"}', updated_at = '2025-02-01'
                WHERE slug = 'scout'
                """,
            children: [
                ("conversations", "VALUES (@aa{n}@, 'acme', @1@, 'scout', 'T', 'active', '{}', NULL, '{t}', '{t}')"),
                ("messages", "VALUES (@ab{n}@, @c1@, 'assistant', NULL, 'scout', 'Hi', '{}', '{t}')"),
                (
                    "tasks",
                    "(id, organization_slug, user_id, prompt, status, assigned_agent_slug, created_at, updated_at) "
                        + "VALUES (@ac{n}@, 'acme', @1@, 'Go.', 'pending', 'scout', '{t}', '{t}')"
                ),
                ("agent_metrics", "VALUES (@ad{n}@, 'acme', 'scout', 'latency', 0.5, 's', '{}', '{t}')"),
            ]),
        Case(
            platform: "agent_infrastructure",
            end: "UPDATE organizations SET is_active = false, updated_at = '2025-02-01'",
            children: [
                ("conversations", "VALUES (@aa{n}@, 'acme', @1@, 'scout', 'T', 'active', '{}', NULL, '{t}', '{t}')"),
                ("organization_members", "VALUES (@ab{n}@, 'acme', @5{n}@, 'member', '{t}', true)"),
                (
                    "document_collections",
                    "VALUES (@ac{n}@, 'acme', 'C{n}', NULL, NULL, 3, '{}', NULL, '{t}', '{t}', NULL)"
                ),
            ], before: "ALTER TABLE organizations ADD is_active boolean DEFAULT true;"),
        Case(
            platform: "ops_studio",
            end: """
                UPDATE organizations SET status = 'cancelled', deleted_at = '2025-02-01', updated_at = '2025-02-01'
                """,
            children: studioOfOrganization),
        Case(
            platform: "ops_studio",
            end: "UPDATE organizations SET status = 'cancelled', updated_at = '2025-02-01'",
            children: studioOfOrganization),
        Case(
            platform: "ops_studio", end: "UPDATE workflows SET deleted_at = '2025-02-01', updated_at = '2025-02-01'",
            children: studioOfWorkflow),
        Case(
            platform: "ops_studio", end: "UPDATE workflows SET status = 'archived', updated_at = '2025-02-01'",
            children: studioOfWorkflow),
        Case(
            platform: "ops_studio",
            end: """
                INSERT INTO users (id, organization_id, email, role, created_at) VALUES (@2@, @a@, 'bob@example.org', 'owner', '2025-01-01');
                UPDATE users SET email = @1@ || '@deleted.invalid', deleted_at = '2025-02-01', updated_at = '2025-02-01'
                WHERE id = @1@
                """,
            children: [
                (
                    "workflows",
                    "(id, organization_id, name, status, definition, created_by, created_at, updated_at) VALUES "
                        + "(@aa{n}@, @a@, 'W{n}', 'active', '{}', @1@, '{t}', '{t}')"
                ),
                (
                    "workflow_executions",
                    "(id, workflow_id, organization_id, workflow_version, status, triggered_by_user_id, "
                        + "started_at, completed_at, created_at) VALUES "
                        + "(@ab{n}@, @e1@, @a@, 1, 'completed', @1@, '{t}', '{t}', '{t}')"
                ),
            ]),
        Case(
            platform: "orchestrator_platform",
            end: """
                UPDATE organizations SET is_active = false, updated_at = '2025-02-01';
                UPDATE users SET is_active = false, email = 'deleted:' || id || ':' || email, updated_at = '2025-02-01'
                """,
            children: hosted),
        Case(
            platform: "orchestrator_platform",
            end: """
                UPDATE organizations SET is_active = false, updated_at = '2025-02-01';
                UPDATE workflows SET is_active = false, updated_at = '2025-02-01';
                UPDATE users SET is_active = false, updated_at = '2025-02-01'
                """,
            children: hosted),
        Case(
            platform: "agent_monitoring",
            end: "UPDATE users SET email = id || '@deleted.invalid', updated_at = '2025-02-01'",
            children: watched),
        Case(
            platform: "agent_monitoring",
            end: "UPDATE alert_configs SET enabled = false, updated_at = '2025-02-01'", children: watched),
    ]

    private static let studioOfWorkflow: [(table: String, sql: String)] = [
        (
            "workflow_triggers",
            "(id, workflow_id, trigger_type, event_type, created_at, updated_at) VALUES "
                + "(@af{n}@, @e1@, 'event', 'x{n}', '{t}', '{t}')"
        ),
        (
            "agents",
            "(id, workflow_id, name, configuration, position, created_at, updated_at) VALUES "
                + "(@aa{n}@, @e1@, 'N{n}', '{}', '{\"x\": 3, \"y\": 4}', '{t}', '{t}')"
        ),
        (
            "workflow_executions",
            "(id, workflow_id, organization_id, workflow_version, status, started_at, completed_at, "
                + "created_at) VALUES (@ab{n}@, @e1@, @a@, 1, 'completed', '{t}', '{t}', '{t}')"
        ),
        (
            "agent_executions",
            "(id, workflow_execution_id, agent_id, status, input, queued_at, started_at, completed_at, "
                + "input_tokens) VALUES (@ac{n}@, @ab{n}@, @a1@, 'completed', '{}', '{t}', '{t}', '{t}', 7)"
        ),
        (
            "execution_logs",
            "(id, workflow_execution_id, message, \"timestamp\") VALUES (@ad{n}@, @ab{n}@, 'fine', '{t}')"
        ),
        (
            "evaluation_results",
            "(id, agent_execution_id, evaluator_name, score, \"timestamp\") VALUES "
                + "(@ae{n}@, @ac{n}@, 'clarity', 50, '{t}')"
        ),
        (
            "agent_metrics",
            "(id, agent_execution_id, metric_type, value, \"timestamp\") VALUES "
                + "(1{n}, @ac{n}@, 'latency', 1.5, '{t}')"
        ),
    ]

    private static let studioOfOrganization =
        studioOfWorkflow + [
            (
                "workflows",
                "(id, organization_id, name, status, definition, created_by, created_at, updated_at) VALUES "
                    + "(@ba{n}@, @a@, 'W{n}', 'active', '{}', @1@, '{t}', '{t}')"
            ),
            (
                "users",
                "(id, organization_id, email, full_name, role, created_at, updated_at) VALUES "
                    + "(@bb{n}@, @a@, '{n}@example.org', 'B', 'member', '{t}', '{t}')"
            ),
            (
                "integrations",
                "(id, organization_id, integration_type, credentials, created_at, updated_at) VALUES "
                    + "(@bc{n}@, @a@, 'mail{n}', '{\"reference\": \"vault:mail\"}', '{t}', '{t}')"
            ),
        ]

    private static let hosted: [(table: String, sql: String)] = [
        (
            "agents",
            "VALUES (@aa{n}@, 'H{n}', '', 'organization', @a@, 'agno', 'code', 'active', '1.0.0', '{t}', '{t}', NULL, "
                + "NULL, '{}', '{}')"
        ),
        ("users", "VALUES (@ba{n}@, '{n}@example.org', '!', 'B', 'B', 'pro', '{t}', '{t}', NULL, true, false)"),
        ("organization_members", "VALUES (@bb{n}@, @a@, @ba{n}@, 'member', '{t}')"),
        ("workflows", "VALUES (@ab{n}@, @a1@, 'W{n}', NULL, '{}', 'code', 'agno', '1.0.0', '{t}', '{t}', true)"),
        (
            "workflow_executions",
            "VALUES (@ac{n}@, @e1@, @a1@, 'completed', NULL, '{t}', '{t}', NULL, NULL, '{}', NULL, NULL, "
                + "NULL, 0, 3, '{}', NULL, @ac{n}@, NULL, '{t}', '{t}')"
        ),
        (
            "marketplace_integrations",
            "VALUES (@ad{n}@, @aa{n}@, 'hyphrki', 'm{n}', 'published', '{t}', NULL, '{}', '{t}', "
                + "'{t}')"
        ),
        ("container_resources", "VALUES (@ae{n}@, @aa{n}@, 'pro', 4, 8192, 'shared', '{t}', '{t}')"),
    ]

    private static let watched: [(table: String, sql: String)] = [
        (
            "agents",
            "VALUES (@aa{n}@, 'H{n}', @b1@, @a@, @1@, NULL, NULL, '{\"region\": \"eu\"}', NULL, 'active', NULL, "
                + "'{t}', '{t}')"
        ),
        ("agents", "VALUES (@af{n}@, 'P{n}', NULL, NULL, @1@, NULL, NULL, '{}', NULL, 'active', NULL, '{t}', '{t}')"),
        ("users", "VALUES (@ba{n}@, '{n}@example.org', '!', 'B', 'user', '{t}', '{t}')"),
        ("org_memberships", "VALUES (@ba{n}@, @a@, 'member')"),
        ("agent_logs", "VALUES (@ab{n}@, @a1@, 'success', 'fine', '{}', '{t}', '{t}', 1000)"),
        (
            "alert_configs",
            "VALUES (@ac{n}@, @a1@, 'R{n}', '{\"status\": \"error\", \"consecutive_failures\": 3}', '{}', "
                + "true, '{t}', '{t}')"
        ),
        ("alerts", "VALUES (@ad{n}@, @c001@, @a1@, '{t}', '{t}', 'resolved', '{}')"),
    ]

    /// All rows of the ledger's tables, without what differs between any two imports.
    private static func rows(_ platform: AdoptedPlatform) async throws -> [String: [String]] {
        var found: [String: [String]] = [:]
        // Tables with a row for each event: the imports differ in how many events they record.
        let others: Set = ["audit_logs", "adopted_rows", "entity_history"]
        let unlike: Set = ["changed_position", "position", "updated_at"]
        for table in LedgerSchema.projection.schema.tables where !others.contains(table.name) {
            let columns = table.columns.map(\.name).filter { !unlike.contains($0) && !$0.hasSuffix("recorded_at") }
            let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
            let rows = try await platform.rows("SELECT \(list) FROM \(table.name)")
            found[table.name] = rows.map { zip(columns, $0).map { "\($0)=\($1)" }.joined(separator: " | ") }.sorted()
        }
        return found
    }

    @Test(
        "are adopted as one import of everything adopts them, whether they are of before or after the end",
        arguments: cases)
    func late(_ tested: Case) async throws {
        let platform = try AdoptedPlatform(
            tested.platform,
            Self.ids(try #require(PlatformTables.all[tested.platform]) + tested.before + tested.end + ";"))
        let (_, first) = try await platform.adopt()
        #expect(first.isEmpty, "\(first)")
        for (number, time) in [("001", "2025-01-20"), ("002", "2025-03-01")] {
            for (index, child) in tested.children.enumerated() {
                let sql = "INSERT INTO \(child.table) \(child.sql)".replacing("{n}", with: number)
                    .replacing("{t}", with: "\(time) 0\(index):00")
                try platform.change(Self.ids(sql))
            }
        }
        let (second, refusals) = try await platform.adopt()
        #expect(second.refused == 0, "\(refusals.map(\.description).joined(separator: "\n"))")
        let whole = try platform.withNewLedger()
        let (_, others) = try await whole.adopt()
        #expect(others.isEmpty, "\(others)")
        let (found, expected) = (try await Self.rows(platform), try await Self.rows(whole))
        for (table, rows) in expected.sorted(by: { $0.key < $1.key }) {
            let all = found[table] ?? []
            let missing = rows.filter { !all.contains($0) }
            let added = all.filter { !rows.contains($0) }
            #expect(
                missing.isEmpty && added.isEmpty,
                "\(table):\n-\(missing.joined(separator: "\n-"))\n+\(added.joined(separator: "\n+"))")
        }
        let (third, _) = try await platform.adopt()
        #expect(third.events == 0 && third.refused == 0, "\(third)")
    }
}
