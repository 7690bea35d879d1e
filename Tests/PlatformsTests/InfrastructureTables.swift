extension PlatformTables {
    /// As documented, with the tables of later phases as our own export has them, but without what the database checks.
    static let infrastructure = """
        CREATE TABLE organizations (slug text PRIMARY KEY, name text NOT NULL, description text, url text,
          settings jsonb NOT NULL DEFAULT '{}', created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
        CREATE TABLE agents (slug text PRIMARY KEY, organization_slug text[] NOT NULL DEFAULT ARRAY['demo-org'],
          name text NOT NULL, description text NOT NULL, version text NOT NULL DEFAULT '1.0.0', agent_type text NOT NULL,
          department text NOT NULL, tags text[] DEFAULT '{}', io_schema jsonb NOT NULL, capabilities text[] NOT NULL,
          context text NOT NULL, endpoint jsonb, llm_config jsonb, metadata jsonb DEFAULT '{}',
          created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
        CREATE TABLE organization_members (id uuid PRIMARY KEY, organization_slug text NOT NULL, user_id uuid NOT NULL,
          role text NOT NULL, joined_at timestamptz DEFAULT now(), is_active boolean DEFAULT true,
          UNIQUE (organization_slug, user_id));
        CREATE TABLE agent_organizations (agent_slug text, organization_slug text, place integer,
          PRIMARY KEY (agent_slug, organization_slug));
        CREATE TABLE conversations (id uuid PRIMARY KEY, organization_slug text, user_id uuid NOT NULL, agent_slug text,
          title text, status text DEFAULT 'active', metadata jsonb DEFAULT '{}', ended_at timestamptz,
          created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
        CREATE TABLE conversation_participants (conversation_id uuid, participant_id uuid, participant_type text,
          user_id uuid, agent_slug text, joined_at timestamptz DEFAULT now(), left_at timestamptz,
          PRIMARY KEY (conversation_id, participant_id));
        CREATE TABLE messages (id uuid PRIMARY KEY, conversation_id uuid NOT NULL, role text, user_id uuid,
          agent_slug text, content text, metadata jsonb DEFAULT '{}', created_at timestamptz DEFAULT now());
        CREATE TABLE document_collections (id uuid PRIMARY KEY, organization_slug text, name text, description text,
          embedding_model text, embedding_dimensions bigint, metadata jsonb DEFAULT '{}', created_by uuid,
          created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(), removed_at timestamptz);
        CREATE TABLE documents (id uuid PRIMARY KEY, collection_id uuid NOT NULL, title text, source_uri text,
          content_type text, content_hash text, size_bytes bigint, chunk_count bigint DEFAULT 0,
          metadata jsonb DEFAULT '{}', created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(),
          removed_at timestamptz);
        CREATE TABLE document_chunks (id uuid PRIMARY KEY, document_id uuid NOT NULL, chunk_index bigint, content text,
          token_count bigint, embedding jsonb, embedding_model text, metadata jsonb DEFAULT '{}',
          created_at timestamptz DEFAULT now());
        CREATE TABLE tasks (id uuid PRIMARY KEY, organization_slug text, conversation_id uuid, user_id uuid NOT NULL,
          title text, prompt text, params jsonb DEFAULT '{}', priority bigint DEFAULT 0, status text DEFAULT 'pending',
          status_reason text, progress bigint DEFAULT 0, response text, error_code text, error_message text,
          evaluation jsonb DEFAULT '{}', assigned_user_id uuid, assigned_agent_slug text, metadata jsonb DEFAULT '{}',
          created_at timestamptz DEFAULT now(), started_at timestamptz, completed_at timestamptz,
          updated_at timestamptz DEFAULT now());
        CREATE TABLE task_assignments (id uuid PRIMARY KEY, task_id uuid NOT NULL, user_id uuid, agent_slug text,
          assigned_by text, assigned_at timestamptz DEFAULT now());
        CREATE TABLE task_comments (id uuid PRIMARY KEY, task_id uuid NOT NULL, user_id uuid, content text,
          created_at timestamptz DEFAULT now());
        CREATE TABLE approvals (task_id uuid, approval_number bigint, status text, approver_id uuid, message text,
          requested_by uuid, requested_at timestamptz DEFAULT now(), decided_by uuid, decided_at timestamptz, comment text,
          PRIMARY KEY (task_id, approval_number));
        CREATE TABLE agent_metrics (id uuid PRIMARY KEY, organization_slug text, agent_slug text, metric_type text,
          value double precision, unit text, dimensions jsonb DEFAULT '{}', "timestamp" timestamptz DEFAULT now());
        CREATE TABLE performance_logs (id uuid PRIMARY KEY, organization_slug text, workflow_execution_id uuid,
          operation text, name text, duration_ms bigint);
        INSERT INTO organizations VALUES
          ('acme', 'Acme', 'Makes all', 'https://acme.example', '{"theme": "light"}', '2025-01-01', '2025-01-01'),
          ('beta', 'Beta', NULL, NULL, '{}', '2025-01-01', '2025-01-01');
        INSERT INTO agents VALUES
          ('scout', '{acme,beta}', 'Scout', 'Finds', '1.0.0', 'context', 'research', '{web}', '{"input": {}}', '{search}',
           'You find.', NULL, '{"provider": "anthropic", "model": "claude"}', '{"author": "Ada"}', '2025-01-02',
           '2025-01-03'),
          ('caller', '{acme}', 'Caller', 'Calls', '2.1.0', 'api', 'ops', NULL, '{}', '{call}', '',
           '{"url": "https://hooks.example", "authentication": {"type": "bearer", "config": {"token": "${API_TOKEN}"}}}',
           NULL, '{}', '2025-01-02', '2025-01-02');
        INSERT INTO organization_members VALUES ('00000000-0000-4000-8000-0000000000b1', 'acme',
          '00000000-0000-4000-8000-000000000001', 'owner', '2025-01-01', true);
        INSERT INTO agent_organizations VALUES ('scout', 'acme', 1), ('scout', 'beta', 2), ('caller', 'acme', 1);
        INSERT INTO conversations VALUES ('00000000-0000-4000-8000-0000000000c1', 'acme',
          '00000000-0000-4000-8000-000000000001', 'scout', 'Hello', 'active', '{}', NULL, '2025-01-04', '2025-01-05');
        INSERT INTO conversation_participants VALUES
          ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-000000000001', 'user',
           '00000000-0000-4000-8000-000000000001', NULL, '2025-01-04', NULL),
          ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-000000000002', 'user',
           '00000000-0000-4000-8000-000000000002', NULL, '2025-01-04 01:00Z', '2025-01-04 03:00Z');
        INSERT INTO messages VALUES ('00000000-0000-4000-8000-00000000c101', '00000000-0000-4000-8000-0000000000c1', 'user',
          '00000000-0000-4000-8000-000000000002', NULL, 'Find it.', '{}', '2025-01-04 02:00Z');
        INSERT INTO document_collections VALUES ('00000000-0000-4000-8000-0000000000d1', 'acme', 'Manuals', NULL, 'embed-1',
          3, '{}', NULL, '2025-01-04', '2025-01-04', NULL);
        INSERT INTO documents VALUES ('00000000-0000-4000-8000-00000000d101', '00000000-0000-4000-8000-0000000000d1',
          'Manual', 'https://acme.example/manual', 'text/markdown', NULL, 12, 1, '{}', '2025-01-04', '2025-01-04', NULL);
        INSERT INTO document_chunks VALUES ('00000000-0000-4000-8000-00000000d111', '00000000-0000-4000-8000-00000000d101',
          0, 'Press it.', 3, '[0.5, 0, 1]', NULL, '{}', '2025-01-04');
        INSERT INTO tasks (id, organization_slug, conversation_id, user_id, prompt, status, response, assigned_agent_slug,
            started_at, completed_at, created_at, updated_at) VALUES
          ('00000000-0000-4000-8000-0000000000e1', 'acme', '00000000-0000-4000-8000-0000000000c1',
           '00000000-0000-4000-8000-000000000001', 'Write.', 'completed', 'Done.', 'scout', '2025-01-05', '2025-01-06',
           '2025-01-04', '2025-01-06');
        INSERT INTO task_assignments VALUES
          ('00000000-0000-4000-8000-00000000e101', '00000000-0000-4000-8000-0000000000e1',
           '00000000-0000-4000-8000-000000000001', NULL, 'system:desk', '2025-01-04 01:00Z'),
          ('00000000-0000-4000-8000-00000000e102', '00000000-0000-4000-8000-0000000000e1', NULL, 'scout', 'system:desk',
           '2025-01-04 02:00Z');
        INSERT INTO task_comments VALUES ('00000000-0000-4000-8000-00000000e111', '00000000-0000-4000-8000-0000000000e1',
          '00000000-0000-4000-8000-000000000002', 'Well.', '2025-01-07');
        INSERT INTO approvals VALUES
          ('00000000-0000-4000-8000-0000000000e1', 1, 'rejected', NULL, 'May I?', NULL, '2025-01-05 01:00Z', NULL,
           '2025-01-05 02:00Z', 'No'),
          ('00000000-0000-4000-8000-0000000000e1', 2, 'approved', '00000000-0000-4000-8000-000000000001', 'Now?', NULL,
           '2025-01-05 03:00Z', '00000000-0000-4000-8000-000000000001', '2025-01-05 04:00Z', NULL);
        INSERT INTO agent_metrics VALUES ('00000000-0000-4000-8000-0000000000f1', 'acme', 'scout', 'latency', 0.5, 's',
          '{}', '2025-01-05');
        INSERT INTO performance_logs VALUES ('00000000-0000-4000-8000-0000000000f2', 'acme',
          '00000000-0000-4000-8000-0000000000f3', 'model_call', 'claude', 20);
        """
}
