import LedgerDomain
import LedgerEvents
import LedgerRelations

enum ContainerAllocationTable {
    static let relation = Relation.states(ContainerAllocation.self, Self.table)

    static let table = Table<ContainerAllocation>(
        "container_resources", primaryKey: "id", description: "What the containers of agents may use."
    ) {
        Column("id", .uuid, \.id)
        Column("agent_id", .uuid, \.agent).references("agents").indexed()
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("subscription_tier", .enumeration(ContainerTier.self), \.tier).indexed()
        Column("cpu_limit", .bigint, \.tier.cpuLimit, unit: "cores").reading("tier")
        Column("memory_limit_mb", .bigint, \.tier.memoryLimitMebibytes, unit: "MiB").reading("tier")
        Column("network_isolation", .enumeration(NetworkIsolation.self), \.tier.isolation).reading("tier")
        Column("created_at", .timestamptz, \.createdAt)
        Column("updated_at", .timestamptz, \.updatedAt)
        Column("released_at", .timestamptz, \.releasedAt)
        Column("release_reason", .text, \.releaseReason)
        TableIndex("container_resources_agent_live_key", "agent_id", unique: true, where: "released_at IS NULL")
    }
}
