import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerViews

enum PendingTraceTable {
    static let relation = {
        var relation = Relation.derived(from: TraceAssembly.self, Self.table, goneBy: { [$0.id.sqlValue] }) {
            trace, others, body in
            if let row = try Row(trace, others) { try body(row) }
        }
        relation.kind = TraceAssembly.kind
        relation.row = .snapshot { snapshot, id in
            let trace = try snapshot.views.look(TraceAssemblyID(bits: id))
            guard let trace, let row = try Row(trace.state, Lookups(in: snapshot)) else { return nil }
            return (Self.table.cells(of: row), trace.changedAt)
        }
        relation.past = Relation.PastLookup(rows: { try Self.pastRows(of: TraceAssemblyID(bits: $1), in: $0) }) {
            snapshot, after, body in
            try snapshot.forEach(TraceAssembly.self, changedAfter: after) { id, loaded in
                if loaded.changedAt > after { try body(id.bits) }
            }
        }
        return relation.found(byStateIn: "id")
    }()

    /// The cells after each event of the trace.
    private static func pastRows(
        of id: TraceAssemblyID, in snapshot: LedgerSnapshot
    ) throws -> [(position: Position, cells: [SQLValue]?)] {
        guard let trace = try snapshot.views.find(id)?.trace else { return [] }
        let lookups = Lookups(in: snapshot)
        let states = StateCache(over: NoStates(), at: .start)
        var rows: [(position: Position, cells: [SQLValue]?)] = []
        var reader = EventReader()
        try snapshot.log.read(EventQuery(tags: [trace.tag]), after: .start, through: snapshot.at, limit: .max) {
            stored in
            let (event, envelope) = try reader.read(stored)
            Views.apply(event, envelope, to: states)
            let row = try states.find(id).flatMap { try Row($0, lookups) }
            rows.append((envelope.position, row.map { Self.table.cells(of: $0) }))
        }
        return rows
    }

    struct Row {
        var trace: TraceAssembly
        var since: Instant?
        var last: Instant?

        /// Nil where nothing of the trace waits.
        init?(_ trace: TraceAssembly, _ others: Lookups) throws {
            guard trace.isWaiting else { return nil }
            self.trace = trace
            self.since = try others.recordedAt(trace.waitingFrom)
            self.last = try others.recordedAt(trace.waitingThrough)
        }

        var missing: [String] { self.trace.missing.sorted.prefix(100).map(\.description) }
        var waitsFor: String {
            if self.trace.isReady { return "assembly" }
            if !self.trace.hasRoot { return "the root" }
            return self.trace.missing.isEmpty ? "the root's end" : "parents"
        }
    }

    static let table = Table<Row>(
        "pending_traces", primaryKey: "id",
        description: "Traces with spans that no run or call is derived from yet."
    ) {
        Column("id", .uuid, \.trace.id)
        Column("organization_id", .uuid, \.trace.organization).references("organizations").indexed()
        Column("trace_id", .text, \.trace.trace.hexadecimal).indexed()
        Column("waits_for", .text, \.waitsFor, description: "assembly, parents, the root, or the root's end.")
        Column("waiting_since", .timestamptz, \.since, description: "When the first span that waits was recorded.")
        Column("last_received_at", .timestamptz, \.last)
        Column("spans", .bigint, \.trace.spanCount, unit: "spans", description: "All that are known.")
        Column("waiting", .bigint, \.trace.waitingCount, unit: "spans", description: "Since the last assembly.")
        Column("missing_parents", .bigint, \.trace.missing.count, unit: "spans")
        Column("missing_span_ids", .textArray, \.missing, description: "At most 100 of them.")
        Column("earliest_start", .timestamptz, \.trace.earliestStart)
        Column("assemblies", .bigint, \.trace.assemblies, unit: "times", description: "How often it was assembled.")
    }
}
