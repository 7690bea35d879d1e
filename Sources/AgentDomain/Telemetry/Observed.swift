import LedgerEvents

extension EventSource {
    /// The channel of everything that is derived from telemetry.
    package static let telemetryChannel = "otlp"
}

extension Envelope {
    /// Whether the event was derived from telemetry, or records it.
    var isTelemetry: Bool { self.source?.channel == EventSource.telemetryChannel }
}

extension DomainEvent {
    /// The id of the event, where what it records has given it one: what is derived from a span names it as its cause
    /// without looking it up.
    package var identity: EventID? {
        if case .traceSpan(.recorded(let span)) = self { return EventID(bits: span.id.bits) }
        if case .logRecord(.recorded(let record)) = self { return EventID(bits: record.id.bits) }
        return nil
    }
}

/// What telemetry may name before anybody created it. Such a thing dates from the earliest time at which a span names it,
/// in whatever order the spans arrive.
protocol Observed: Stored {
    var isObserved: Bool { get }
    var createdAt: Instant { get }
    /// Takes the time as that of its creation.
    mutating func date(at instant: Instant)
}

extension Observed {
    /// Whether an observation at this time would date it anew. `mutating` to look at it where it lies; it is not changed.
    fileprivate mutating func isNewer(than instant: Instant) -> Bool { self.isObserved && instant < self.createdAt }
}

/// What runs and agents' parts name: it goes when none of them names it any more.
protocol Named: Observed {
    var isInDoubt: Bool { get set }
}

extension Named {
    /// Something names it still, and did so first at this time.
    mutating func confirm(since instant: Instant) {
        self.isInDoubt = false
        if instant != self.createdAt { self.date(at: instant) }
    }
}

extension Workflow: Named {
    mutating func date(at instant: Instant) {
        if self.updatedAt == self.createdAt { self.updatedAt = instant }
        self.createdAt = instant
    }
}

extension Agent: Named {
    mutating func date(at instant: Instant) {
        if self.updatedAt == self.createdAt { self.updatedAt = instant }
        for place in self.versions.indices where self.versions[place].configuredAt == self.createdAt {
            self.versions[place].configuredAt = instant
        }
        self.createdAt = instant
    }
}

extension Organization: Observed {
    mutating func date(at instant: Instant) {
        if self.updatedAt == self.createdAt { self.updatedAt = instant }
        if self.quotaPeriodStart == self.createdAt.day { self.quotaPeriodStart = instant.day }
        self.createdAt = instant
    }
}

@usableFromInline package enum Observations {
    /// Workflows and agents of which it is to be seen whether anything still names them, and since when.
    package static let inDoubt = EventTag(kind: "things", text: "in doubt")

    /// Dates things by the spans that name them: organizations by each span, workflows by their runs, agents by their
    /// parts in runs.
    @usableFromInline
    static func note(_ event: DomainEvent, _ envelope: Envelope, in store: some StateStore) {
        guard envelope.isTelemetry else { return }
        switch event {
        case .traceSpan(.recorded(let span)): self.date(span.organization, at: span.start, in: store)
        case .traceSpan(.revised(let revised)):
            self.date(revised.fact.organization, at: revised.fact.start, in: store)
            if let other = revised.previous?.fact { self.date(other.organization, at: other.start, in: store) }
        case .logRecord(.recorded(let record)): self.date(record.organization, at: record.time, in: store)
        case .workflowExecution(.queued(let queued)): self.date(queued.workflow, at: envelope.occurredAt, in: store)
        case .workflowExecution(.reattributed(let run)):
            self.date(run.workflow, at: run.startedAt, in: store)
            if run.previousWorkflow != nil || run.previouslyStartedAt != run.startedAt {
                self.doubt(run.previousWorkflow ?? run.workflow, named: run.previouslyStartedAt, in: store)
            }
        case .workflowExecution(.withdrawn(let run)): self.doubt(run.workflow, named: run.startedAt, in: store)
        case .agentExecution(.queued(let queued)):
            if let agent = queued.agent { self.date(agent, at: envelope.occurredAt, in: store) }
        case .agentExecution(.reattributed(let part)):
            if let agent = part.agent { self.date(agent, at: part.startedAt, in: store) }
            if part.previousAgent != nil || part.previouslyStartedAt != part.startedAt,
                let agent = part.previousAgent ?? part.agent
            {
                self.doubt(agent, named: part.previouslyStartedAt, in: store)
            }
        case .agentExecution(.withdrawn(let part)):
            if let agent = part.agent { self.doubt(agent, named: part.startedAt, in: store) }
        case .organization, .user, .membership, .agentType, .agent, .containerAllocation, .marketplaceListing,
            .workflow, .workflowNode, .workflowTrigger, .integration, .workflowExecution, .agentExecution, .modelCall,
            .toolCall, .logLine, .metric, .evaluation, .alertRule, .alert, .price, .usageRecord, .invoice,
            .conversation, .conversationMessage, .task, .taskComment, .project, .projectStep, .deliverable,
            .deliverableVersion, .documentCollection, .document, .documentChunk, .projectionRebuild, .export, .replay,
            .accessDenial, .retentionPolicy, .clock, .policy, .traceResource, .traceSpan, .logRecord, .refusedSpan,
            .unchangedLine,
            .traceAssembly, .modelAlias, .adoptedRow:
            return
        }
    }

    /// Doubts a thing that was named at a time, where that was the first time: else an earlier one still names it.
    private static func doubt<E: Named>(_ id: ID<E>, named instant: Instant?, in store: some StateStore) {
        let isFirst = store.lend(id) { thing in
            thing.map { $0.isObserved && instant ?? .zero <= $0.createdAt } ?? false
        }
        if isFirst { store.update(id) { $0?.isInDoubt = true } }
    }

    private static func date<E: Observed>(_ id: ID<E>, at instant: Instant, in store: some StateStore) {
        if instant <= .zero { return }
        if store.lend(id, { $0?.isNewer(than: instant) ?? false }) { store.update(id) { $0?.date(at: instant) } }
    }
}
