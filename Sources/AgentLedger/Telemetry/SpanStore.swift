import Dispatch
import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerTelemetry
import LedgerViews

/// The recorded spans and log records of traces: the last revision of each, read. What was recorded a moment ago is kept
/// in memory; the rest is read from the log.
final class SpanStore {
    private let log: any EventLog
    private var recent: [TraceAssemblyID: Recent] = [:]
    /// Traces in the order in which they came into `recent`.
    private var order: [TraceAssemblyID] = []
    private var firstKept = 0
    private var count = 0
    private let limit: Int
    private var sources = SourceReadings()
    /// Up to where it is known that no span carries a join; `.end` for one that some span carries.
    private var uncarried: [TraceJoinID: Position] = [:]

    struct Recorded: Sendable {
        var spans: [SpanID: SpanReading] = [:]
        var logs: [LogRecordID: LogReading] = [:]

        var count: Int { self.spans.count + self.logs.count }
    }

    private struct Recent: Sendable {
        var recorded = Recorded()
        /// Something of the trace could not be recorded: only the log knows what was.
        var isUnsure = false
    }

    /// - Parameter limit: spans and log records that are kept in memory.
    init(_ log: any EventLog, limit: Int = 15_000) {
        self.log = log
        self.limit = limit
    }

    // MARK: What is being recorded

    func add(_ span: SpanReading, _ id: SpanID, of trace: TraceAssemblyID) {
        self.change(trace) { $0.spans[id] = span }
    }

    func add(_ record: LogReading, _ id: LogRecordID, of trace: TraceAssemblyID) {
        self.change(trace) { $0.logs[id] = record }
    }

    /// Takes note that something of a trace was not recorded.
    func distrust(_ trace: TraceAssemblyID) { self.recent[trace]?.isUnsure = true }

    private func change(_ trace: TraceAssemblyID, _ body: (inout Recorded) -> Void) {
        let (before, after) = Self.change(&self.recent[trace, default: Recent()].recorded, body)
        if before == 0 { self.order.append(trace) }
        self.count += after - before
        while self.count > self.limit, self.firstKept < self.order.count { self.dropOldest() }
    }

    /// Returns how many spans and log records there were before and are now.
    private static func change(
        _ recorded: inout Recorded, _ body: (inout Recorded) -> Void
    ) -> (before: Int, after: Int) {
        let before = recorded.count
        body(&recorded)
        return (before, recorded.count)
    }

    /// Forgets what is kept in memory. Freeing tens of thousands of readings takes a while: nobody waits for it.
    func forgetRecent() {
        let dropped = self.recent
        self.recent = [:]
        self.order = []
        self.firstKept = 0
        self.count = 0
        DispatchQueue.global().async { withExtendedLifetime(dropped) {} }
    }

    private func dropOldest() {
        if let dropped = self.recent.removeValue(forKey: self.order[self.firstKept]) {
            self.count -= dropped.recorded.count
        }
        self.firstKept += 1
        guard self.firstKept > 4096, self.firstKept * 2 > self.order.count else { return }
        self.order.removeFirst(self.firstKept)
        self.firstKept = 0
    }

    // MARK: Reading

    /// All that is recorded of a trace up to a position.
    func recorded(of trace: TraceAssembly, through position: Position) throws -> Recorded {
        // Which version of a span holds, the log knows.
        if trace.revisionCount == 0, let recent = self.recent[trace.id], !recent.isUnsure,
            recent.recorded.spans.count == trace.spanCount, recent.recorded.logs.count == trace.logCount
        {
            return recent.recorded
        }
        var recorded = Recorded()
        let types = [TraceSpan.type, FactRevised<TraceSpan>.type, LogRecord.type]
        let query = EventQuery(types: types, tags: [trace.trace.tag, trace.organization.tag])
        try self.log.read(query, after: .start, through: position, limit: .max) { stored in
            switch try DomainEvent.decode(stored).event {
            case .traceSpan(.recorded(let span)): try self.read(span, into: &recorded)
            case .traceSpan(.revised(let revised)): try self.read(revised.fact, into: &recorded)
            case .logRecord(.recorded(let record)):
                recorded.logs[record.id] = LogReading(record, source: try self.source(record.resource, record.scope))
            default: break
            }
        }
        return recorded
    }

    private func read(_ span: TraceSpan, into recorded: inout Recorded) throws {
        recorded.spans[span.span] = SpanReading(span, source: try self.source(span.resource, span.scope))
    }

    private func source(_ resource: TraceResourceID, _ scope: TraceResourceID) throws -> SourceReading {
        try self.sources.reading(of: resource, scope) { try (self.part(resource), self.part(scope)) }
    }

    private func part(_ id: TraceResourceID) throws -> TraceResource {
        var part = TraceResource()
        try self.log.read(
            EventQuery(types: [TraceResource.type], tags: [id.tag]), after: .start, through: .end, limit: 1
        ) {
            part = try $0.payload(as: TraceResource.self)
        }
        return part
    }

    /// The traces with spans that carry a join.
    func traces(with join: TraceJoinID, through position: Position) throws -> Set<TraceAssemblyID> {
        var traces: Set<TraceAssemblyID> = []
        try self.log.read(
            EventQuery(tags: [join.tag]), after: .start, through: position, limit: Self.mostJoined + 1
        ) { stored in
            // Spans and log records alone carry joins, and each has the tags of its trace and organization.
            let tags = try stored.tags()
            guard let named = tags.first(where: { $0.kind == TraceIdentity.kind })?.id,
                let organization = tags.first(where: { $0.kind == Organization.kind })?.id
            else { return }
            traces.insert(TraceAssembly.id(of: TraceID(bits: named), in: OrganizationID(bits: organization)))
        }
        return traces
    }

    /// Whether any span up to a position carries a join.
    func isCarried(_ join: TraceJoinID, through position: Position) throws -> Bool {
        let known = self.uncarried[join] ?? .start
        if known >= position { return known == .end }
        var isCarried = false
        try self.log.read(EventQuery(tags: [join.tag]), after: known, through: position, limit: 1) { _ in
            isCarried = true
        }
        if self.uncarried.count == Self.mostUncarried { self.uncarried.removeAll(keepingCapacity: true) }
        self.uncarried[join] = isCarried ? .end : position
        return isCarried
    }

    /// Joins that are remembered: one for each process.
    private static let mostUncarried = 4096

    /// Spans that may carry one join: of more, nobody can say which belong together.
    static let mostJoined = 10_000
}
