import LedgerDomain
import LedgerEvents
import LedgerRelations

enum TraceResourceTable {
    static let relation = Relation.facts(TraceResource.self, Self.table)
        .found(by: "organization_id", Organization.self)

    static let table = Table<FactRow<TraceResource>>(
        "trace_resources", primaryKey: "id",
        description: "Resources and instrumentation scopes that spans and log records come from, each content once."
    ) {
        Column("id", .uuid, \.fact.id)
        Column("organization_id", .uuid, \.fact.organization).references("organizations").indexed()
        Column("part", .enumeration(TraceResource.Part.self), \.fact.part)
        Column("name", .text, \.fact.name, description: "Of a scope.")
        Column("version", .text, \.fact.version, description: "Of a scope.")
        Column("attributes", .jsonb, \.fact.attributes)
        Column("dropped_attributes_count", .bigint, \.fact.droppedAttributes, unit: "attributes")
        Column("schema_url", .text, \.fact.schemaURL)
        Column("position", .bigint, \.position, unit: "log position").reading()
    }
}
