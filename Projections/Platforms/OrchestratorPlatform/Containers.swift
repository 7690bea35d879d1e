import LedgerDomain
import LedgerEvents
import LedgerTables
import LedgerViews

/// What the containers of agents may use, found by agent: an agent has one container at a time, perhaps after others.
struct Containers {
    struct Known {
        /// Nil: the last one was released.
        var tier: ContainerTier?
        var updatedAt: Instant
        var changedAt: Position
    }

    private var known: [AgentID: Known] = [:]

    init(in views: Views) throws {
        try views.forEach(ContainerAllocation.self) { _, loaded in
            let container = loaded.state
            let earlier = self.known[container.agent]
            self.known[container.agent] = Known(
                tier: container.releasedAt == nil ? container.tier : earlier?.tier,
                updatedAt: max(container.updatedAt, earlier?.updatedAt ?? container.updatedAt),
                changedAt: max(loaded.changedAt, earlier?.changedAt ?? loaded.changedAt))
        }
    }

    subscript(agent: AgentID) -> Known? { self.known[agent] }
}

extension ContainerTier {
    var json: JSONText {
        var json = JSONWriter()
        json.beginObject()
        json.key("cpu_limit")
        json.int(self.cpuLimit)
        json.key("memory_limit_mb")
        json.int(self.memoryLimitMebibytes)
        json.key("network_isolation")
        json.string(self.isolation.rawValue)
        json.endObject()
        return JSONText(uncheckedCanonical: json.text)
    }
}
