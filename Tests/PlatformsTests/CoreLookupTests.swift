import Servers
import Testing

@Suite("Look-ups in core_platform")
struct CoreLookupTests {
    /// Each index by name, with a question that it is for.
    private static let lookups: KeyValuePairs<String, String> = [
        "users_email_key": "users WHERE email = 'user-77@lookup.example' AND status <> 'deleted'",
        "idx_users_email": "users WHERE email = 'user-77@lookup.example'",
        "idx_agents_active": "agents WHERE status = 'active'",
        "idx_agent_conversations_user_id": "agent_conversations WHERE user_id = pg_temp.n(77)",
        "idx_conversations_user_recent":
            "conversations WHERE user_id = pg_temp.n(1) ORDER BY last_message_at DESC LIMIT 10",
        "idx_messages_conversation_time": "messages WHERE conversation_id = pg_temp.n(77) ORDER BY created_at",
        "idx_messages_user_id": "messages WHERE user_id = pg_temp.n(77)",
        "idx_messages_agent_id": "messages WHERE agent_id = pg_temp.n(77)",
        "idx_tasks_agent_conversation_id": "tasks WHERE agent_conversation_id = pg_temp.n(77)",
        "idx_tasks_user_status": "tasks WHERE user_id = pg_temp.n(1) AND status = 'in_progress'",
        "idx_tasks_agent_name": "tasks WHERE agent_name = 'rare'",
        "idx_projects_conversation_id": "projects WHERE conversation_id = pg_temp.n(77)",
        "idx_projects_parent_project_id": "projects WHERE parent_project_id = pg_temp.n(77)",
        "idx_projects_user_id": "projects WHERE user_id = pg_temp.n(77)",
        "project_steps_project_id_step_id_key": "project_steps WHERE project_id = pg_temp.n(77)",
        "idx_deliverables_user_id": "deliverables WHERE user_id = pg_temp.n(77)",
        "idx_deliverables_conversation_id": "deliverables WHERE conversation_id = pg_temp.n(77)",
        "idx_deliverables_task_id": "deliverables WHERE task_id = pg_temp.n(77)",
        "idx_deliverables_project_step_id": "deliverables WHERE project_step_id = pg_temp.n(77)",
        "idx_deliverables_project_id": "deliverables WHERE project_id = pg_temp.n(77)",
        "deliverable_versions_current_key":
            "deliverable_versions WHERE deliverable_id = pg_temp.n(77) AND is_current_version",
        "deliverable_versions_deliverable_id_version_number_key":
            "deliverable_versions WHERE deliverable_id = pg_temp.n(77) AND version_number = 2",
        "idx_deliverable_versions_task_id": "deliverable_versions WHERE task_id = pg_temp.n(77)",
    ]

    /// The platform's queries that name a user, with the indexes that they cannot do without.
    private static let queries: [(String, [String])] = [
        (
            """
            (SELECT c.*, COUNT(m.id) AS message_count
             FROM conversations c LEFT JOIN messages m ON c.id = m.conversation_id
             WHERE c.user_id = pg_temp.n(77) AND c.status = 'active'
             GROUP BY c.id ORDER BY c.last_message_at DESC LIMIT 10) q
            """, ["idx_conversations_user_recent", "idx_messages_conversation_time"]
        ),
        (
            """
            (SELECT t.*, c.title AS conversation_title FROM tasks t LEFT JOIN conversations c ON t.conversation_id = c.id
             WHERE t.user_id = pg_temp.n(77) AND t.status IN ('pending', 'in_progress')
             ORDER BY t.priority, t.created_at) q
            """, ["idx_tasks_user_status", "conversations_pkey"]
        ),
        (
            """
            (SELECT p.*, COUNT(t.id) AS total_tasks, COUNT(CASE WHEN t.status = 'completed' THEN 1 END) AS completed_tasks,
               COUNT(d.id) AS deliverable_count
             FROM projects p LEFT JOIN tasks t ON p.id = (t.metadata->>'project_id')::UUID
             LEFT JOIN deliverables d ON p.id = d.project_id
             WHERE p.user_id = pg_temp.n(77) GROUP BY p.id ORDER BY p.created_at DESC) q
            """, ["idx_projects_user_id", "idx_deliverables_project_id"]
        ),
    ]

