/// The tables of the documents' platforms as PostgreSQL takes them, each with rows of every kind that fit.
enum PlatformTables {
    static let all = [
        "orchestrator_platform": Self.orchestrator, "ops_studio": Self.studio, "core_platform": Self.core,
        "agent_monitoring": Self.monitoring, "agent_infrastructure": Self.infrastructure,
    ]

    static let orchestrator = """
        CREATE TABLE users (id uuid PRIMARY KEY, email varchar(255) UNIQUE NOT NULL, password_hash varchar(255) NOT NULL,
          first_name varchar(100) NOT NULL, last_name varchar(100) NOT NULL, subscription_tier varchar(20) NOT NULL
            CHECK (subscription_tier IN ('basic', 'pro', 'enterprise')),
          created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(), last_login_at timestamptz,
          is_active boolean DEFAULT true, email_verified boolean DEFAULT false);
        CREATE TABLE organizations (id uuid PRIMARY KEY, name varchar(255) NOT NULL, slug varchar(100) UNIQUE NOT NULL,
          subscription_tier varchar(20) NOT NULL CHECK (subscription_tier IN ('basic', 'pro', 'enterprise')),
          created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(), is_active boolean DEFAULT true);
        CREATE TABLE organization_members (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations,
          user_id uuid NOT NULL REFERENCES users, role varchar(20) NOT NULL
            CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
          joined_at timestamptz DEFAULT now(), UNIQUE (organization_id, user_id));
        CREATE TABLE agents (id uuid PRIMARY KEY, name varchar(255) NOT NULL, description text,
          owner_type varchar(20) NOT NULL CHECK (owner_type IN ('user', 'organization')), owner_id uuid NOT NULL,
          framework varchar(50) NOT NULL CHECK (framework IN ('langgraph', 'agno', 'crewai', 'n8n')),
          agent_type varchar(20) NOT NULL CHECK (agent_type IN ('visual', 'code')),
          status varchar(20) NOT NULL CHECK (status IN ('draft', 'active', 'inactive', 'error')),
          version varchar(20) NOT NULL DEFAULT '1.0.0', created_at timestamptz DEFAULT now(),
          updated_at timestamptz DEFAULT now(), deployed_at timestamptz, container_id varchar(255), resource_limits jsonb,
          metadata jsonb);
        CREATE TABLE workflows (id uuid PRIMARY KEY, agent_id uuid NOT NULL REFERENCES agents, name varchar(255) NOT NULL,
          description text, workflow_data jsonb NOT NULL,
          workflow_type varchar(20) NOT NULL CHECK (workflow_type IN ('visual', 'code')),
          framework varchar(50) NOT NULL CHECK (framework IN ('langgraph', 'agno', 'crewai', 'n8n')),
          version varchar(20) NOT NULL DEFAULT '1.0.0', created_at timestamptz DEFAULT now(),
          updated_at timestamptz DEFAULT now(), is_active boolean DEFAULT true);
        CREATE TABLE workflow_executions (id uuid PRIMARY KEY, workflow_id uuid NOT NULL REFERENCES workflows,
          agent_id uuid NOT NULL REFERENCES agents, status varchar(20) NOT NULL CHECK (status IN
            ('queued', 'pending', 'running', 'paused', 'completed', 'failed', 'cancelled', 'timeout')),
          status_message text, started_at timestamptz DEFAULT now(), completed_at timestamptz, paused_at timestamptz,
          resumed_at timestamptz, execution_data jsonb, execution_logs jsonb, error_message text, error_code varchar(50),
          retry_count integer DEFAULT 0, max_retries integer DEFAULT 3, resource_usage jsonb, performance_metrics jsonb,
          correlation_id uuid NOT NULL, parent_execution_id uuid REFERENCES workflow_executions,
          created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
        CREATE TABLE marketplace_integrations (id uuid PRIMARY KEY, agent_id uuid NOT NULL REFERENCES agents,
          marketplace_name varchar(50) NOT NULL DEFAULT 'hyphrki', marketplace_agent_id varchar(255),
          status varchar(20) NOT NULL CHECK (status IN ('pending', 'published', 'unpublished', 'error')),
          published_at timestamptz, unpublished_at timestamptz, usage_metrics jsonb, created_at timestamptz DEFAULT now(),
          updated_at timestamptz DEFAULT now());
        CREATE TABLE container_resources (id uuid PRIMARY KEY, agent_id uuid NOT NULL REFERENCES agents,
          subscription_tier varchar(20) NOT NULL CHECK (subscription_tier IN ('basic', 'pro', 'enterprise')),
          cpu_limit integer NOT NULL, memory_limit_mb integer NOT NULL,
          network_isolation varchar(20) NOT NULL CHECK (network_isolation IN ('shared', 'isolated')),
          created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
        INSERT INTO users VALUES ('00000000-0000-4000-8000-000000000001', 'ada@example.org', '!', 'Ada', 'L', 'pro',
          '2025-01-01', '2025-01-01', NULL, true, false);
        INSERT INTO organizations VALUES
          ('00000000-0000-4000-8000-00000000000a', 'Acme', 'acme', 'pro', '2025-01-01', '2025-01-01', true);
        INSERT INTO organization_members VALUES ('00000000-0000-4000-8000-0000000000b1',
          '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000001', 'owner', '2025-01-01');
        INSERT INTO agents VALUES ('00000000-0000-4000-8000-0000000000a1', 'Scout', 'Finds', 'organization',
          '00000000-0000-4000-8000-00000000000a', 'agno', 'code', 'active', '1.0.0', '2025-01-02', '2025-01-02', NULL, NULL,
          '{"cpu": 2}', '{}');
        INSERT INTO workflows VALUES ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000a1',
          'Triage', NULL, '{}', 'code', 'agno', '1.0.0', '2025-01-02', '2025-01-02', true);
        INSERT INTO workflow_executions VALUES ('00000000-0000-4000-8000-00000000f001',
          '00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000a1', 'completed', 'fine',
          '2025-01-03 01:00Z', '2025-01-03 02:00Z', NULL, NULL, '{}', NULL, NULL, NULL, 0, 3, '{}', NULL,
          '00000000-0000-4000-8000-00000000f001', NULL, '2025-01-03', '2025-01-03 02:00Z');
        INSERT INTO marketplace_integrations VALUES ('00000000-0000-4000-8000-00000000a101',
          '00000000-0000-4000-8000-0000000000a1', 'hyphrki', 'm1', 'published', '2025-01-03', NULL, '{}', '2025-01-02',
          '2025-01-03');
        INSERT INTO container_resources VALUES ('00000000-0000-4000-8000-00000000a201',
          '00000000-0000-4000-8000-0000000000a1', 'pro', 4, 8192, 'shared', '2025-01-02', '2025-01-02');
        """

