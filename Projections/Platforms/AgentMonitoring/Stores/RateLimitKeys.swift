import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerTables

/// The number of events by each key to an organization, in the minute up to the time of the position or of the clock.
enum RateLimitKeys {
    static let windowSeconds: Int64 = 60

    private struct Use {
        var count = 0
        var last = Instant.zero
    }

    static let keys = Keys(
        "ratelimit:api:{key id}", .text,
        description:
            "Events that the API key's holder caused in the last \(Self.windowSeconds) seconds. Expires with the last of them."
    ) { snapshot, span, body in
        let uses = try Self.uses(through: snapshot.at, upTo: span.now, in: snapshot)
        let before = try Self.uses(through: span.changedAfter, upTo: span.before, in: snapshot)
        try snapshot.views.forEach(Organization.self) { _, loaded in
            let hasChanged = loaded.changedAt > span.changedAfter
            for key in loaded.state.apiKeys {
                let name = "ratelimit:api:\(key.id)"
                if key.revokedAt != nil || loaded.state.deletedAt != nil {
                    if hasChanged, span.before != nil { try body(.removedKey(name)) }
                    continue
                }
                let use = uses[key.id.bits]
                let count = use?.count ?? 0
                let isSame = count == before[key.id.bits]?.count ?? 0 && use?.last == before[key.id.bits]?.last
                if span.before != nil, !hasChanged, isSame { continue }
                let life = use.flatMap { use in
                    span.now.map { use.last.advanced(bySeconds: Self.windowSeconds).milliseconds(since: $0) + 1 }
                }
                try body(.text(key: name, String(count), expiresInMilliseconds: life))
            }
        }
    }

    /// By key: the events of the window that ends at a time, by the time of their recording.
    private static func uses(
        through position: Position, upTo end: Instant?, in snapshot: LedgerSnapshot
    ) throws -> [UInt128: Use] {
        guard let end else { return [:] }
        let start = try snapshot.log.position(at: end.advanced(bySeconds: -Self.windowSeconds))
        var uses: [UInt128: Use] = [:]
        guard start < position else { return [:] }
        try snapshot.log.read(.all, after: start, through: position, limit: .max) { stored in
            let actor = try stored.actor().tag
            if actor.kind == APIKeyIdentity.kind, let id = actor.id {
                uses[id, default: Use()].count += 1
                uses[id]?.last = stored.recordedAt
            }
        }
        return uses
    }
}
