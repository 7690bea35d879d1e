import LedgerEvents

/// What is known of a trace of one organization: how many of its spans, which are missing, and what was derived from them.
///
/// Folded from the spans and log records themselves. Spans wait here until their trace is assembled: until its root and
/// all parents are known, or it has been quiet for a while.
/// Spans of two organizations never meet, even if they name one trace.
@usableFromInline package struct TraceAssembly: Entity {
    @usableFromInline package static let kind = "trace_assembly"
    @usableFromInline package typealias Rules = TraceAssemblyDecider

    /// Derived from organization and trace: `TraceAssembly.id(of:in:)`.
    @usableFromInline package var id = TraceAssemblyID.zero
    package var organization = OrganizationID.zero
    package var trace = TraceID.zero
    package var spanCount = 0
    /// Further versions of spans.
    package private(set) var revisionCount = 0
    package var logCount = 0
    /// Whether a span without a parent arrived, or a log record, which needs none.
    package var hasRoot = false
    /// Ascending: the spans that arrived.
    package private(set) var spans = SpanIDs()
    /// Ascending: parents that were named and have not arrived.
    package private(set) var missing = SpanIDs()
    /// Ascending: spans without a parent whose end did not arrive.
    package private(set) var openRoots = SpanIDs()
    /// Positions of the first and the last event of what waits; `.start` when nothing does.
    package var waitingFrom = Position.start
    package var waitingThrough = Position.start
    package var waitingCount = 0
    /// The start of the earliest span that waits.
    package var earliestStart = Instant.zero
    /// How often it was assembled.
    package var assemblies = 0
    /// Spans known at the last assembly.
    package var assembledCount = 0
    /// What was derived from the trace at its last assembly.
    package var derived = DerivedRows()

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    /// Whether something arrived since the last assembly.
    package var isWaiting: Bool { self.waitingCount > 0 }
    /// Whether its root has ended and the parents of all its spans are known.
    package var isComplete: Bool { self.hasRoot && self.missing.isEmpty && self.openRoots.isEmpty }
    /// Whether it can be assembled without waiting longer. What was assembled once is corrected at once.
    package var isReady: Bool { self.isWaiting && (self.isComplete || self.assemblies > 0) }

    @usableFromInline package static var isIndexed: Bool { true }
    /// Spans carry the tag of their trace.
    @usableFromInline package static var isToldByItsTag: Bool { false }

    @usableFromInline package var listings: [EventTag] {
        self.isWaiting ? [self.isReady ? Self.ready : Self.pending] : []
    }

    /// Traces that wait for spans, or to have been quiet for long enough.
    package static let pending = EventTag(kind: "traces", text: "pending")
    /// Traces that can be assembled.
    package static let ready = EventTag(kind: "traces", text: "ready")

    package static func id(of trace: TraceID, in organization: OrganizationID) -> TraceAssemblyID {
        // Odd, so that no two organizations come to one product: 2^128 divided by the golden ratio (Knuth, 6.4).
        let spread = organization.bits &* 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835
        return TraceAssemblyID(bits: trace.bits ^ spread)
    }

    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "span_count", &self.spanCount)
        try v.field(4, "log_count", &self.logCount)
        try v.field(5, "has_root", &self.hasRoot)
        try v.field(6, "spans", &self.spans)
        try v.field(7, "missing", &self.missing)
        try v.field(8, "waiting_from", &self.waitingFrom)
        try v.field(9, "waiting_through", &self.waitingThrough)
        try v.field(10, "waiting_count", &self.waitingCount)
        try v.field(11, "earliest_start", &self.earliestStart)
        try v.field(12, "assemblies", &self.assemblies)
        try v.field(13, "assembled_count", &self.assembledCount)
        try v.field(14, "derived", &self.derived)
        try v.field(15, "trace_id", &self.trace)
        try v.field(16, "open_roots", &self.openRoots)
        try v.field(17, "revision_count", &self.revisionCount)
    }
}

package typealias TraceAssemblyID = ID<TraceAssembly>

/// Names a trace as its source does.
public enum TraceIdentity: Identified {
    @usableFromInline package static let kind = "trace"
}
public typealias TraceID = ID<TraceIdentity>

extension TraceID {
    /// 32 lower-case hexadecimal digits, as OpenTelemetry writes it.
    package var hexadecimal: String { Hexadecimal.text(self.bits) }
}

