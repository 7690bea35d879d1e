/// Organizations draw workflows, run them and watch them. What ends a thing comes last, when all that happened in it
/// stands. What was billed stays with the platform.
enum OpsStudioAdoption {
    static let adoption = Adoption(
        name: "ops_studio",
        tables: ["organizations", "users", "workflows", "agents", "workflow_executions", "agent_executions"],
        stages: [
            AdoptedOrganization.creation, AdoptedMember.registration, AdoptedMember.addition, AdoptedWorkflow.creation,
            AdoptedNode.agents, AdoptedTrigger.addition, AdoptedIntegration.connection,
            AdoptedRun.course, AdoptedAgentRun.course, AdoptedAgentRun.calls, AdoptedRun.calls, AdoptedFact.logs,
            AdoptedFact.metrics, AdoptedFact.evaluations, AdoptedWorkflow.end,
            AdoptedOrganization.end, AdoptedMember.removal, AdoptedMember.end,
        ],
        losses: AdoptedOrganization.losses + AdoptedMember.losses + AdoptedWorkflow.losses + AdoptedNode.losses
            + AdoptedTrigger.losses + AdoptedIntegration.losses + AdoptedRun.losses + AdoptedFact.losses + [
                Loss(
                    "usage_records", nil,
                    "what was used before is billed by the platform that metered it; the ledger meters what comes after"
                ),
                Loss("invoices", nil, "the ledger's own follow from its usage; earlier ones stay with who sent them"),
                Loss("audit_logs", nil, "who did what is told of what happens in the ledger: here, of the adoption"),
            ])
}

extension AdoptedSchema {
    /// A person has a row in each organization: all with one address are one person, named by the first. Our own exports
    /// tell of a deleted person by the id alone.
    var people: String {
        """
        (SELECT *, row_number() OVER (PARTITION BY person ORDER BY created_at, id) = 1 AS is_first FROM (
          SELECT *, CASE WHEN email ~ '^[0-9a-f-]{36}@deleted\\.invalid$' THEN left(email, 36)::uuid
            ELSE first_value(id) OVER (PARTITION BY lower(email) ORDER BY created_at, id) END AS person
          FROM \(self.table("users"))) rows_with_person)
        """
    }

    /// The nodes with the agent that works there: the one that is named, else one of its own where it took part in runs.
    /// A row that stands for an agent without a node says so.
    var nodes: String {
        """
        (SELECT *, first_value(organization_id) OVER (PARTITION BY agent ORDER BY created_at, id) AS owner FROM (
          SELECT a.*, w.organization_id, coalesce(a.configuration->>'synthetic', '') = 'true' AS is_synthetic,
            CASE WHEN a.configuration->>'agent_id' ~ '^[0-9a-fA-F-]{36}$' THEN (a.configuration->>'agent_id')::uuid
              WHEN coalesce(a.configuration->>'synthetic', '') <> 'true'
                AND EXISTS (SELECT FROM \(self.table("agent_executions")) e WHERE e.agent_id = a.id) THEN a.id END AS agent
          FROM \(self.table("agents")) a JOIN \(self.table("workflows")) w ON w.id = a.workflow_id) rows_with_agent)
        """
    }
}
