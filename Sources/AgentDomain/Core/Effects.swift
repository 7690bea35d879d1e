import LedgerEvents

/// The states that a fold works on: the views on disk, or the changes of one batch over them.
@usableFromInline package protocol StateStore: DecisionContext {
    func update<E: Stored>(_ id: ID<E>, _ body: (inout E?) -> Void)
    /// Whether `update` does nothing to what only the log keeps.
    var ignoresFacts: Bool { get }
}

/// What an event does to the states: to its own entity first, then to the others that it touches. The one place
/// where this is said, for live views, rebuilds, past views and decisions alike.
@usableFromInline package enum Effects {
    @inlinable
    package static func apply(_ event: DomainEvent, _ envelope: Envelope, to store: some StateStore) {
        self.evolve(event, envelope, in: store)
        if let line = ImportedLine.id(of: event, envelope) { store.update(line) { $0 = ImportedLine() } }
        Observations.note(event, envelope, in: store)
        switch event {
        case .evaluation(.recorded(let evaluation)):
            guard let old = evaluation.supersedes else { return }
            store.update(old) { $0?.supersededBy = evaluation.id }
        case .evaluation(.withdrawn(let withdrawn)):
            guard let old = withdrawn.previous?.fact.supersedes else { return }
            store.update(old) { $0?.supersededBy = nil }
        case .traceSpan(.recorded(let span)): TraceAssembly.add(span, envelope, in: store)
        case .traceSpan(.revised(let revised)):
            TraceAssembly.revise(revised.fact, envelope, in: store)
            FactRevision.set(revised.fact, besides: revised.previous?.fact, of: revised.id, envelope, in: store)
        case .logRecord(.recorded(let record)): TraceAssembly.add(record, envelope, in: store)
        case .modelCall(.revised(let revised)): FactRevision.set(revised.fact, of: revised.id, envelope, in: store)
        case .modelCall(.withdrawn(let gone)): FactRevision.set(nil, of: gone.id, envelope, in: store)
        case .toolCall(.revised(let revised)): FactRevision.set(revised.fact, of: revised.id, envelope, in: store)
        case .toolCall(.withdrawn(let gone)): FactRevision.set(nil, of: gone.id, envelope, in: store)
        case .logLine(.revised(let revised)): FactRevision.set(revised.fact, of: revised.id, envelope, in: store)
        case .logLine(.withdrawn(let gone)): FactRevision.set(nil, of: gone.id, envelope, in: store)
        case .retentionPolicy(.recorded(let policy)):
            guard let old = policy.supersedes else { return }
            store.update(old) { $0?.supersededBy = policy.id }
        case .workflowExecution(.queued(let queued)): QuotaUsage.note(.waits, queued.id, envelope, in: store)
        case .workflowExecution(.retryScheduled(let retry)): QuotaUsage.note(.waits, retry.id, envelope, in: store)
        case .workflowExecution(.started(let started)): QuotaUsage.note(.starts, started.id, envelope, in: store)
        case .workflowExecution(.cancelled(let cancelled)):
            QuotaUsage.note(.isCancelled, cancelled.id, envelope, in: store)
        case .workflowExecution(.completed(let ended)): AlertWatch.note(ended.id, envelope, in: store)
        case .workflowExecution(.failed(let ended)): AlertWatch.note(ended.id, envelope, in: store)
        case .workflowExecution(.timedOut(let ended)): AlertWatch.note(ended.id, envelope, in: store)
        case .workflowExecution(.reattributed(let run)):
            QuotaUsage.move(run.organization, from: run.previouslyStartedAt, to: run.startedAt, in: store)
        case .workflowExecution(.withdrawn(let run)):
            QuotaUsage.move(run.organization, from: run.startedAt, to: nil, in: store)
        case .organization(.quotaPeriodStarted(let period)): QuotaUsage.begin(period, envelope, in: store)
        case .usageRecord(.recorded(let usage)): UsageBooks.record(usage, at: envelope.occurredAt, in: store)
        case .usageRecord(.voided(let voided)): UsageBooks.void(voided, at: envelope.occurredAt, in: store)
        case .invoice(.drafted(let drafted)): UsageBooks.bill(drafted, at: envelope.position, in: store)
        case .invoice(.cancelled(let cancelled)): UsageBooks.unbill(cancelled.id, in: store)
        case .project(.created(let created)): self.place(created, envelope.occurredAt, in: store)
        case .project(.subprojectAttached(let attached)): self.place(attached, envelope.occurredAt, in: store)
        case .projectStep(let step): self.follow(step, envelope.occurredAt, in: store)
        case .deliverableVersion(let version): self.follow(version, envelope.occurredAt, in: store)
        case .organization, .user, .membership, .agent, .workflow, .workflowExecution, .agentExecution, .modelCall,
            .toolCall, .logLine, .metric, .price, .invoice, .projectionRebuild, .export, .replay, .accessDenial,
            .agentType, .containerAllocation, .marketplaceListing, .alertRule, .alert, .workflowTrigger, .workflowNode,
            .integration, .conversation, .conversationMessage, .task, .taskComment, .project, .deliverable,
            .documentCollection, .document, .documentChunk, .clock, .policy, .traceResource, .traceSpan,
            .logRecord, .refusedSpan, .unchangedLine, .traceAssembly, .modelAlias, .adoptedRow, .evaluation,
            .retentionPolicy:
            return
        }
    }

    @inlinable
    static func evolve(_ event: DomainEvent, _ envelope: Envelope, in store: some StateStore) {
        // Most events are facts: even handing one over would copy it.
        if store.ignoresFacts, event.isKeptInLog { return }
        // A fact is read from its first event: `UsageVoid` and `FactRevision` say the rest.
        if event.isKeptInLog, event.changesFact { return }
        var evolution = Evolution(store: store, envelope: envelope)
        do {
            try event.accept(&evolution)
        } catch {
            preconditionFailure("evolving a state cannot fail: \(error)")
        }
    }
}