/// The rows that were derived from a trace, by their ids.
package struct DerivedRows: NestedRecord, Hashable {
    package var runs: [WorkflowExecutionID] = []
    package var agentExecutions: [AgentExecutionID] = []
    package var modelCalls: [ModelCallID] = []
    package var toolCalls: [ToolCallID] = []
    package var logLines: [LogLineID] = []
    package var evaluations: [EvaluationID] = []

    @usableFromInline package init() {}

    package var count: Int {
        self.runs.count + self.agentExecutions.count + self.modelCalls.count + self.toolCalls.count
            + self.logLines.count + self.evaluations.count
    }

    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "execution_ids", &self.runs)
        try v.field(2, "agent_execution_ids", &self.agentExecutions)
        try v.field(3, "model_call_ids", &self.modelCalls)
        try v.field(4, "tool_call_ids", &self.toolCalls)
        try v.field(5, "log_ids", &self.logLines)
        try v.field(6, "evaluation_ids", &self.evaluations)
    }

    package mutating func append(_ other: DerivedRows) {
        self.runs += other.runs
        self.agentExecutions += other.agentExecutions
        self.modelCalls += other.modelCalls
        self.toolCalls += other.toolCalls
        self.logLines += other.logLines
        self.evaluations += other.evaluations
    }
}

/// A set of span ids, stored as eight bytes each.
package struct SpanIDs: Hashable, Sendable {
    private var ids: Set<UInt64> = []

    package init() {}

    package var isEmpty: Bool { self.ids.isEmpty }
    package var count: Int { self.ids.count }
    package func contains(_ id: SpanID) -> Bool { self.ids.contains(id.bits) }
    mutating func insert(_ id: SpanID) { self.ids.insert(id.bits) }
    mutating func remove(_ id: SpanID) { self.ids.remove(id.bits) }
    package var sorted: [SpanID] { self.ids.sorted().map { SpanID($0) } }
}

/// proto `bytes`: the ids in ascending order, eight little-endian bytes each.
extension SpanIDs: FieldScalar {
    package static var wireType: WireType { .lengthDelimited }
    package static var defaultValue: SpanIDs { SpanIDs() }

    package func encodeValue(_ encoder: inout WireEncoder) throws {
        try encoder.delimited { encoder in
            for id in self.ids.sorted() { encoder.fixed64(id) }
        }
    }

    package init(wire decoder: inout WireDecoder) throws {
        let bytes = try decoder.delimited()
        guard bytes.count % 8 == 0 else { throw FieldError("span ids take eight bytes each") }
        self.ids.reserveCapacity(bytes.count / 8)
        for place in stride(from: 0, to: bytes.count, by: 8) {
            self.ids.insert(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
        }
    }

    package func encodeJSON(_ json: inout JSONWriter) {
        json.beginArray()
        for id in self.sorted { id.encodeJSON(&json) }
        json.endArray()
    }

    package init(json: inout JSONReader) throws {
        try json.array { self.insert(try SpanID(json: &$0)) }
    }

    package static var kind: FieldKind { .text }
}

// Field numbers and names are stored. Add; never rename, reuse or remove.

@usableFromInline package indirect enum TraceAssemblyEvent: EntityEvent {
    case assembled(TraceAssembled)

    @usableFromInline package static let cases: [EventCase<Self>] = [EventCase(Self.assembled)]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .assembled(let payload): try visitor.visit(payload)
        }
    }
}

/// Runs and calls were derived from the spans of a trace that were known up to a position.
@usableFromInline package struct TraceAssembled: EntityPayload {
    @usableFromInline package static let type: EventType = "trace_assembly.performed"
    @usableFromInline package var id = TraceAssemblyID.zero
    package var trace = TraceID.zero
    package var organization = OrganizationID.zero
    /// The last event of the trace that was looked at.
    package var through = Position.start
    package var spanCount = 0
    /// Why it did not wait longer.
    package var reason = Reason.complete
    /// All rows that the trace stands for now; of a long list, one part.
    package var derived = DerivedRows()
    /// Whether `derived` continues the list of the event before.
    package var isContinued = false

    package enum Reason: String, Enumeration {
        /// The root and all parents are known.
        case complete
        /// Nothing had arrived for a while.
        case quiet
        /// Somebody asked for it.
        case requested
        /// It had been assembled before.
        case corrected

        @usableFromInline package static var defaultValue: Reason { .complete }
    }

    @usableFromInline package init() {}

    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "trace_assembly_id", &self.id)
        try v.field(2, "trace_id", &self.trace)
        try v.field(3, "organization_id", &self.organization)
        try v.field(4, "through_position", &self.through)
        try v.field(5, "span_count", &self.spanCount)
        try v.field(6, "reason", &self.reason)
        try v.field(7, "derived", &self.derived)
        try v.field(8, "is_continued", &self.isContinued)
    }
}

