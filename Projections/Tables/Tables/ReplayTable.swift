import LedgerDomain
import LedgerEvents
import LedgerRelations

enum ReplayTable {
    static let relation = Relation.facts(LedgerReplay.self, Self.table)

    static let table = Table<FactRow<LedgerReplay>>(
        "replays", primaryKey: "id", description: "Replays that were put on record, with what they found."
    ) {
        Column("id", .uuid, \.fact.id)
        Column("through_position", .bigint, \.fact.position, unit: "log position")
        Column("digest", .text, \.fact.digest, description: "Of all views, folded anew: SHA-256, hexadecimal.")
        Column("live_digest", .text, \.fact.liveDigest, description: "Of the kept views; null for a past moment.")
        Column("matches", .boolean, \.fact.matches)
        Column("differences", .textArray, \.fact.differences, description: "The views that differ.")
        Column("duration_ms", .bigint, \.fact.durationMilliseconds, unit: "ms")
        Column("performed_at", .timestamptz, \.occurredAt).reading()
        Column("position", .bigint, \.position, unit: "log position").reading()
    }
}