extension DomainEvent {
    /// Whether the event is about a fact that was recorded before.
    @usableFromInline
    var changesFact: Bool {
        switch self {
        case .usageRecord(.voided), .modelCall(.revised), .modelCall(.withdrawn), .toolCall(.revised),
            .toolCall(.withdrawn), .logLine(.revised), .logLine(.withdrawn), .traceSpan(.revised),
            .traceSpan(.withdrawn), .logRecord(.revised), .logRecord(.withdrawn):
            true
        case .organization, .user, .membership, .agentType, .agent, .containerAllocation, .marketplaceListing,
            .workflow, .workflowNode, .workflowTrigger, .integration, .workflowExecution, .agentExecution, .modelCall,
            .toolCall, .logLine, .metric, .evaluation, .alertRule, .alert, .price, .usageRecord, .invoice,
            .conversation, .conversationMessage, .task, .taskComment, .project, .projectStep, .deliverable,
            .deliverableVersion, .documentCollection, .document, .documentChunk, .projectionRebuild, .export, .replay,
            .accessDenial, .retentionPolicy, .clock, .policy, .traceResource, .traceSpan, .logRecord, .refusedSpan,
            .unchangedLine, .traceAssembly, .modelAlias, .adoptedRow:
            false
        }
    }

    /// Whether what the event is about is kept in the log alone, as its type says too (`Stored.isKeptInLog`).
    @usableFromInline package var isKeptInLog: Bool {
        switch self {
        case .modelCall, .toolCall, .logLine, .metric, .usageRecord, .projectionRebuild, .export, .replay,
            .accessDenial, .conversationMessage, .taskComment, .documentChunk, .traceResource, .traceSpan, .logRecord,
            .refusedSpan, .unchangedLine:
            true
        case .organization, .user, .membership, .agent, .agentType, .containerAllocation, .marketplaceListing,
            .workflow, .workflowExecution, .agentExecution, .evaluation, .price, .invoice, .clock, .policy,
            .retentionPolicy, .alertRule, .alert, .workflowTrigger, .workflowNode, .integration, .conversation, .task,
            .project, .projectStep, .deliverable, .deliverableVersion, .documentCollection, .document, .traceAssembly,
            .modelAlias, .adoptedRow:
            false
        }
    }
}

@usableFromInline
struct Evolution<Store: StateStore>: EntityEventVisitor {
    @usableFromInline let store: Store
    @usableFromInline let envelope: Envelope

    @inlinable
    init(store: Store, envelope: Envelope) {
        self.store = store
        self.envelope = envelope
    }

    @inlinable
    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) {
        self.store.update(ID<E>(bits: event.target)) { E.Rules.evolve(&$0, by: event, self.envelope) }
    }
}
