/// Users and organizations own agents, which host workflows and their runs.
enum OrchestratorPlatformAdoption {
    static let adoption = Adoption(
        name: "orchestrator_platform",
        tables: ["users", "organizations", "organization_members", "agents", "workflows", "workflow_executions"],
        stages: [
            AdoptedTenant.organizations, AdoptedTenant.users, AdoptedTenant.members, AdoptedHost.creation,
            AdoptedHostResources.containers, AdoptedHostResources.listings, AdoptedHostedWorkflow.creation,
            AdoptedHostedRun.course,
            AdoptedHostedWorkflow.end, AdoptedTenant.organizationEnd, AdoptedTenant.userEnd,
        ],
        readElsewhere: [
            "organizations": ["is_active"], "users": ["is_active"], "workflows": ["is_active"],
        ],
        losses: AdoptedTenant.losses + AdoptedHost.losses + AdoptedHostResources.losses
            + AdoptedHostedWorkflow.losses + AdoptedHostedRun.losses)
}

extension AdoptedSchema {
    /// Agents with the organization for whose work they stand: the owner, or the one that their owner joined first. An
    /// agent that only stands in for a workflow's says so.
    var hosts: String {
        """
        (SELECT a.*, coalesce(a.metadata->>'synthetic', '') = 'true' AS adopted_is_synthetic,
          CASE a.owner_type WHEN 'organization'
            THEN (SELECT o.id FROM \(self.table("organizations")) o WHERE o.id = a.owner_id) ELSE (
            SELECT m.organization_id FROM \(self.table("organization_members")) m WHERE m.user_id = a.owner_id
            ORDER BY m.joined_at, m.id LIMIT 1) END AS organization_id,
          CASE a.owner_type WHEN 'organization'
            THEN EXISTS (SELECT FROM \(self.table("organizations")) o WHERE o.id = a.owner_id)
            ELSE EXISTS (SELECT FROM \(self.table("users")) u WHERE u.id = a.owner_id) END AS adopted_owner
        FROM \(self.table("agents")) a)
        """
    }
}
