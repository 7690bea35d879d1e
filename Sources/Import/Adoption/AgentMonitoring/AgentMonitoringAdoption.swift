/// Agents are watched: what came of their executions, and who was told when. The schema has no workflows; runs come to
/// belong to ones that are made for them.
enum AgentMonitoringAdoption {
    static let adoption = Adoption(
        name: "agent_monitoring",
        tables: [
            "users", "organizations", "org_memberships", "agent_types", "agents", "agent_logs", "alert_configs",
            "alerts",
        ],
        stages: [
            AdoptedAccount.organizations, AdoptedAccount.users, AdoptedAccount.memberships, AdoptedWatchedAgent.types,
            AdoptedWatchedAgent.creation, AdoptedLog.workflows, AdoptedLog.runs, AdoptedLog.openRuns, AdoptedLog.parts,
            AdoptedWatch.rules, AdoptedWatch.alerts, AdoptedWatch.end, AdoptedAccount.organizationEnd,
            AdoptedAccount.end,
        ],
        keys: ["org_memberships": ["user_id", "org_id"]],
        readElsewhere: [
            "alert_configs": ["enabled"], "alerts": ["resolved_at", "config_id", "triggered_at", "status"],
        ],
        losses: AdoptedAccount.losses + AdoptedWatchedAgent.losses + AdoptedLog.losses + AdoptedWatch.losses)
}
