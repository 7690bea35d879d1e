import LedgerDomain
import LedgerEvents
import LedgerRelations

enum LogRecordTable {
    static let relation = Relation.facts(LogRecord.self, Self.table)
        .found(by: "organization_id", Organization.self)

    static let table = Table<FactRow<LogRecord>>(
        "log_records", primaryKey: "id", description: "OpenTelemetry log records, as their sources sent them."
    ) {
        Column("id", .uuid, \.fact.id)
        Column("organization_id", .uuid, \.fact.organization).references("organizations").indexed()
        Column("trace_id", .text, \.fact.namedTrace, description: "Null where the source names no trace.")
            .reading("trace_id", "has_trace")
        Column("span_id", .text, \.fact.namedSpan).reading("span_id")
        Column("resource_id", .uuid, \.fact.resource).references("trace_resources")
        Column("scope_id", .uuid, \.fact.scope).references("trace_resources")
        // A source sets no limit to names, but B-trees do.
        Column("event_name", .text, \.fact.eventName).indexed(using: "hash")
        Column("occurred_at", .timestamptz, \.fact.time)
            .reading("time_unix_nano", "observed_time_unix_nano").indexed()
        Column(
            "time_unix_nano", .bigint, \.fact.timeNanoseconds, unit: "ns", description: "0: the source does not say.")
        Column("observed_time_unix_nano", .bigint, \.fact.observedNanoseconds, unit: "ns")
        Column("severity_number", .bigint, \.fact.severityNumber, unit: "code")
        Column("severity_text", .text, \.fact.severityText)
        Column("body", .jsonb, \.fact.body)
        Column("attributes", .jsonb, \.fact.attributes)
        Column("dropped_attributes_count", .bigint, \.fact.droppedAttributes, unit: "attributes")
        Column("flags", .bigint, \.fact.flags, unit: "bits")
        Column("position", .bigint, \.position, unit: "log position").reading()
    }
}

extension LogRecord {
    fileprivate var namedTrace: String? { self.hasTrace ? self.trace.hexadecimal : nil }
    fileprivate var namedSpan: SpanID? { self.span == .none ? nil : self.span }
}