    static let monitoring = """
        CREATE TABLE users (id uuid PRIMARY KEY, email varchar(255) UNIQUE NOT NULL, password_hash varchar(255) NOT NULL,
          name varchar(255), role varchar(50) NOT NULL, created_at timestamptz DEFAULT now(),
          updated_at timestamptz DEFAULT now());
        CREATE TABLE organizations (id uuid PRIMARY KEY, name varchar(255) NOT NULL, created_at timestamptz DEFAULT now(),
          updated_at timestamptz DEFAULT now());
        CREATE TABLE org_memberships (user_id uuid REFERENCES users, org_id uuid REFERENCES organizations,
          role varchar(50) NOT NULL, PRIMARY KEY (user_id, org_id));
        CREATE TABLE agent_types (id uuid PRIMARY KEY, name varchar(255) NOT NULL, description text, default_config jsonb,
          required_params jsonb, created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
        CREATE TABLE agents (id uuid PRIMARY KEY, name varchar(255) NOT NULL, type_id uuid REFERENCES agent_types,
          org_id uuid REFERENCES organizations, created_by uuid REFERENCES users, api_key varchar(255) UNIQUE,
          webhook_url varchar(255), config jsonb NOT NULL, schedule varchar(255), status varchar(50) DEFAULT 'inactive',
          last_heartbeat timestamptz, created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
        CREATE TABLE agent_logs (id uuid PRIMARY KEY, agent_id uuid REFERENCES agents, status varchar(50) NOT NULL,
          message text, details jsonb, started_at timestamptz, completed_at timestamptz, duration integer);
        CREATE TABLE alert_configs (id uuid PRIMARY KEY, agent_id uuid REFERENCES agents, name varchar(255) NOT NULL,
          conditions jsonb NOT NULL, channels jsonb NOT NULL, enabled boolean DEFAULT true,
          created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
        CREATE TABLE alerts (id uuid PRIMARY KEY, config_id uuid REFERENCES alert_configs, agent_id uuid REFERENCES agents,
          triggered_at timestamptz DEFAULT now(), resolved_at timestamptz, status varchar(50) DEFAULT 'open', details jsonb);
        INSERT INTO users VALUES ('00000000-0000-4000-8000-000000000001', 'ada@example.org', '!', 'Ada', 'user',
          '2025-01-01', '2025-01-01');
        INSERT INTO organizations VALUES ('00000000-0000-4000-8000-00000000000a', 'Acme', '2025-01-01', '2025-01-01');
        INSERT INTO org_memberships VALUES
          ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-00000000000a', 'owner');
        INSERT INTO agent_types VALUES ('00000000-0000-4000-8000-0000000000b1', 'Crawler', NULL, '{}', '["region"]',
          '2025-01-01', '2025-01-01');
        INSERT INTO agents VALUES ('00000000-0000-4000-8000-0000000000a1', 'Scout', '00000000-0000-4000-8000-0000000000b1',
          '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000001', NULL, NULL, '{"region": "eu"}',
          NULL, 'active', NULL, '2025-01-02', '2025-01-02');
        INSERT INTO agent_logs VALUES ('00000000-0000-4000-8000-00000000f001', '00000000-0000-4000-8000-0000000000a1',
          'success', 'fine', '{"pages": 3}', '2025-01-03 01:00Z', '2025-01-03 02:00Z', 3600000);
        INSERT INTO alert_configs VALUES ('00000000-0000-4000-8000-00000000c001', '00000000-0000-4000-8000-0000000000a1',
          'Fails', '{"status": "error", "consecutive_failures": 3}', '{"email": "ada@example.org"}', true, '2025-01-02',
          '2025-01-02');
        INSERT INTO alerts VALUES ('00000000-0000-4000-8000-00000000d001', '00000000-0000-4000-8000-00000000c001',
          '00000000-0000-4000-8000-0000000000a1', '2025-01-04', '2025-01-05', 'resolved', '{}');
        """

