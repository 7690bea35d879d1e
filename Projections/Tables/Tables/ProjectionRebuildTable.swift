import LedgerDomain
import LedgerEvents
import LedgerRelations

enum ProjectionRebuildTable {
    static let relation = Relation.facts(ProjectionRebuild.self, Self.table)

    static let table = Table<FactRow<ProjectionRebuild>>(
        "projection_rebuilds", primaryKey: "id", description: "Projections that were thrown away and folded anew."
    ) {
        Column("id", .uuid, \.fact.id)
        Column("projection", .text, \.fact.projection).indexed()
        Column("through_position", .bigint, \.fact.position, unit: "log position")
        Column("digest", .text, \.fact.digest, description: "SHA-256, hexadecimal.")
        Column("reason", .text, \.fact.reason)
        Column("duration_ms", .bigint, \.fact.durationMilliseconds, unit: "ms")
        Column("performed_at", .timestamptz, \.occurredAt).reading()
        Column("position", .bigint, \.position, unit: "log position").reading()
    }
}
