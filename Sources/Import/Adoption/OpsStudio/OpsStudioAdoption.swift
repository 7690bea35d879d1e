/// Organizations draw workflows, run them and watch them. What ends a thing comes last, when all that happened in it
/// stands. What was billed and noted by the platform is kept as history.
enum OpsStudioAdoption {
    static let adoption = Adoption(
        name: "ops_studio",
        tables: ["organizations", "users", "workflows", "agents", "workflow_executions", "agent_executions"],
        stages: [
            AdoptedOrganization.creation, AdoptedMember.registration, AdoptedMember.addition, AdoptedWorkflow.creation,
            AdoptedNode.agents, AdoptedTrigger.addition, AdoptedIntegration.connection,
            AdoptedRun.course, AdoptedAgentRun.course, AdoptedAgentRun.calls, AdoptedRun.calls, AdoptedFact.logs,
            AdoptedFact.metrics, AdoptedFact.evaluations, AdoptedWorkflow.end,
            AdoptedOrganization.end, AdoptedMember.removal, AdoptedMember.end, AdoptedHistory.rows(of: "usage_records"),
            AdoptedHistory.rows(of: "invoices"), AdoptedHistory.rows(of: "audit_logs"),
        ],
        readElsewhere: [
            "organizations": ["status", "deleted_at"],
            "users": [
                "email", "full_name", "avatar_url", "auth_provider", "auth_provider_id", "email_verified",
                "email_verified_at", "password_hash", "mfa_enabled", "mfa_secret", "last_login", "deleted_at",
            ],
            "workflows": ["status", "deleted_at"],
            "agents": ["updated_at"],
            "workflow_executions": ["total_tokens_used", "estimated_cost", "currency"],
            "agent_executions": [
                "agent_id", "input_tokens", "output_tokens", "total_tokens", "estimated_cost", "currency", "id",
                "status",
            ],
        ],
        losses: AdoptedOrganization.losses + AdoptedMember.losses + AdoptedWorkflow.losses + AdoptedNode.losses
            + AdoptedTrigger.losses + AdoptedIntegration.losses + AdoptedRun.losses + AdoptedFact.losses + [
                Loss("usage_records", nil, Self.history), Loss("invoices", nil, Self.history),
                Loss("audit_logs", nil, Self.history),
            ])

    private static let history =
        "kept as history in adopted_rows: the ledger bills and audits what happens in it, not what happened before"
}

extension AdoptedSchema {
    /// A person has a row in each organization: all rows with one address are one person, named by the first. Where an
    /// organization has an address twice, in other letters, the later ones are persons of their own. Our own exports tell of
    /// a deleted person by the id alone.
    var people: String {
        let firsts = ["full_name", "avatar_url", "auth_provider", "auth_provider_id", "last_login", "password_hash"].map
        {
            "first_value(\($0)) OVER (PARTITION BY adopted_person ORDER BY created_at, id) AS adopted_first_\($0)"
        }
        return """
            (SELECT *, row_number() OVER (PARTITION BY adopted_person ORDER BY created_at, id) = 1 AS adopted_is_first,
              \(firsts.joined(separator: ", ")) FROM (
              SELECT *, CASE WHEN email ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@deleted\\.invalid$' THEN left(email, 36)::uuid
                WHEN adopted_namesake > 1 THEN id
                ELSE first_value(id) OVER (PARTITION BY lower(btrim(email)) ORDER BY adopted_namesake, created_at, id)
                END AS adopted_person
              FROM (SELECT *, row_number() OVER (PARTITION BY organization_id, lower(btrim(email)) ORDER BY created_at, id)
                AS adopted_namesake FROM \(self.table("users"))) numbered) rows_with_person)
            """
    }

    /// The nodes with the agent that works there: the one that is named, else one of its own where it took part in runs.
    /// A row that stands for an agent without a node says so.
    var nodes: String {
        """
        (SELECT *, first_value(organization_id) OVER (PARTITION BY adopted_agent ORDER BY created_at, id) AS adopted_owner
        FROM (
          SELECT a.*, w.organization_id, coalesce(a.configuration->>'synthetic', '') = 'true' AS adopted_is_synthetic,
            CASE WHEN a.configuration->>'agent_id' ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
              THEN (a.configuration->>'agent_id')::uuid
              WHEN coalesce(a.configuration->>'synthetic', '') <> 'true'
                AND EXISTS (SELECT FROM \(self.table("agent_executions")) e WHERE e.agent_id = a.id) THEN a.id END
              AS adopted_agent
          FROM \(self.table("agents")) a JOIN \(self.table("workflows")) w ON w.id = a.workflow_id) rows_with_agent)
        """
    }

    /// The agents of nodes and metrics, each of the organization that had it first.
    var namedAgents: String {
        let metrics =
            self.has("agent_metrics")
            ? """
             UNION ALL SELECT (m.dimensions->>'agent_id')::uuid, coalesce(v.organization_id, m.organization_id), m."timestamp",
              'agent', false
            FROM \(self.table("agent_metrics")) m LEFT JOIN \(self.table("agent_executions")) e ON e.id = m.agent_execution_id
            LEFT JOIN \(self.table("workflow_executions")) r ON r.id = e.workflow_execution_id
            LEFT JOIN \(self.table("workflows")) v ON v.id = r.workflow_id
            WHERE m.dimensions->>'agent_id' ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
              AND coalesce(v.organization_id, m.organization_id) IS NOT NULL
            """ : ""
        return """
            (SELECT DISTINCT ON (agent) agent AS id, first_value(organization_id) OVER w AS organization_id,
              first_value(created_at) OVER w AS created_at, name, is_synthetic
            FROM (SELECT adopted_agent AS agent, organization_id, created_at, CASE WHEN adopted_is_synthetic
                  THEN left(name, -length(' (' || adopted_agent || ')')) ELSE name END AS name,
                adopted_is_synthetic AS is_synthetic
              FROM \(self.nodes) n WHERE adopted_agent IS NOT NULL\(metrics)) found
            WINDOW w AS (PARTITION BY agent ORDER BY created_at, organization_id)
            ORDER BY agent, is_synthetic DESC, (name = 'agent'), created_at)
            """
    }
}
