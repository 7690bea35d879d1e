import LedgerRelations
import LedgerTables

/// `agent_monitoring`: who watches which agents, how they do, and what is told when they do not. Its keys are for Redis,
/// its points for InfluxDB.
package enum AgentMonitoring {
    package static let projection = Self.projection(onlineWithinSeconds: Self.defaultOnlineWithinSeconds)

    package static let defaultOnlineWithinSeconds: Int64 = 90

    /// - Parameter onlineWithinSeconds: how old an agent's last heartbeat may be, at the time of the position, for the
    ///   agent to count as online.
    package static func projection(onlineWithinSeconds seconds: Int64) -> Projection {
        Projection(
            "agent_monitoring", version: 3,
            description: "Agents that are watched: what came of their executions, and alerts.",
            relations: [
                MonitoringUserTable.relation, MonitoringOrganizationTable.relation, OrgMembershipTable.relation,
                MonitoringAgentTypeTable.relation, MonitoringAgentTable.relation, AgentLogTable.relation,
                AlertConfigTable.relation, MonitoringAlertTable.relation,
            ],
            deviations: [
                Deviation(
                    "texts longer than their column", documented: "VARCHAR(n)",
                    reason: "the ledger holds longer ones, and one of them would stop an export",
                    ours: "cut at n characters; the schema ledger has them whole"),
                Deviation(
                    "ratelimit:api keys", documented: "named by the API key itself",
                    reason: "whoever lists the keys could act for the organization", ours: "named by the key's id"),
            ],
            keys: [
                AgentStatusKeys.keys(onlineWithinSeconds: seconds), AgentMetricsKeys.keys, ScheduledJobsKey.keys,
                RateLimitKeys.keys, SessionKeys.keys,
            ],
            keySettings: "online_within_seconds=\(seconds)", points: MonitoringPoints.points)
    }
}
