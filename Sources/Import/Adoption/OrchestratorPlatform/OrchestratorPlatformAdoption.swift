/// Users and organizations own agents, which host workflows and their runs.
enum OrchestratorPlatformAdoption {
    static let adoption = Adoption(
        name: "orchestrator_platform",
        tables: ["users", "organizations", "organization_members", "agents", "workflows", "workflow_executions"],
        stages: [
            AdoptedTenant.organizations, AdoptedTenant.users, AdoptedTenant.members, AdoptedHost.creation,
            AdoptedHost.containers, AdoptedHost.listings, AdoptedHostedWorkflow.creation, AdoptedHostedRun.course,
            AdoptedHostedWorkflow.end, AdoptedTenant.organizationEnd, AdoptedTenant.userEnd,
        ],
        losses: AdoptedTenant.losses + AdoptedHost.losses + AdoptedHostedWorkflow.losses + AdoptedHostedRun.losses)
}

extension AdoptedSchema {
    /// Agents with the organization for whose work they stand: the owner, or the one that their owner joined first. An
    /// agent that only stands in for a workflow's says so.
    var hosts: String {
        """
        (SELECT a.*, coalesce(a.metadata->>'synthetic', '') = 'true' AS is_synthetic,
          CASE a.owner_type WHEN 'organization' THEN a.owner_id ELSE (
            SELECT m.organization_id FROM \(self.table("organization_members")) m WHERE m.user_id = a.owner_id
            ORDER BY m.joined_at, m.id LIMIT 1) END AS organization_id
        FROM \(self.table("agents")) a)
        """
    }
}