    /// A million messages in 200,000 conversations of 20,000 users. One in a thousand is of a rare kind; user 1 has one
    /// conversation and task in a hundred.
    private static let rows = """
        SET search_path = core_platform, public;
        SET timezone = 'UTC';
        SET session_replication_role = replica;
        \(RowSecurityMatrix.idFunction)
        CREATE FUNCTION pg_temp.one(number int) RETURNS int LANGUAGE sql IMMUTABLE AS
            $$ SELECT CASE WHEN number % 100 = 0 THEN 1 ELSE 1 + number % 20000 END $$;
        INSERT INTO users (id, email) SELECT pg_temp.n(i), 'user-' || i || '@lookup.example'
            FROM generate_series(1, 20000) i;
        INSERT INTO agents (id, name, description, agent_type, status)
            SELECT pg_temp.n(i), 'A', '', 'context', CASE WHEN i % 1000 = 0 THEN 'active' ELSE 'inactive' END
            FROM generate_series(1, 20000) i;
        INSERT INTO agent_conversations (id, user_id, agent_name, agent_type)
            SELECT pg_temp.n(i), pg_temp.n(pg_temp.one(i)), 'A', 'context' FROM generate_series(1, 200000) i;
        INSERT INTO conversations (id, user_id, agent_name, agent_type, status, last_message_at)
            SELECT pg_temp.n(i), pg_temp.n(pg_temp.one(i)), 'A', 'context',
                CASE WHEN i % 2 = 0 THEN 'active' ELSE 'ended' END, timestamptz '2001-01-01' + i * interval '1 min'
            FROM generate_series(1, 200000) i;
        INSERT INTO messages (id, conversation_id, role, user_id, agent_id, content, created_at)
            SELECT pg_temp.n(i), pg_temp.n(1 + i % 200000), 'user', pg_temp.n(1 + i % 20000), pg_temp.n(1 + i % 20000),
                'words', timestamptz '2001-01-01' + i * interval '1 s'
            FROM generate_series(1, 1000000) i;
        INSERT INTO tasks (id, agent_conversation_id, user_id, method, prompt, status, agent_name, created_at, metadata)
            SELECT pg_temp.n(i), pg_temp.n(i), pg_temp.n(pg_temp.one(i)), 'process', 'Go on.',
                CASE WHEN i % 1000 = 100 THEN 'in_progress' ELSE 'completed' END,
                CASE WHEN i % 1000 = 0 THEN 'rare' ELSE 'scribe' END, timestamptz '2001-01-01' + i * interval '1 min',
                jsonb_build_object('project_id', pg_temp.n(1 + i % 20000))
            FROM generate_series(1, 200000) i;
        INSERT INTO projects (id, conversation_id, parent_project_id, user_id)
            SELECT pg_temp.n(i), pg_temp.n(i), pg_temp.n(1 + i % 5000), pg_temp.n(1 + i % 5000)
            FROM generate_series(1, 20000) i;
        INSERT INTO project_steps (id, project_id, step_id, step_index, step_type, step_name)
            SELECT pg_temp.n(i), pg_temp.n(1 + i % 5000), 's' || i, 1, 'work', 'S' FROM generate_series(1, 20000) i;
        INSERT INTO deliverables (id, user_id, conversation_id, title, type, task_id, project_step_id, project_id)
            SELECT pg_temp.n(i), pg_temp.n(1 + i % 5000), pg_temp.n(i), 'D', 'text', pg_temp.n(i), pg_temp.n(i),
                pg_temp.n(1 + i % 5000)
            FROM generate_series(1, 20000) i;
        INSERT INTO deliverable_versions (id, deliverable_id, version_number, is_current_version, task_id)
            SELECT pg_temp.n(i), pg_temp.n(1 + i % 10000), 1 + i / 10000, i >= 10000, pg_temp.n(i)
            FROM generate_series(0, 19999) i;
        ANALYZE
        """

    @Test("take the index that is there for them, also within the platform's queries, among a million messages")
    func indexes() async throws {
        let server = try TemporaryPostgres.shared.get()
        let conninfo = try server.newDatabase()
        try SmallPlatform().export("core_platform", to: conninfo)
        try server.psql(database: TemporaryPostgres.name(in: conninfo), ["-c", Self.rows])
        let use = try IndexUse(in: "core_platform", of: conninfo)
        for (index, question) in Self.lookups {
            let plan = try use.plan(question)
            #expect(use.takes(index, plan), "\(index), \(question): \(plan)")
        }
        for (question, indexes) in Self.queries {
            let plan = try use.plan(question)
            for index in indexes { #expect(use.takes(index, plan), "\(index), \(question): \(plan)") }
        }
    }

    @Test("have an index for each foreign key, which begins with its column")
    func foreignKeys() async throws {
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        try SmallPlatform().export("core_platform", to: conninfo)
        let bare = try TemporaryPostgres.ask(
            conninfo,
            """
            SELECT conname FROM pg_constraint c
            WHERE contype = 'f' AND connamespace = 'core_platform'::regnamespace AND NOT EXISTS (
                SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL AND i.indkey[0] = c.conkey[1])
            """)
        #expect(bare == "")
    }
}
