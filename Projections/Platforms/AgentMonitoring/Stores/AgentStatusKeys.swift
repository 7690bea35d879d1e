import LedgerDomain
import LedgerEvents
import LedgerTables

/// Whether an agent can be reached, judged by its last heartbeat at the time of the position, or by
/// the clock.
enum AgentStatusKeys {
    enum Status: String {
        case online, offline, error

        init(_ agent: Agent, at now: Instant, within seconds: Int64) {
            if agent.status == .error {
                self = .error
            } else if let heard = agent.lastHeartbeatAt, heard.advanced(bySeconds: seconds) >= now {
                self = .online
            } else {
                self = .offline
            }
        }
    }

    static func keys(onlineWithinSeconds seconds: Int64) -> Keys {
        Keys(
            "agent:{id}:status", .text,
            description: "online, offline or error. online expires when the last heartbeat is \(seconds) seconds old."
        ) { snapshot, span, body in
            try snapshot.views.forEach(Agent.self) { id, loaded in
                guard let now = span.now else { return }
                let agent = loaded.state
                let hasChanged = loaded.changedAt > span.changedAfter
                if agent.deletedAt != nil {
                    if hasChanged, span.before != nil { try body(.removedKey("agent:\(id):status")) }
                    return
                }
                let status = Status(agent, at: now, within: seconds)
                // Time alone makes an agent go offline, and no event says so.
                if let before = span.before, !hasChanged, Status(agent, at: before, within: seconds) == status {
                    return
                }
                let end = agent.lastHeartbeatAt?.advanced(bySeconds: seconds)
                try body(
                    .text(
                        key: "agent:\(id):status", status.rawValue,
                        expiresInMilliseconds: status == .online ? end.map { $0.milliseconds(since: now) + 1 } : nil))
            }
        }
    }
}
