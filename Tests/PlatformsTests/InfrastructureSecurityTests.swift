import AgentLedger
import LedgerPlatforms
import Servers
import Testing

@Suite("Row-level security of agent_infrastructure")
struct InfrastructureSecurityTests {
    private static let schema = "agent_infrastructure"

    /// The simulated company in a server of our own, where a superuser makes the roles; and, beside it, organization
    /// `one` with a member of each role and a deactivated owner, `two` with the stranger, and `asleep`, which is suspended.
    private static let matrix = Task {
        try await RowSecurityMatrix.ofSimulatedCompany(
            in: Self.schema, with: Self.rows,
            users: [
                "owner": id(1), "admin": id(2), "member": id(3), "viewer": id(4), "stranger": id(5), "retired": id(7),
            ])
    }

    private static func id(_ number: Int) -> String { RowSecurityMatrix.id(number) }

    private static let rows = """
        SET search_path = agent_infrastructure;
        \(RowSecurityMatrix.idFunction)
        INSERT INTO user_accounts (id, is_active) SELECT pg_temp.n(u), u <> 7 FROM generate_series(1, 7) u;
        INSERT INTO organizations (slug, name) VALUES ('one', 'O'), ('two', 'O'), ('empty', 'O'), ('asleep', 'O'), ('second', 'O');
        UPDATE organizations SET is_active = false WHERE slug = 'asleep';
        INSERT INTO organization_members (id, organization_slug, user_id, role)
            SELECT pg_temp.n(CASE o WHEN 'one' THEN 10 WHEN 'empty' THEN 30 ELSE 40 END + u), o, pg_temp.n(u),
                (ARRAY['owner', 'admin', 'member', 'viewer'])[u]
            FROM generate_series(1, 4) u, (VALUES ('one'), ('empty'), ('asleep')) organizations(o);
        INSERT INTO organization_members (id, organization_slug, user_id, role)
            VALUES (pg_temp.n(17), 'one', pg_temp.n(7), 'owner'), (pg_temp.n(52), 'second', pg_temp.n(3), 'member');
        INSERT INTO organization_members (id, organization_slug, user_id, role)
            VALUES (pg_temp.n(25), 'two', pg_temp.n(5), 'owner'), (pg_temp.n(51), 'second', pg_temp.n(1), 'owner');
        INSERT INTO agents (slug, organization_slug, name, description, agent_type, department, io_schema, capabilities,
                context, llm_config)
            SELECT a, o, 'A', '', 'context', '', '{}', '{}', '', '{}' FROM (VALUES ('own', ARRAY['one']),
                ('spare', ARRAY['one']), ('elsewhere', ARRAY['second']), ('foreign', ARRAY['two']), ('shared', ARRAY['two', 'one'])) agents(a, o);
        INSERT INTO agent_organizations (agent_slug, organization_slug, place)
            VALUES ('own', 'one', 1), ('foreign', 'two', 1), ('shared', 'two', 1), ('shared', 'one', 2);
        INSERT INTO conversations (id, organization_slug, user_id) VALUES (pg_temp.n(1), 'one', pg_temp.n(3));
        INSERT INTO conversation_participants (conversation_id, participant_id, participant_type, user_id)
            VALUES (pg_temp.n(1), pg_temp.n(3), 'user', pg_temp.n(3));
        INSERT INTO messages (id, conversation_id, role, user_id, content)
            VALUES (pg_temp.n(1), pg_temp.n(1), 'user', pg_temp.n(3), 'C');
        INSERT INTO document_collections (id, organization_slug, name) VALUES (pg_temp.n(1), 'one', 'D');
        INSERT INTO documents (id, collection_id, title) VALUES (pg_temp.n(1), pg_temp.n(1), 'D');
        INSERT INTO document_chunks (id, document_id, chunk_index, content) VALUES (pg_temp.n(1), pg_temp.n(1), 0, 'D');
        INSERT INTO tasks (id, organization_slug, user_id, prompt) VALUES (pg_temp.n(1), 'one', pg_temp.n(3), 'T');
        INSERT INTO task_assignments (id, task_id, assigned_by) VALUES (pg_temp.n(1), pg_temp.n(1), 'T');
        INSERT INTO task_comments (id, task_id, user_id, content) VALUES (pg_temp.n(1), pg_temp.n(1), pg_temp.n(3), 'T');
        INSERT INTO approvals (task_id, approval_number, status, approver_id)
            VALUES (pg_temp.n(1), 1, 'pending', pg_temp.n(3));
        INSERT INTO conversations (id, organization_slug, user_id)
            VALUES (pg_temp.n(2), 'two', pg_temp.n(5)), (pg_temp.n(4), 'asleep', pg_temp.n(1));
        INSERT INTO document_collections (id, organization_slug, name) VALUES (pg_temp.n(2), 'two', 'D');
        INSERT INTO documents (id, collection_id, title) VALUES (pg_temp.n(2), pg_temp.n(2), 'D');
        INSERT INTO tasks (id, organization_slug, user_id, prompt)
            VALUES (pg_temp.n(2), 'two', pg_temp.n(5), 'T'), (pg_temp.n(3), 'second', pg_temp.n(1), 'T');
        INSERT INTO conversations (id, organization_slug, user_id) VALUES (pg_temp.n(3), 'second', pg_temp.n(1));
        INSERT INTO messages (id, conversation_id, role, user_id, content)
            VALUES (pg_temp.n(2), pg_temp.n(1), 'user', pg_temp.n(1), 'C');
        INSERT INTO approvals (task_id, approval_number, status, approver_id)
            VALUES (pg_temp.n(1), 3, 'pending', pg_temp.n(1)), (pg_temp.n(1), 4, 'rejected', pg_temp.n(3));
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
        /// What members write.
        func shared(
            _ table: String, _ row: String, _ set: String, _ columns: String, _ values: String,
            updates: String = "yyynnny"
        ) -> RowSecurityMatrix.Case {
            .init(
                table: table, row: row, set: set, insert: "(\(columns)) VALUES (\(values))", select: "yyyynny",
                inserts: "yyynnny", updates: updates, deletes: "ynnnnny")
        }
        let caller = "coalesce(auth.uid(), '\(Self.id(3))')"
        // The member's own, which only the member changes.
        let own = "nnynnny"
        /// What only the platform writes.
        func observed(_ table: String, _ columns: String, _ values: String) -> RowSecurityMatrix.Case {
            .init(
                table: table, row: first, set: "timestamp = now()", insert: "(\(columns)) VALUES (\(values))",
                select: "yyyynny", inserts: "nnnnnny", updates: "nnnnnny", deletes: "nnnnnny")
        }
        let cases: [RowSecurityMatrix.Case] = [
            .init(
                table: "user_accounts", row: "id = '\(Self.id(3))'", set: "is_active = true",
                insert: "(id, is_active) VALUES ('\(Self.id(8))', true)", select: "nnynnny", inserts: "nnnnnny",
                updates: "nnnnnny", deletes: "nnnnnny"),
            .init(
                table: "organizations", row: "slug = 'one'", set: "name = 'P'",
                insert: "(slug, name) VALUES ('new', 'N')", victim: "slug = 'empty'", select: "yyyynny",
                inserts: "nnnnnny", updates: "ynnnnny", deletes: "nnnnnny"),
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
                inserts: "yynnnny", updates: "nnnnnny", deletes: "ynnnnny"),
            shared("conversations", first, "title = 'N'", "organization_slug, user_id", "'one', \(caller)"),
            shared(
                "conversation_participants", "conversation_id = \(one)", "left_at = now()",
                "conversation_id, participant_id, participant_type, user_id",
                "\(one), '\(Self.id(4))', 'user', '\(Self.id(4))'", updates: own),
            shared(
                "messages", first, "content = 'N'", "conversation_id, role, user_id, content",
                "\(one), 'user', auth.uid(), 'N'", updates: own),
            shared(
                "document_collections", first, "name = 'N'", "organization_slug, name, created_by",
                "'one', 'N', auth.uid()"),
            shared("documents", first, "title = 'N'", "collection_id, title", "\(one), 'N'"),
            shared("document_chunks", first, "content = 'N'", "document_id, chunk_index, content", "\(one), 1, 'N'"),
            shared("tasks", first, "title = 'N'", "organization_slug, user_id, prompt", "'one', \(caller), 'N'"),
            shared(
                "task_assignments", first, "assigned_by = 'N'", "task_id, assigned_by",
                "\(one), coalesce('user:' || auth.uid(), 'system:N')", updates: "nnnnnny"),
            shared(
                "task_comments", first, "content = 'N'", "task_id, user_id, content", "\(one), \(caller), 'N'",
                updates: own),
            shared(
                "approvals", "task_id = \(one) AND approval_number = 1",
                "status = 'approved', decided_by = auth.uid()",
                "task_id, approval_number, status, requested_by", "\(one), 2, 'pending', auth.uid()", updates: own),
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
        try matrix.checkColumns(cases, writable: Self.writable)
        try matrix.checkReferences(
            cases,
            foreign: [
                "organizations": "'two'", "agents": "'foreign'", "conversations": "'\(Self.id(2))'",
                "document_collections": "'\(Self.id(2))'", "documents": "'\(Self.id(2))'", "tasks": "'\(Self.id(2))'",
            ])
    }

    /// The columns that somebody may change.
    private static let writable: [String: Set<String>] = [
        "organizations": ["name", "description", "url", "settings"], "organization_members": ["role"],
        "agents": [
            "name", "description", "version", "agent_type", "department", "tags", "io_schema", "capabilities",
            "context",
            "endpoint", "llm_config", "metadata",
        ], "conversations": ["title", "metadata"], "conversation_participants": ["left_at"],
        "messages": ["content", "metadata"], "document_collections": ["name", "description", "metadata"],
        "documents": ["title", "source_uri", "content_type", "content_hash", "size_bytes", "metadata"],
        "document_chunks": ["content", "token_count", "embedding", "embedding_model", "metadata"],
        "tasks": ["title", "prompt", "params", "priority", "metadata"], "task_comments": ["content"],
        "approvals": ["status", "decided_by", "comment"],
    ]

    @Test("nobody makes himself more than he is")
    func holes() async throws {
        let (_, matrix) = try await Self.matrix.value
        let join = "INSERT INTO agent_infrastructure.organization_members (organization_slug, user_id, role) VALUES"
        let members = "UPDATE agent_infrastructure.organization_members SET"
        let agents = "UPDATE agent_infrastructure.agents SET"
        let approve = "UPDATE agent_infrastructure.approvals SET status = 'approved'"
        let say =
            "INSERT INTO agent_infrastructure.messages (conversation_id, user_id, role, content) VALUES ('\(Self.id(1))',"
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
            ("owner", "SELECT FROM agent_infrastructure.agentledger_orphans"),
            // Rows moved into another organization of the same user.
            ("owner", "UPDATE agent_infrastructure.messages SET conversation_id = '\(Self.id(3))'"),
            ("owner", "UPDATE agent_infrastructure.task_comments SET task_id = '\(Self.id(3))'"),
            ("owner", "UPDATE agent_infrastructure.approvals SET task_id = '\(Self.id(3))'"),
            // In others' names.
            ("member", "\(say) '\(Self.id(1))', 'user', 'N')"), ("member", "\(say) NULL, 'user', 'N')"),
            ("member", "\(say) auth.uid(), 'assistant', 'N')"),
            ("owner", "UPDATE agent_infrastructure.messages SET content = 'N' WHERE id = '\(Self.id(1))'"),
            ("member", "UPDATE agent_infrastructure.messages SET content = 'N' WHERE id = '\(Self.id(2))'"),
            ("member", "UPDATE agent_infrastructure.task_comments SET user_id = '\(Self.id(1))'"),
            ("member", "\(approve), decided_by = auth.uid() WHERE approval_number = 3"),
            ("member", "\(approve), decided_by = '\(Self.id(1))' WHERE approval_number = 1"),
            ("member", "\(approve), decided_by = auth.uid() WHERE approval_number = 4"),
            ("owner", "\(approve), decided_by = auth.uid() WHERE approval_number = 1"),
            // Nor with people of elsewhere.
            (
                "member",
                "INSERT INTO agent_infrastructure.task_assignments (task_id, user_id, assigned_by) "
                    + "VALUES ('\(Self.id(1))', '\(Self.id(5))', 'user:' || auth.uid())"
            ),
            // Nor with an agent of another of his organizations, which has it to itself.
            (
                "member",
                "INSERT INTO agent_infrastructure.conversations (organization_slug, user_id, agent_slug) "
                    + "VALUES ('one', auth.uid(), 'elsewhere')"
            ),
            (
                "member",
                "INSERT INTO agent_infrastructure.task_assignments (task_id, agent_slug, assigned_by) "
                    + "VALUES ('\(Self.id(1))', 'elsewhere', 'user:' || auth.uid())"
            ),
            (
                "member",
                "INSERT INTO agent_infrastructure.conversation_participants (conversation_id, participant_id, "
                    + "participant_type, agent_slug) VALUES ('\(Self.id(1))', '\(Self.id(9))', 'agent', 'elsewhere')"
            ),
            // A member shares no agent.
            (
                "member",
                "INSERT INTO agent_infrastructure.agent_organizations (agent_slug, organization_slug, place) "
                    + "VALUES ('own', 'second', 2)"
            ),
            (
                "member",
                "INSERT INTO agent_infrastructure.agents (slug, organization_slug, name, description, agent_type, "
                    + "department, io_schema, capabilities, context, llm_config) VALUES ('new', "
                    + "ARRAY['one', 'second'], 'N', '', 'context', '', '{}', '{}', '', '{}')"
            ),
            // Whose account is deactivated.
            ("owner", "\(join) ('second', '\(Self.id(7))', 'viewer')"),
            ("retired", "SELECT FROM agent_infrastructure.organizations"),
            ("retired", "SELECT FROM agent_infrastructure.messages"), ("retired", "\(agents) name = 'mine'"),
            // What is suspended is read only.
            ("owner", "UPDATE agent_infrastructure.organizations SET name = 'mine' WHERE slug = 'asleep'"),
            ("owner", "DELETE FROM agent_infrastructure.organizations WHERE slug IN ('asleep', 'empty')"),
            ("owner", "DELETE FROM agent_infrastructure.conversations WHERE id = '\(Self.id(4))'"),
            ("owner", "\(join) ('asleep', '\(Self.id(6))', 'viewer')"),
            // Times that are the database's.
            (
                "member",
                "UPDATE agent_infrastructure.conversations SET updated_at = '1999-01-01' "
                    + "WHERE set_config('agentledger.exporting', 'on', true) = 'on'"
            ),
        ]
        for grantingAll in [false, true] {
            for (attempt, outcome) in zip(refused, try matrix.attempt(refused, grantingAll: grantingAll)) {
                #expect(["refused", "0"].contains(outcome), "\(attempt.actor): \(attempt.statement): \(outcome)")
            }
        }
        let allowed: [(actor: String, statement: String)] = [
            ("owner", "\(members) role = 'owner' WHERE id = '\(Self.id(13))'"),
            ("admin", "\(members) role = 'admin' WHERE id = '\(Self.id(13))'"),
            ("owner", "SELECT FROM agent_infrastructure.conversations WHERE id = '\(Self.id(4))'"),
            ("member", "\(say) auth.uid(), 'user', 'N')"),
            ("member", "\(approve), decided_by = auth.uid() WHERE approval_number = 1"),
            ("owner", "\(join) ('second', '\(Self.id(6))', 'viewer')"),
            (
                "member",
                "INSERT INTO agent_infrastructure.conversations (organization_slug, user_id, agent_slug) "
                    + "VALUES ('one', auth.uid(), 'shared')"
            ),
            (
                "service",
                "UPDATE agent_infrastructure.agents SET organization_slug = ARRAY['one', 'two'] WHERE slug = 'own'"
            ),
        ]
        for (attempt, outcome) in zip(allowed, try matrix.attempt(allowed)) {
            #expect(outcome == "1", "\(attempt.actor): \(attempt.statement): \(outcome)")
        }
    }

    @Test("a tenant does not choose the time at which he decided or left")
    func times() async throws {
        let (_, matrix) = try await Self.matrix.value
        let decided = "decided_by = auth.uid(), decided_at = '1999-01-01'"
        #expect(
            try matrix.attempt(
                "member",
                "UPDATE agent_infrastructure.approvals SET status = 'approved', \(decided) WHERE approval_number = 1")
                == "refused")
        let answer = try TemporaryPostgres.ask(
            matrix.conninfo,
            """
            BEGIN;
            SET LOCAL request.jwt.claim.sub = '\(Self.id(3))';
            SET LOCAL ROLE authenticated;
            UPDATE agent_infrastructure.approvals SET status = 'approved', decided_by = auth.uid()
                WHERE approval_number = 1 RETURNING decided_at = now();
            UPDATE agent_infrastructure.conversation_participants SET left_at = '1999-01-01'
                WHERE participant_id = auth.uid() RETURNING left_at = now();
            ROLLBACK
            """)
        #expect(answer == "t\nt")
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
