import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum PlatformContainerTable {
    static let relation = Relation.derived(from: ContainerAllocation.self, Self.table, goneBy: { [$0.id.sqlValue] }) {
        allocation, _, body in
        if allocation.releasedAt == nil { try body(allocation) }
    }.found(byStateIn: "id")

    static let table = Table<ContainerAllocation>(
        "container_resources", primaryKey: "id", description: "What the containers of agents may use."
    ) {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("agent_id", .uuid, \.agent).references("agents", onDelete: .cascade)
        Column("subscription_tier", .varchar(20), \.tier.rawValue).indexed("idx_container_resources_tier")
        Column("cpu_limit", .integer, \.tier.cpuLimit, unit: "cores").reading("tier")
        Column("memory_limit_mb", .integer, \.tier.memoryLimitMebibytes, unit: "MiB").reading("tier")
        Column("network_isolation", .varchar(20), \.tier.isolation.rawValue).reading("tier")
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Unique("agent_id", name: "idx_container_resources_agent_id")
        TableCheck.oneOf(PlatformWords.tiers, "subscription_tier", of: "container_resources")
        TableCheck.oneOf(["shared", "isolated"], "network_isolation", of: "container_resources")
        TableCheck(
            "check_resource_limits",
            ContainerTier.allCases.map { tier in
                "(subscription_tier = '\(tier.rawValue)' AND cpu_limit = \(tier.cpuLimit) "
                    + "AND memory_limit_mb = \(tier.memoryLimitMebibytes))"
            }.joined(separator: " OR "))
        TableCheck("check_network_isolation", "(subscription_tier = 'enterprise') = (network_isolation = 'isolated')")
        PlatformRowSecurity.containers
        Deviation(
            "idx_container_resources_agent_id",
            documented: "an agent has one container, says the text; the index is not "
                + "unique", reason: "two rows of one agent would pass", ours: "a unique constraint of that name")
        Deviation(
            "rows", documented: "nothing on released containers", reason: "an agent may get a container after another",
            ours: "a row for the container that an agent has now")
    }
}
