import AgentLedger
import Servers
import Testing

@Suite("Row-level security of agent_infrastructure")
struct InfrastructureSecurityTests {
    private static let schema = "agent_infrastructure"

    /// The simulated company in a server of our own, where a superuser makes the roles; and, beside it, organization
    /// `one` with a member of each role, and `two` with the stranger.
    private static let matrix = Task {
        try await RowSecurityMatrix.ofSimulatedCompany(
            in: Self.schema, with: Self.rows,
            users: ["owner": id(1), "admin": id(2), "member": id(3), "viewer": id(4), "stranger": id(5)])
    }

    private static func id(_ number: Int) -> String { RowSecurityMatrix.id(number) }

    private static let rows = """
        SET search_path = agent_infrastructure;
        \(RowSecurityMatrix.idFunction)
        INSERT INTO organizations (slug, name) VALUES ('one', 'O'), ('two', 'O'), ('empty', 'O');
        INSERT INTO organization_members (id, organization_slug, user_id, role)
            SELECT pg_temp.n(CASE o WHEN 'one' THEN 10 ELSE 30 END + u), o, pg_temp.n(u),
                (ARRAY['owner', 'admin', 'member', 'viewer'])[u]
            FROM generate_series(1, 4) u, (VALUES ('one'), ('empty')) organizations(o);
        INSERT INTO organization_members (id, organization_slug, user_id, role)
            VALUES (pg_temp.n(25), 'two', pg_temp.n(5), 'owner');
        INSERT INTO agents (slug, organization_slug, name, description, agent_type, department, io_schema, capabilities,
                context, llm_config)
            SELECT a, o, 'A', '', 'context', '', '{}', '{}', '', '{}' FROM (VALUES ('own', ARRAY['one']),
                ('spare', ARRAY['one']), ('foreign', ARRAY['two']), ('shared', ARRAY['two', 'one'])) agents(a, o);
        INSERT INTO agent_organizations (agent_slug, organization_slug, place)
            VALUES ('own', 'one', 1), ('foreign', 'two', 1), ('shared', 'two', 1), ('shared', 'one', 2);
        INSERT INTO conversations (id, organization_slug, user_id) VALUES (pg_temp.n(1), 'one', pg_temp.n(3));
        INSERT INTO conversation_participants (conversation_id, participant_id, participant_type)
            VALUES (pg_temp.n(1), pg_temp.n(3), 'user');
        INSERT INTO messages (id, conversation_id, role, content) VALUES (pg_temp.n(1), pg_temp.n(1), 'user', 'C');
        INSERT INTO document_collections (id, organization_slug, name) VALUES (pg_temp.n(1), 'one', 'D');
        INSERT INTO documents (id, collection_id, title) VALUES (pg_temp.n(1), pg_temp.n(1), 'D');
        INSERT INTO document_chunks (id, document_id, chunk_index, content) VALUES (pg_temp.n(1), pg_temp.n(1), 0, 'D');
        INSERT INTO tasks (id, organization_slug, user_id, prompt) VALUES (pg_temp.n(1), 'one', pg_temp.n(3), 'T');
        INSERT INTO task_assignments (id, task_id, assigned_by) VALUES (pg_temp.n(1), pg_temp.n(1), 'T');
        INSERT INTO task_comments (id, task_id, user_id, content) VALUES (pg_temp.n(1), pg_temp.n(1), pg_temp.n(3), 'T');
        INSERT INTO approvals (task_id, approval_number, status) VALUES (pg_temp.n(1), 1, 'pending');
        INSERT INTO observability_events (id, organization_slug, workflow_execution_id, level, message)
            VALUES (pg_temp.n(1), 'one', pg_temp.n(1), 'info', 'E');
        INSERT INTO agent_metrics (id, organization_slug, metric_type, value) VALUES (pg_temp.n(1), 'one', 'M', 1);
        INSERT INTO performance_logs (id, organization_slug, workflow_execution_id, operation, name, has_failed)
            VALUES (pg_temp.n(1), 'one', pg_temp.n(1), 'tool_call', 'P', false);
        """