    static let core = """
        CREATE TABLE users (id uuid PRIMARY KEY, email varchar(255) NOT NULL UNIQUE, display_name varchar(255),
          role varchar(50), roles jsonb DEFAULT '["user"]', created_at timestamptz DEFAULT now(),
          updated_at timestamptz DEFAULT now(), namespace_access jsonb NOT NULL DEFAULT '["my-org"]',
          status text DEFAULT 'active', organization_slug text);
        CREATE TABLE agent_conversations (id uuid PRIMARY KEY, user_id uuid NOT NULL, agent_name text NOT NULL,
          agent_type text NOT NULL, started_at timestamptz DEFAULT now(), ended_at timestamptz, last_active_at timestamptz,
          metadata jsonb DEFAULT '{}', created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(),
          primary_work_product_type text, primary_work_product_id uuid);
        CREATE TABLE tasks (id uuid PRIMARY KEY, agent_conversation_id uuid, user_id uuid NOT NULL, method text NOT NULL,
          prompt text NOT NULL, params jsonb DEFAULT '{}', response text, response_metadata jsonb DEFAULT '{}',
          status text DEFAULT 'pending', progress integer DEFAULT 0, progress_message text, evaluation jsonb DEFAULT '{}',
          llm_metadata jsonb DEFAULT '{}', error_code text, error_message text, error_data jsonb, started_at timestamptz,
          completed_at timestamptz, timeout_seconds integer DEFAULT 300, metadata jsonb DEFAULT '{}',
          created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(), deliverable_type text DEFAULT 'text',
          deliverable_metadata jsonb DEFAULT '{}');
        CREATE TABLE projects (id uuid PRIMARY KEY, conversation_id uuid NOT NULL, name text, description text,
          plan_json jsonb, status text DEFAULT 'planning', current_step_id text, error_details jsonb,
          metadata jsonb DEFAULT '{}', created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(),
          parent_project_id uuid, hierarchy_level integer DEFAULT 0, subproject_count integer DEFAULT 0);
        CREATE TABLE deliverables (id uuid PRIMARY KEY, user_id uuid NOT NULL, conversation_id uuid, title text NOT NULL,
          type text NOT NULL, created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(), task_id uuid,
          project_step_id uuid, metadata jsonb DEFAULT '{}', agent_name varchar);
        CREATE TABLE deliverable_versions (id uuid PRIMARY KEY, deliverable_id uuid NOT NULL,
          version_number integer NOT NULL, content text, format varchar, is_current_version boolean DEFAULT false,
          created_by_type varchar DEFAULT 'ai_response', task_id uuid, metadata jsonb DEFAULT '{}', file_attachments jsonb,
          created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
        CREATE TABLE project_steps (id uuid PRIMARY KEY, project_id uuid NOT NULL, step_id text NOT NULL,
          step_index integer NOT NULL, step_type text NOT NULL, step_name text NOT NULL, agent_name text, prompt text,
          dependencies text[] DEFAULT '{}', status text DEFAULT 'pending', result jsonb, error_details jsonb,
          started_at timestamptz, completed_at timestamptz, metadata jsonb DEFAULT '{}',
          created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
        INSERT INTO users VALUES ('00000000-0000-4000-8000-000000000001', 'ada@example.org', 'Ada', NULL, '["user"]',
          '2025-01-01', '2025-01-01', '["acme"]', 'active', 'acme');
        INSERT INTO agent_conversations VALUES ('00000000-0000-4000-8000-0000000000c1',
          '00000000-0000-4000-8000-000000000001', 'scribe', 'context', '2025-01-02', NULL, NULL, '{}', '2025-01-02',
          '2025-01-02', NULL, NULL);
        INSERT INTO tasks (id, agent_conversation_id, user_id, method, prompt, status, response, started_at, completed_at,
            created_at, updated_at) VALUES ('00000000-0000-4000-8000-0000000000d1',
          '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-000000000001', 'process', 'Write.', 'completed',
          'Done.', '2025-01-03', '2025-01-04', '2025-01-02', '2025-01-04');
        INSERT INTO projects (id, conversation_id, name, status, created_at, updated_at) VALUES
          ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000c1', 'Book', 'in_progress',
           '2025-01-02', '2025-01-02');
        INSERT INTO project_steps (id, project_id, step_id, step_index, step_type, step_name, status, created_at,
            updated_at) VALUES ('00000000-0000-4000-8000-00000000e101', '00000000-0000-4000-8000-0000000000e1', 'outline', 0,
          'write', 'Outline', 'completed', '2025-01-02', '2025-01-03');
        INSERT INTO deliverables (id, user_id, conversation_id, title, type, created_at, updated_at, task_id) VALUES
          ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-000000000001',
           '00000000-0000-4000-8000-0000000000c1', 'Draft', 'text', '2025-01-04', '2025-01-04',
           '00000000-0000-4000-8000-0000000000d1');
        INSERT INTO deliverable_versions (id, deliverable_id, version_number, content, format, is_current_version,
            created_at, updated_at) VALUES ('00000000-0000-4000-8000-00000000f101',
          '00000000-0000-4000-8000-0000000000f1', 1, 'Once.', 'markdown', true, '2025-01-04', '2025-01-04');
        """
}