@usableFromInline package indirect enum TraceAssemblyCommand: EntityCommand {
    case assemble(TraceAssembled)

    /// None that a client could give: assembly gives it with what it derived.
    @usableFromInline package static let cases: [CommandCase<Self>] = []

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .assemble(let payload): try visitor.visit(payload)
        }
    }
}

@usableFromInline package enum TraceAssemblyDecider: Decider {
    @usableFromInline package static func decide(
        _ command: TraceAssemblyCommand, given state: TraceAssembly?, _ order: CommandContext,
        in world: any DecisionContext
    ) throws(Rejection) -> [TraceAssemblyEvent] {
        switch command {
        case .assemble(var assembled):
            guard let state else { throw .notFound(TraceAssembly.kind, assembled.id.description) }
            assembled.organization = state.organization
            assembled.trace = state.trace
            return [.assembled(assembled)]
        }
    }

    @usableFromInline package static func evolve(
        _ state: inout TraceAssembly?, by event: TraceAssemblyEvent, _ envelope: Envelope
    ) {
        switch event {
        case .assembled(let assembled): state?.assemble(assembled)
        }
    }
}

extension TraceAssembly {
    mutating func assemble(_ assembled: TraceAssembled) {
        if assembled.isContinued { return self.derived.append(assembled.derived) }
        self.derived = assembled.derived
        self.assemblies += 1
        self.assembledCount = assembled.spanCount
        // What arrived meanwhile goes on waiting.
        if assembled.through >= self.waitingThrough {
            self.waitingCount = 0
            self.waitingFrom = .start
            self.waitingThrough = .start
        }
    }

    /// Shows another version of a span to its trace.
    @usableFromInline
    static func revise(_ span: TraceSpan, _ envelope: Envelope, in store: some StateStore) {
        store.update(Self.id(of: span.trace, in: span.organization)) { trace in
            trace?.revisionCount += 1
            trace?.add(span, at: envelope.position)
        }
    }

    /// Shows a new span to its trace.
    @usableFromInline
    static func add(_ span: TraceSpan, _ envelope: Envelope, in store: some StateStore) {
        store.update(Self.id(of: span.trace, in: span.organization)) { trace in
            if case .none = trace { trace = Self(of: span.trace, span.organization) }
            trace?.add(span, at: envelope.position)
        }
    }

    @usableFromInline
    static func add(_ record: LogRecord, _ envelope: Envelope, in store: some StateStore) {
        store.update(Self.id(of: record.trace, in: record.organization)) { trace in
            if case .none = trace { trace = Self(of: record.trace, record.organization) }
            trace?.wait(record.time, at: envelope.position)
            trace?.logCount += 1
            if !record.hasTrace { trace?.hasRoot = true }
        }
    }

    private init(of trace: TraceID, _ organization: OrganizationID) {
        self.id = Self.id(of: trace, in: organization)
        self.trace = trace
        self.organization = organization
    }

    private mutating func add(_ span: TraceSpan, at position: Position) {
        self.wait(span.start, at: position)
        if !self.spans.contains(span.span) {
            self.spans.insert(span.span)
            self.spanCount += 1
            self.missing.remove(span.span)
        }
        guard let parent = span.parent else {
            self.hasRoot = true
            if span.endNanoseconds ?? 0 == 0 {
                self.openRoots.insert(span.span)
            } else {
                self.openRoots.remove(span.span)
            }
            return
        }
        if !self.spans.contains(parent) { self.missing.insert(parent) }
    }

    private mutating func wait(_ start: Instant, at position: Position) {
        if self.waitingCount == 0 || start < self.earliestStart { self.earliestStart = start }
        if self.waitingCount == 0 { self.waitingFrom = position }
        self.waitingThrough = position
        self.waitingCount += 1
    }
}
