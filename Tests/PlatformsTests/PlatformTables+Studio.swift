extension PlatformTables {
    /// Keys over things of one kind, such as one trigger of a type, are left out: others did not have them either.
    static let studio = """
        CREATE TYPE tier AS ENUM ('starter', 'professional', 'business', 'enterprise');
        CREATE TYPE organization_status AS ENUM ('active', 'suspended', 'cancelled');
        CREATE TYPE auth_provider AS ENUM ('email', 'google', 'microsoft', 'github');
        CREATE TYPE member_role AS ENUM ('owner', 'admin', 'member', 'viewer');
        CREATE TYPE workflow_status AS ENUM ('draft', 'active', 'paused', 'archived');
        CREATE TYPE agent_type AS ENUM ('coordinator', 'specialist', 'analyzer', 'custom');
        CREATE TYPE execution_status AS ENUM ('pending', 'running', 'completed', 'failed', 'cancelled');
        CREATE TYPE execution_trigger AS ENUM ('manual', 'schedule', 'webhook', 'api', 'internal');
        CREATE TYPE part_status AS ENUM ('queued', 'running', 'completed', 'failed', 'skipped');
        CREATE TYPE log_level AS ENUM ('debug', 'info', 'warning', 'error', 'critical');
        CREATE TYPE trigger_type AS ENUM ('schedule', 'webhook', 'event', 'manual');
        CREATE TYPE integration_status AS ENUM ('connected', 'disconnected', 'error');
        CREATE TYPE invoice_status AS ENUM ('draft', 'sent', 'paid', 'overdue', 'cancelled');
        CREATE TABLE organizations (id uuid PRIMARY KEY, name varchar(255) NOT NULL, subscription_tier tier DEFAULT 'starter',
          status organization_status DEFAULT 'active', billing_email varchar(255), billing_address jsonb,
          payment_method_id varchar(255), monthly_execution_quota int DEFAULT 500, monthly_executions_used int DEFAULT 0,
          monthly_reset_date date, settings jsonb DEFAULT '{}', api_keys jsonb DEFAULT '{}', integrations jsonb DEFAULT '{}',
          created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now(), deleted_at timestamp);
        CREATE TABLE users (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations,
          email varchar(255) NOT NULL, email_verified boolean DEFAULT false, email_verified_at timestamp,
          password_hash varchar(255), auth_provider auth_provider DEFAULT 'email', auth_provider_id varchar(255),
          full_name varchar(255), avatar_url varchar(255), role member_role DEFAULT 'member', permissions jsonb DEFAULT '[]',
          mfa_enabled boolean DEFAULT false, mfa_secret varchar(255), last_login timestamp, created_at timestamp DEFAULT now(),
          updated_at timestamp DEFAULT now(), deleted_at timestamp, UNIQUE (organization_id, email));
        CREATE TABLE workflows (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations,
          name varchar(255) NOT NULL, description text, version int DEFAULT 1, status workflow_status DEFAULT 'draft',
          definition jsonb NOT NULL, execution_timeout int DEFAULT 3600, max_retries int DEFAULT 3,
          error_handling jsonb DEFAULT '{}', total_executions int DEFAULT 0, successful_executions int DEFAULT 0,
          failed_executions int DEFAULT 0, average_duration float, average_cost decimal(10, 4),
          created_by uuid REFERENCES users, created_at timestamp DEFAULT now(), updated_by uuid REFERENCES users,
          updated_at timestamp DEFAULT now(), deleted_at timestamp, UNIQUE (organization_id, name, deleted_at));
        CREATE TABLE agents (id uuid PRIMARY KEY, workflow_id uuid NOT NULL REFERENCES workflows,
          type agent_type DEFAULT 'specialist', name varchar(255) NOT NULL, configuration jsonb NOT NULL,
          position jsonb NOT NULL, model_name varchar(255) DEFAULT 'gpt-4', temperature decimal(3, 2) DEFAULT 0.7,
          max_tokens int DEFAULT 2048, tools jsonb DEFAULT '[]', tool_configs jsonb DEFAULT '{}',
          enabled boolean DEFAULT true, created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now());
        CREATE TABLE workflow_executions (id uuid PRIMARY KEY, workflow_id uuid NOT NULL REFERENCES workflows,
          organization_id uuid NOT NULL REFERENCES organizations, workflow_version int NOT NULL,
          status execution_status DEFAULT 'pending', status_reason text, triggered_by execution_trigger DEFAULT 'manual',
          triggered_by_user_id uuid REFERENCES users, external_trigger_id varchar(255), input_data jsonb DEFAULT '{}',
          output_data jsonb DEFAULT '{}', started_at timestamp, completed_at timestamp, duration_ms int,
          total_tokens_used int DEFAULT 0, estimated_cost decimal(10, 4) DEFAULT 0, created_at timestamp DEFAULT now(),
          metadata jsonb DEFAULT '{}');
        CREATE TABLE agent_executions (id uuid PRIMARY KEY,
          workflow_execution_id uuid NOT NULL REFERENCES workflow_executions, agent_id uuid NOT NULL REFERENCES agents,
          status part_status DEFAULT 'queued', status_reason text, input jsonb NOT NULL, output jsonb,
          queued_at timestamp DEFAULT now(), started_at timestamp, completed_at timestamp, duration_ms int,
          input_tokens int DEFAULT 0, output_tokens int DEFAULT 0, total_tokens int DEFAULT 0,
          estimated_cost decimal(10, 4) DEFAULT 0, trace_data jsonb DEFAULT '{}', error_details jsonb,
          retry_count int DEFAULT 0, parent_agent_execution_id uuid REFERENCES agent_executions);
        CREATE TABLE execution_logs (id uuid PRIMARY KEY, agent_execution_id uuid REFERENCES agent_executions,
          workflow_execution_id uuid NOT NULL REFERENCES workflow_executions, level log_level DEFAULT 'info',
          message text NOT NULL, context jsonb DEFAULT '{}', trace_id varchar(255), span_id varchar(255),
          parent_span_id varchar(255), "timestamp" timestamp DEFAULT now(), source varchar(255));
        CREATE TABLE agent_metrics (id bigserial PRIMARY KEY, agent_execution_id uuid REFERENCES agent_executions,
          agent_id uuid REFERENCES agents, organization_id uuid REFERENCES organizations, metric_type varchar(255) NOT NULL,
          value float NOT NULL CHECK (value >= 0), unit varchar(50), dimensions jsonb DEFAULT '{}',
          "timestamp" timestamp DEFAULT now());
        CREATE TABLE evaluation_results (id uuid PRIMARY KEY, agent_execution_id uuid NOT NULL REFERENCES agent_executions,
          workflow_execution_id uuid REFERENCES workflow_executions, evaluator_name varchar(255) NOT NULL,
          score decimal(5, 2) NOT NULL CHECK (score >= 0 AND score <= 100), passed boolean, details jsonb DEFAULT '{}',
          explanation text, "timestamp" timestamp DEFAULT now());
        CREATE TABLE workflow_triggers (id uuid PRIMARY KEY, workflow_id uuid NOT NULL REFERENCES workflows,
          trigger_type trigger_type DEFAULT 'manual', schedule_cron varchar(255), webhook_url varchar(255),
          webhook_secret varchar(255), event_type varchar(255), event_source varchar(255), event_filter jsonb DEFAULT '{}',
          enabled boolean DEFAULT true, max_concurrent_executions int DEFAULT 1, created_at timestamp DEFAULT now(),
          updated_at timestamp DEFAULT now());
        CREATE TABLE integrations (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations,
          integration_type varchar(255) NOT NULL, name varchar(255), status integration_status DEFAULT 'connected',
          credentials jsonb NOT NULL, config jsonb DEFAULT '{}', connected_at timestamp, last_used_at timestamp,
          created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now());
        CREATE TABLE usage_records (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations,
          usage_type varchar(255) NOT NULL, quantity int NOT NULL, unit_price decimal(10, 6), total_cost decimal(10, 4),
          period_start date, period_end date, resource_id uuid, created_at timestamp DEFAULT now());
        CREATE TABLE invoices (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations,
          invoice_number varchar(255) NOT NULL UNIQUE, status invoice_status DEFAULT 'draft', subtotal decimal(10, 2),
          tax decimal(10, 2), total decimal(10, 2), issue_date date, due_date date, paid_date date,
          line_items jsonb NOT NULL, created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now());
        CREATE TABLE audit_logs (id uuid PRIMARY KEY, organization_id uuid, action text, details jsonb,
          created_at timestamp DEFAULT now());
        INSERT INTO organizations (id, name, created_at, updated_at) VALUES
          ('00000000-0000-4000-8000-00000000000a', 'Acme', '2025-01-01', '2025-01-01');
        INSERT INTO users (id, organization_id, email, full_name, role, created_at, updated_at) VALUES
          ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-00000000000a', 'ada@example.org', 'Ada', 'owner',
           '2025-01-01', '2025-01-01');
        INSERT INTO workflows (id, organization_id, name, status, definition, created_by, created_at, updated_at) VALUES
          ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-00000000000a', 'Triage', 'active', '{}',
           '00000000-0000-4000-8000-000000000001', '2025-01-02', '2025-01-02');
        INSERT INTO agents (id, workflow_id, name, configuration, position, created_at, updated_at) VALUES
          ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000e1', 'Reader', '{}', '{"x": 3, "y": 4}',
           '2025-01-02', '2025-01-02');
        INSERT INTO workflow_executions (id, workflow_id, organization_id, workflow_version, status, started_at,
            completed_at, created_at) VALUES ('00000000-0000-4000-8000-00000000f001',
          '00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-00000000000a', 1, 'completed',
          '2025-01-03 01:00', '2025-01-03 02:00', '2025-01-03');
        INSERT INTO agent_executions (id, workflow_execution_id, agent_id, status, input, queued_at, started_at,
            completed_at) VALUES ('00000000-0000-4000-8000-00000000d001', '00000000-0000-4000-8000-00000000f001',
          '00000000-0000-4000-8000-0000000000a1', 'completed', '{}', '2025-01-03 01:01', '2025-01-03 01:02',
          '2025-01-03 01:03');
        INSERT INTO execution_logs (id, agent_execution_id, workflow_execution_id, message, "timestamp") VALUES
          ('00000000-0000-4000-8000-00000000d101', '00000000-0000-4000-8000-00000000d001',
           '00000000-0000-4000-8000-00000000f001', 'fine', '2025-01-03 01:02');
        INSERT INTO agent_metrics (agent_execution_id, metric_type, value, "timestamp") VALUES
          ('00000000-0000-4000-8000-00000000d001', 'latency', 12.5, '2025-01-03 01:03');
        INSERT INTO evaluation_results (id, agent_execution_id, evaluator_name, score, "timestamp") VALUES
          ('00000000-0000-4000-8000-00000000d201', '00000000-0000-4000-8000-00000000d001', 'clarity', 87.5, '2025-01-04');
        INSERT INTO workflow_triggers (id, workflow_id, created_at, updated_at) VALUES
          ('00000000-0000-4000-8000-00000000e101', '00000000-0000-4000-8000-0000000000e1', '2025-01-02', '2025-01-02');
        INSERT INTO integrations (id, organization_id, integration_type, credentials, created_at, updated_at) VALUES
          ('00000000-0000-4000-8000-00000000c001', '00000000-0000-4000-8000-00000000000a', 'slack',
           '{"reference": "vault:slack"}', '2025-01-02', '2025-01-02');
        INSERT INTO usage_records (id, organization_id, usage_type, quantity, unit_price, total_cost, created_at) VALUES
          ('00000000-0000-4000-8000-00000000b101', '00000000-0000-4000-8000-00000000000a', 'tokens', 1200, 0.000002, 0.0024,
           '2025-01-04');
        INSERT INTO invoices (id, organization_id, invoice_number, status, subtotal, tax, total, line_items, created_at)
          VALUES ('00000000-0000-4000-8000-00000000b201', '00000000-0000-4000-8000-00000000000a', '2025-001', 'paid', 10, 1.9,
          11.9, '[]', '2025-02-01');
        INSERT INTO audit_logs VALUES ('00000000-0000-4000-8000-00000000b301', '00000000-0000-4000-8000-00000000000a',
          'login', '{}', '2025-01-02');
        """
}
