import LedgerDomain
import LedgerEvents
import LedgerRelations

enum TraceSpanTable {
    static let relation = Relation.facts(TraceSpan.self, Self.table)
        .found(byTraceIn: "trace_id")
        .found(by: "organization_id", Organization.self)

    static let table = Table<FactRow<TraceSpan>>(
        "trace_spans", primaryKey: "id", description: "Spans of traces, as their sources sent them."
    ) {
        Column("id", .uuid, \.fact.id)
        Column("organization_id", .uuid, \.fact.organization).references("organizations").indexed()
        Column("trace_id", .text, \.fact.trace.hexadecimal).reading("trace_id").indexed()
        Column("span_id", .text, \.fact.span)
        Column("parent_span_id", .text, \.fact.parent, description: "Null: the root of its trace.")
        Column("resource_id", .uuid, \.fact.resource).references("trace_resources")
        Column("scope_id", .uuid, \.fact.scope).references("trace_resources")
        // A source sets no limit to names, but B-trees do.
        Column("name", .text, \.fact.name).indexed(using: "hash")
        Column(
            "span_kind", .bigint, \.fact.spanKind, unit: "code",
            description: "0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer.")
        Column("started_at", .timestamptz, \.fact.start).reading("start_time_unix_nano").indexed()
        Column("start_time_unix_nano", .bigint, \.fact.startNanoseconds, unit: "ns")
        Column("end_time_unix_nano", .bigint, \.fact.endNanoseconds, unit: "ns")
        Column("duration_ns", .bigint, \.fact.durationNanoseconds, unit: "ns")
            .reading("start_time_unix_nano", "end_time_unix_nano")
        Column("status_code", .bigint, \.fact.statusCode, unit: "code", description: "0 unset, 1 OK, 2 error.")
        Column("status_message", .text, \.fact.statusMessage)
        Column("flags", .bigint, \.fact.flags, unit: "bits")
        Column("trace_state", .text, \.fact.traceState)
        Column("attributes", .jsonb, \.fact.attributes)
        Column("dropped_attributes_count", .bigint, \.fact.droppedAttributes, unit: "attributes")
        Column("events", .jsonb, \.fact.events)
        Column("dropped_events_count", .bigint, \.fact.droppedEvents, unit: "events")
        Column("links", .jsonb, \.fact.links)
        Column("dropped_links_count", .bigint, \.fact.droppedLinks, unit: "links")
        Column("position", .bigint, \.position, unit: "log position").reading()
    }
}

extension TraceSpan {
    fileprivate var durationNanoseconds: Int? { self.endNanoseconds.map { $0 - self.startNanoseconds } }
}

extension SpanID: SQLConvertible {
    @usableFromInline package var sqlValue: SQLValue { .text(self.description) }
}

extension Relation {
    /// Rows are found by the hexadecimal id of the trace that the events which make them are tagged with.
    func found(byTraceIn column: String) -> Relation {
        guard let tagged = self.tagged else {
            preconditionFailure("\(self.declaration.name) does not say which events make its rows")
        }
        return self.found(by: [column]) { snapshot, values, body in
            guard case .text(let text) = values[0], let trace = TraceID(text) else { return }
            try tagged(snapshot, trace.tag, body)
        }
    }
}
