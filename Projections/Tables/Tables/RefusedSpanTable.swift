import LedgerDomain
import LedgerEvents
import LedgerRelations

enum RefusedSpanTable {
    static let relation = Relation.facts(RefusedSpan.self, Self.table)

    static let table = Table<FactRow<RefusedSpan>>(
        "refused_spans", primaryKey: "id",
        description: "Spans and log records that could not be recorded as such, with the reason and their bytes."
    ) {
        Column("id", .uuid, \.fact.id)
        Column("organization_id", .uuid, \.fact.organization).references("organizations").indexed()
        Column("file", .text, \.fact.file)
        Column("line", .bigint, \.fact.line, unit: "ordinal")
        Column("trace_id", .text, \.fact.traceID)
        Column("span_id", .text, \.fact.spanID)
        Column("reason", .text, \.fact.reason)
        Column("content", .text, \.fact.content, description: "JSON text, or protobuf in base64.")
        Column("is_protobuf", .boolean, \.fact.isProtobuf)
        Column("refused_at", .timestamptz, \.occurredAt).reading()
        Column("position", .bigint, \.position, unit: "log position").reading()
    }
}