    @Test("a role may do on each table what it may, and nothing else")
    func matrix() async throws {
        let (_, matrix) = try await Self.matrix.value
        let (one, first) = ("'\(Self.id(1))'", "id = '\(Self.id(1))'")
        /// What members write as they please.
        func shared(_ table: String, _ row: String, _ set: String, _ columns: String, _ values: String)
            -> RowSecurityMatrix.Case
        {
            .init(
                table: table, row: row, set: set, insert: "(\(columns)) VALUES (\(values))", select: "yyyynny",
                inserts: "yyynnny", updates: "yyynnny", deletes: "ynnnnny")
        }
        /// What only the platform writes.
        func observed(_ table: String, _ columns: String, _ values: String) -> RowSecurityMatrix.Case {
            .init(
                table: table, row: first, set: "timestamp = now()", insert: "(\(columns)) VALUES (\(values))",
                select: "yyyynny", inserts: "nnnnnny", updates: "nnnnnny", deletes: "nnnnnny")
        }
        let cases: [RowSecurityMatrix.Case] = [
            .init(
                table: "organizations", row: "slug = 'one'", set: "name = 'P'",
                insert: "(slug, name) VALUES ('new', 'N')", victim: "slug = 'empty'", select: "yyyynny",
                inserts: "nnnnnny", updates: "ynnnnny", deletes: "ynnnnny"),
            .init(
                table: "organization_members", row: "id = '\(Self.id(14))'", set: "role = 'member'",
                insert: "(organization_slug, user_id, role) VALUES ('one', '\(Self.id(6))', 'member')",
                select: "yyyynny", inserts: "yynnnny", updates: "yynnnny", deletes: "yynnnny"),
            shared(
                "agents", "slug = 'own'", "name = 'B'",
                "slug, organization_slug, name, description, agent_type, department, io_schema, capabilities, context, llm_config",
                "'new', ARRAY['one'], 'N', '', 'context', '', '{}', '{}', '', '{}'"),
            .init(
                table: "agents", row: "slug = 'shared'", set: "name = 'mine'",
                insert:
                    "(slug, organization_slug, name, description, agent_type, department, io_schema, capabilities, context, "
                    + "llm_config) VALUES ('new', ARRAY['one', 'two'], 'N', '', 'context', '', '{}', '{}', '', '{}')",
                select: "yyyyyny", inserts: "nnnnnny", updates: "nnnnyny", deletes: "nnnnyny"),
            .init(
                table: "agent_organizations", row: "agent_slug = 'own'", set: "place = 2",
                insert: "(agent_slug, organization_slug, place) VALUES ('spare', 'one', 1)", select: "yyyynny",
                inserts: "yyynnny", updates: "nnnnnny", deletes: "ynnnnny"),
            shared("conversations", first, "title = 'N'", "organization_slug, user_id", "'one', '\(Self.id(3))'"),
            shared(
                "conversation_participants", "conversation_id = \(one)", "left_at = now()",
                "conversation_id, participant_id, participant_type", "\(one), '\(Self.id(4))', 'user'"),
            shared("messages", first, "content = 'N'", "conversation_id, role, content", "\(one), 'user', 'N'"),
            shared("document_collections", first, "name = 'N'", "organization_slug, name", "'one', 'N'"),
            shared("documents", first, "title = 'N'", "collection_id, title", "\(one), 'N'"),
            shared("document_chunks", first, "content = 'N'", "document_id, chunk_index, content", "\(one), 1, 'N'"),
            shared(
                "tasks", first, "title = 'N'", "organization_slug, user_id, prompt", "'one', '\(Self.id(3))', 'N'"),
            shared("task_assignments", first, "assigned_by = 'N'", "task_id, assigned_by", "\(one), 'N'"),
            shared(
                "task_comments", first, "content = 'N'", "task_id, user_id, content", "\(one), '\(Self.id(3))', 'N'"),
            shared(
                "approvals", "task_id = \(one)", "comment = 'N'", "task_id, approval_number, status",
                "\(one), 2, 'pending'"),
            observed(
                "observability_events", "organization_slug, workflow_execution_id, level, message",
                "'one', \(one), 'info', 'N'"),
            observed("agent_metrics", "organization_slug, metric_type, value", "'one', 'N', 1"),
            observed(
                "performance_logs", "organization_slug, workflow_execution_id, operation, name, has_failed",
                "'one', \(one), 'tool_call', 'N', false"),
        ]
        let tables = try #require(Projections.named(Self.schema)).schema.tables.map(\.name)
        #expect(Set(cases.map(\.table)) == Set(tables))
        try matrix.check(cases)
    }

