import LedgerDomain
import LedgerEvents
import LedgerRelations

enum ExportTable {
    static let relation = Relation.facts(LedgerExport.self, Self.table)

    static let table = Table<FactRow<LedgerExport>>(
        "exports", primaryKey: "id", description: "Exports that were put on record."
    ) {
        Column("id", .uuid, \.fact.id)
        Column("schema_name", .text, \.fact.schema)
        Column("target", .text, \.fact.target, description: "Without passwords.").indexed()
        Column("from_position", .bigint, \.fact.fromPosition, unit: "log position")
        Column("to_position", .bigint, \.fact.toPosition, unit: "log position")
        Column("tables", .bigint, \.fact.tables, unit: "tables")
        Column("rows", .bigint, \.fact.rows, unit: "rows", description: "Inserted, updated and removed.")
        Column("duration_ms", .bigint, \.fact.durationMilliseconds, unit: "ms")
        Column("performed_at", .timestamptz, \.occurredAt).reading()
        Column("position", .bigint, \.position, unit: "log position").reading()
    }
}
