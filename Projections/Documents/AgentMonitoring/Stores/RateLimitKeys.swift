import AgentDomain
import EventLog
import EventSourcing
import Ledger

/// How much is done with each key to an organization: events of the minute up to the time of the position.
enum RateLimitKeys {
    static let windowSeconds: Int64 = 60

    static let keys = Keys(
        "ratelimit:api:{key id}", .text,
        description: "Events that the API key's holder caused in the \(Self.windowSeconds) seconds up to the position."
    ) { snapshot, changedAfter, body in
        let counts = try Self.counts(through: snapshot.at, in: snapshot)
        let before = try Self.counts(through: changedAfter, in: snapshot)
        try snapshot.views.forEach(Organization.self) { _, loaded in
            let hasChanged = loaded.changedAt > changedAfter
            for key in loaded.state.apiKeys {
                let name = "ratelimit:api:\(key.id)"
                if key.revokedAt != nil || loaded.state.deletedAt != nil {
                    if hasChanged, changedAfter > .start { try body(.removedKey(name)) }
                    continue
                }
                let count = counts[key.id.bits, default: 0]
                guard hasChanged || count != before[key.id.bits, default: 0] else { continue }
                try body(.text(key: name, String(count)))
            }
        }
    }

    /// By key: the events of the window that ends with a position, by the time of their recording.
    private static func counts(through position: Position, in snapshot: LedgerSnapshot) throws -> [UInt128: Int] {
        guard let end = try snapshot.time(of: position) else { return [:] }
        let start = try snapshot.log.position(at: end.advanced(bySeconds: -Self.windowSeconds))
        var counts: [UInt128: Int] = [:]
        try snapshot.log.read(.all, after: start, through: position, limit: .max) { stored in
            let actor = try stored.actor().tag
            if actor.kind == APIKeyIdentity.kind, let id = actor.id { counts[id, default: 0] += 1 }
        }
        return counts
    }
}
