import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum MonitoringAgentTable {
    static let relation = Relation.derived(from: Agent.self, Self.table) { agent, _ in agent }.found(byStateIn: "id")

    static let table = Table<Agent>("agents", primaryKey: "id", description: "Agents that are watched.") {
        Column("id", .uuid, \.id)
        Column("name", .varchar(255), { $0.name.cut(to: 255) })
        Column("type_id", .uuid, \.template).references("agent_types")
        Column("org_id", .uuid, \.organization, description: "Null: a user's own.").references("organizations")
        Column("created_by", .uuid, \.createdBy).references("users")
        Column("api_key", .varchar(255), \.apiKeyHash, description: "SHA-256, hexadecimal.").unique()
        Column("webhook_url", .varchar(255), { $0.webhookURL?.cut(to: 255) })
        Column(
            "config", .jsonb, \.configuration.parameters, description: "What the agent gives for its type's parameters."
        )
        Column("schedule", .varchar(255), { $0.schedule?.cut(to: 255) }, description: "Five cron fields, in UTC.")
        Column("status", .varchar(50), \.monitoredStatus, nullable: true, default: "inactive")
        Column("last_heartbeat", .timestamptz, \.lastHeartbeatAt)
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Deviation(
            "api_key", documented: "the key itself", reason: "whoever reads the table could act for the agent",
            ours: "the key's SHA-256; the key itself is nowhere in the ledger")
        Deviation(
            "status", documented: "active or inactive",
            reason: "a draft is neither, an agent may have failed, and a deleted one's row stays: logs refer to it",
            ours: "active, error, and inactive for all else")
    }
}

extension Agent {
    fileprivate var monitoredStatus: String {
        if self.deletedAt != nil { return "inactive" }
        return switch self.status {
        case .active: "active"
        case .draft, .inactive: "inactive"
        case .error: "error"
        }
    }
}