    @Test("nobody makes himself more than he is")
    func holes() async throws {
        let (_, matrix) = try await Self.matrix.value
        let join = "INSERT INTO agent_infrastructure.organization_members (organization_slug, user_id, role) VALUES"
        let members = "UPDATE agent_infrastructure.organization_members SET"
        let agents = "UPDATE agent_infrastructure.agents SET"
        let refused: [(actor: String, statement: String)] = [
            ("stranger", "\(join) ('one', '\(Self.id(5))', 'owner')"),
            ("stranger", "\(join) ('one', '\(Self.id(5))', 'viewer')"),
            ("stranger", "\(members) organization_slug = 'one' WHERE id = '\(Self.id(25))'"),
            ("member", "\(members) role = 'admin' WHERE id = '\(Self.id(13))'"),
            ("admin", "\(members) role = 'owner' WHERE id = '\(Self.id(12))'"),
            ("admin", "\(members) role = 'owner' WHERE id = '\(Self.id(13))'"),
            ("admin", "DELETE FROM agent_infrastructure.organization_members WHERE id = '\(Self.id(11))'"),
            ("owner", "UPDATE agent_infrastructure.organizations SET slug = 'won' WHERE slug = 'one'"),
            // Agents that change hands, or are pressed upon others.
            ("member", "\(agents) organization_slug = ARRAY['two'] WHERE slug = 'own'"),
            ("stranger", "\(agents) organization_slug = ARRAY['one'] WHERE slug = 'foreign'"),
            ("member", "\(agents) organization_slug = ARRAY['one', 'two'] WHERE slug = 'own'"),
            (
                "stranger",
                "INSERT INTO agent_infrastructure.agent_organizations (agent_slug, organization_slug, place) "
                    + "VALUES ('own', 'two', 2)"
            ),
            (
                "stranger",
                "INSERT INTO agent_infrastructure.messages (conversation_id, role, content) "
                    + "VALUES ('\(Self.id(1))', 'user', 'N')"
            ),
            ("owner", "SELECT FROM agent_infrastructure.agentledger_export"),
        ]
        for (attempt, outcome) in zip(refused, try matrix.attempt(refused)) {
            #expect(["refused", "0"].contains(outcome), "\(attempt.actor): \(attempt.statement): \(outcome)")
        }
        let allowed: [(actor: String, statement: String)] = [
            ("owner", "\(members) role = 'owner' WHERE id = '\(Self.id(13))'"),
            ("admin", "\(members) role = 'admin' WHERE id = '\(Self.id(13))'"),
            (
                "service",
                "UPDATE agent_infrastructure.agents SET organization_slug = ARRAY['one', 'two'] WHERE slug = 'own'"
            ),
        ]
        for (attempt, outcome) in zip(allowed, try matrix.attempt(allowed)) {
            #expect(outcome == "1", "\(attempt.actor): \(attempt.statement): \(outcome)")
        }
    }

    @Test("every table has row-level security, and functions with their owner's rights have a fixed search path")
    func covered() async throws {
        let (_, matrix) = try await Self.matrix.value
        #expect(try matrix.openTables.isEmpty)
        #expect(try matrix.looseFunctions.isEmpty)
        #expect(
            try TemporaryPostgres.ask(
                matrix.conninfo,
                """
                SELECT policyname FROM pg_policies WHERE schemaname = 'agent_infrastructure'
                AND tablename IN ('organizations', 'agents') AND policyname LIKE '% %' ORDER BY policyname COLLATE "C"
                """) == """
                    Service role has full access to agents
                    Service role has full access to organizations
                    Users can read agents in their organizations
                    Users can read their organizations
                    """)
    }
}
