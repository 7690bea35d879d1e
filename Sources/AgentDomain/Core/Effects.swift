import EventSourcing

/// The states that a fold works on: the views on disk, or the changes of one batch over them.
public protocol StateStore: World {
    func update<E: Stored>(_ id: ID<E>, _ body: (inout E?) -> Void)
}

/// What an event does to the states: to its own entity first, then to the others that it touches. The one place
/// where this is said, for live views, rebuilds, past views and decisions alike.
public enum Effects {
    @inlinable
    public static func apply(_ event: DomainEvent, _ envelope: Envelope, to store: some StateStore) {
        var evolution = Evolution(store: store, envelope: envelope)
        do {
            try event.accept(&evolution)
        } catch {
            preconditionFailure("evolving a state cannot fail: \(error)")
        }
        switch event {
        case .evaluation(.recorded(let evaluation)):
            guard let old = evaluation.supersedes else { return }
            store.update(old) { $0?.supersededBy = evaluation.id }
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
            .documentCollection, .document, .documentChunk, .clock, .policy:
            return
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
