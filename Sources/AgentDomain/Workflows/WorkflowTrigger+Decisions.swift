import LedgerEvents

@usableFromInline package enum WorkflowTriggerDecider: Decider {
    @usableFromInline package static func decide(
        _ command: WorkflowTriggerCommand, given state: WorkflowTrigger?, _ order: CommandContext,
        in world: any DecisionContext
    ) throws(Rejection) -> [WorkflowTriggerEvent] {
        if case .add(let added) = command { return try self.add(added, state, order, world) }
        guard let state else {
            throw .notFound(WorkflowTrigger.kind, WorkflowTriggerID(bits: command.target).description)
        }
        if let instant = state.removedAt {
            if case .remove = command { return [] }
            throw .broken("workflow_trigger \(state.id) was removed at \(instant); add another")
        }
        switch command {
        case .add: return []
        case .change(var changed):
            try changed.settings.settle(for: state.triggerType)
            return changed.settings == state.settings ? [] : [.changed(changed)]
        case .enable(let enabled): return state.enabled ? [] : [.enabled(enabled)]
        case .disable(let disabled): return state.enabled ? [.disabled(disabled)] : []
        case .remove(let removed): return [.removed(removed)]
        case .fire(let fired): return try self.fire(fired, state, order, world)
        }
    }

    private static func add(
        _ command: WorkflowTriggerAdded, _ state: WorkflowTrigger?, _ order: CommandContext,
        _ world: any DecisionContext
    ) throws(Rejection) -> [WorkflowTriggerEvent] {
        try Require.id(command.id, "workflow_trigger_id")
        if let state {
            guard state.workflow == command.workflow, state.triggerType == command.triggerType else {
                throw .alreadyExists(WorkflowTrigger.kind, command.id)
            }
            return []
        }
        var added = command
        try added.settings.settle(for: command.triggerType)
        added.organization = try world.requireEditable(command.workflow, order).organization
        added.enabled = command.enabled ?? true
        try world.requireFree(
            WorkflowTrigger.alias(of: command.triggerType, in: command.workflow), for: command.id,
            what: "the place of the one \(command.triggerType.rawValue) trigger of workflow \(command.workflow)")
        return [.added(added)]
    }

    private static func fire(
        _ command: WorkflowTriggerFired, _ state: WorkflowTrigger, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [WorkflowTriggerEvent] {
        var fired = command
        fired.workflow = state.workflow
        fired.triggeredByUser = order.actor.user.map { UserID(bits: $0) }
        if fired.workflowExecution == .zero {
            let id = UUIDv8.named(WorkflowTrigger.kind.utf8, in: state.id.bits, at: order.occurredAt)
            fired.workflowExecution = WorkflowExecutionID(bits: id)
        }
        if let run = world.find(fired.workflowExecution) {
            guard run.trigger == state.id else { throw .alreadyExists(WorkflowExecution.kind, run.id) }
            return []
        }
        guard state.enabled else {
            throw .broken("workflow_trigger \(state.id) is disabled and does not fire; enable it")
        }
        try world.requireActive(state.workflow, order)
        let live = world.members(of: WorkflowExecution.live(of: state.id), as: WorkflowExecution.self).count
        guard live < state.maxConcurrentExecutions else { throw state.isFull(live) }
        _ = try WorkflowExecutionDecider.queue(state.run(for: fired), nil, order, world)
        try world.requireQuota(of: state.organization, order)
        return [.fired(fired)]
    }

    /// The run that comes with the firing of a trigger.
    static func run(of fired: WorkflowTriggerFired, in world: any DecisionContext) -> [DomainEvent] {
        guard let trigger = world.peek(fired.id) else { return [] }
        let order = CommandContext(actor: .system(WorkflowTrigger.kind), occurredAt: .zero, isReport: true)
        // Nothing is refused here: `fire` asked for the same run a moment ago.
        let run = try? WorkflowExecutionDecider.queue(trigger.run(for: fired), nil, order, world)
        return run?.map { .workflowExecution($0) } ?? []
    }

    @usableFromInline package static func evolve(
        _ state: inout WorkflowTrigger?, by event: WorkflowTriggerEvent, _ envelope: Envelope
    ) {
        if case .added(let added) = event {
            state = WorkflowTrigger(added, at: envelope.occurredAt)
            return
        }
        state?.apply(event, at: envelope.occurredAt)
    }
}

extension WorkflowTrigger {
    func isFull(_ live: Int) -> Rejection {
        .broken(
            "workflow_trigger \(self.id) keeps \(live) executions going and max_concurrent_executions is "
                + "\(self.maxConcurrentExecutions); wait until one ends, or raise the limit")
    }

    /// What a firing asks for.
    func run(for fired: WorkflowTriggerFired) -> WorkflowExecutionQueued {
        var queued = WorkflowExecutionQueued()
        queued.id = fired.workflowExecution
        queued.workflow = self.workflow
        queued.trigger = self.id
        queued.triggeredBy = self.triggerType.origin
        queued.triggeredByUser = fired.triggeredByUser
        queued.externalTrigger = fired.externalTrigger
        queued.input = fired.input
        return queued
    }

    init(_ added: WorkflowTriggerAdded, at instant: Instant) {
        self.id = added.id
        self.organization = added.organization
        self.workflow = added.workflow
        self.triggerType = added.triggerType
        self.settings = added.settings
        self.enabled = added.enabled ?? true
        self.createdAt = instant
        self.updatedAt = instant
    }

    mutating func apply(_ event: WorkflowTriggerEvent, at instant: Instant) {
        switch event {
        case .added: break
        case .changed(let changed): self.settings = changed.settings
        case .enabled:
            self.enabled = true
            self.disabledReason = nil
        case .disabled(let disabled):
            self.enabled = false
            self.disabledReason = disabled.reason
        case .removed: self.removedAt = instant
        case .fired:
            self.timesFired += 1
            self.lastFiredAt = instant
            return
        }
        self.updatedAt = instant
    }
}
