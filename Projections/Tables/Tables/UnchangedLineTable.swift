import LedgerDomain
import LedgerEvents
import LedgerRelations

enum UnchangedLineTable {
    static let relation = Relation.facts(UnchangedLine.self, Self.table)

    static let table = Table<FactRow<UnchangedLine>>(
        "unchanged_lines", primaryKey: "id",
        description: "Lines of imported command files that asked for what stood already."
    ) {
        Column("id", .uuid, \.fact.id)
        Column("organization_id", .uuid, \.fact.organization).references("organizations").indexed()
        Column("command", .text, \.fact.unchangedBy)
        Column("entity_kind", .text, \.fact.entityKind)
        Column("entity_id", .uuid, \.fact.entity)
        Column("occurred_at", .timestamptz, \.occurredAt).reading()
        Column("position", .bigint, \.position, unit: "log position").reading()
    }
}
