import LedgerEvents

public indirect enum WorkflowExecutionCommand: EntityCommand {
    case queue(WorkflowExecutionQueued)
    case dispatch(WorkflowExecutionDispatched)
    case start(WorkflowExecutionStarted)
    case pause(WorkflowExecutionPaused)
    case resume(WorkflowExecutionResumed)
    case complete(WorkflowExecutionCompleted)
    case fail(WorkflowExecutionFailed)
    case timeOut(WorkflowExecutionTimedOut)
    case cancel(WorkflowExecutionCancelled)
    case scheduleRetry(WorkflowExecutionRetryScheduled)
    case reportResourceUsage(WorkflowExecutionResourceUsageReported)
    /// Given by assembly alone, as is `withdraw`.
    case reattribute(WorkflowExecutionReattributed)
    case withdraw(WorkflowExecutionWithdrawn)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("workflow_execution.queue", creates: true, Self.queue),
        CommandCase("workflow_execution.dispatch", Self.dispatch),
        CommandCase("workflow_execution.start", Self.start),
        CommandCase("workflow_execution.pause", Self.pause),
        CommandCase("workflow_execution.resume", Self.resume),
        CommandCase("workflow_execution.complete", Self.complete),
        CommandCase("workflow_execution.fail", Self.fail),
        CommandCase("workflow_execution.time_out", Self.timeOut),
        CommandCase("workflow_execution.cancel", Self.cancel),
        CommandCase("workflow_execution.schedule_retry", Self.scheduleRetry),
        CommandCase("workflow_execution.report_resource_usage", Self.reportResourceUsage),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .queue(let payload): try visitor.visit(payload)
        case .dispatch(let payload): try visitor.visit(payload)
        case .start(let payload): try visitor.visit(payload)
        case .pause(let payload): try visitor.visit(payload)
        case .resume(let payload): try visitor.visit(payload)
        case .complete(let payload): try visitor.visit(payload)
        case .fail(let payload): try visitor.visit(payload)
        case .timeOut(let payload): try visitor.visit(payload)
        case .cancel(let payload): try visitor.visit(payload)
        case .scheduleRetry(let payload): try visitor.visit(payload)
        case .reportResourceUsage(let payload): try visitor.visit(payload)
        case .reattribute(let payload): try visitor.visit(payload)
        case .withdraw(let payload): try visitor.visit(payload)
        }
    }
}

@usableFromInline package enum WorkflowExecutionDecider: Decider {
    @usableFromInline package static func decide(
        _ command: WorkflowExecutionCommand, given state: WorkflowExecution?, _ order: CommandContext,
        in world: any DecisionContext
    ) throws(Rejection) -> [WorkflowExecutionEvent] {
        if case .queue(let queued) = command {
            if queued.trigger != nil {
                throw .invalid("workflow_trigger_id", "is not given with a run; let workflow_trigger.fire queue it")
            }
            let events = try self.queue(queued, state, order, world)
            if case .queued(let queued)? = events.first, let user = queued.triggeredByUser {
                try world.requireMember(user, of: queued.organization, "triggered_by_user_id", order)
            }
            if case .queued(let queued)? = events.first { try world.requireQuota(of: queued.organization, order) }
            return events
        }
        if case .withdraw = command, state == nil { return [] }
        guard let state else {
            throw .notFound(WorkflowExecution.kind, WorkflowExecutionID(bits: command.target).description)
        }
        switch (command, state.status) {
        case (.queue, _): return []

        case (.dispatch(let dispatched), .queued):
            if let earliest = state.retryAt, order.occurredAt < earliest {
                throw .broken("workflow_execution \(state.id) waits for its retry; dispatch it at \(earliest) or later")
            }
            try self.requireRoom(for: state, world)
            return [.dispatched(dispatched)]
        case (.dispatch, .pending): return []
        case (.dispatch, _): throw state.refusal(.pending)

        case (.start(let started), .pending):
            try world.requireBegun(order)
            return [.started(started)]
        case (.start, .running): return []
        case (.start, .paused): throw state.wrongWay("resume")
        case (.start, _): throw state.refusal(.running)

        case (.pause(let paused), .running): return [.paused(paused)]
        case (.pause, .paused): return []
        case (.pause, _): throw state.refusal(.paused)

        case (.resume(let resumed), .paused): return [.resumed(resumed)]
        case (.resume, .running): return []
        case (.resume, .pending): throw state.wrongWay("start")
        case (.resume, _): throw state.refusal(.running)

        case (.complete(let completed), .running): return [.completed(completed)]
        case (.complete, .completed): return []
        case (.complete, _): throw state.refusal(.completed)

        case (.fail(let failed), .running): return [.failed(failed)]
        case (.fail, .failed): return []
        case (.fail, _): throw state.refusal(.failed)

        case (.timeOut(let timedOut), .running):
            var released = WorkflowExecutionResourcesReleased()
            released.id = state.id
            return [.timedOut(timedOut), .resourcesReleased(released)]
        case (.timeOut, .timeout): return []
        case (.timeOut, _): throw state.refusal(.timeout)

        case (.cancel(let cancelled), .queued), (.cancel(let cancelled), .pending),
            (.cancel(let cancelled), .running), (.cancel(let cancelled), .paused):
            return [.cancelled(cancelled)]
        case (.cancel, .cancelled): return []
        case (.cancel, _): throw state.refusal(.cancelled)

        case (.scheduleRetry(let retry), .failed):
            guard state.retryCount < state.maxRetries else {
                throw .broken("\(state.id) was retried \(state.retryCount) times; max_retries is \(state.maxRetries)")
            }
            var retry = retry
            retry.retryCount = state.retryCount + 1
            return [.retryScheduled(retry)]
        case (.scheduleRetry, .queued) where state.retryCount > 0: return []
        case (.scheduleRetry, _): throw state.refusal(.queued)

        case (.reportResourceUsage(let report), _):
            try Require.object(report.usage, "resource_usage")
            return report.usage == state.resourceUsage ? [] : [.resourceUsageReported(report)]

        case (.reattribute(let reattributed), _): return try self.reattribute(reattributed, state, world)
        case (.withdraw(let withdrawn), _): return self.withdraw(withdrawn, state)
        }
    }

    /// A retry may come back to a trigger that has fired again since: it waits until there is room.
    private static func requireRoom(for run: WorkflowExecution, _ world: any DecisionContext) throws(Rejection) {
        guard let id = run.trigger else { return }
        let trigger = try world.require(id)
        let live = world.members(of: WorkflowExecution.live(of: id), as: WorkflowExecution.self)
        if live.count <= trigger.maxConcurrentExecutions { return }
        let underWay = live.count { $0 != run.id && world.find($0)?.status != .queued }
        guard underWay < trigger.maxConcurrentExecutions else { throw trigger.isFull(underWay) }
    }

    static func queue(
        _ command: WorkflowExecutionQueued, _ state: WorkflowExecution?, _ order: CommandContext,
        _ world: any DecisionContext
    ) throws(Rejection) -> [WorkflowExecutionEvent] {
        try Require.id(command.id, "execution_id")
        if let state {
            guard state.workflow == command.workflow else { throw .alreadyExists(WorkflowExecution.kind, command.id) }
            return []
        }
        let workflow = try world.require(command.workflow)
        guard order.isHistory || workflow.status != .archived && workflow.deletedAt == nil else {
            throw .broken("workflow \(workflow.id) is archived or deleted and takes no new runs")
        }
        var queued = command
        queued.organization = workflow.organization
        try Require.notNegative(queued.workflowRevision, "workflow_version")
        if queued.workflowRevision == 0 { queued.workflowRevision = workflow.revision }
        if let limit = queued.maxRetries { try Require.notNegative(limit, "max_retries") }
        queued.maxRetries = queued.maxRetries ?? workflow.maxRetries
        if let agent = queued.agent { try world.requireAvailable(agent, to: workflow.organization, order) }
        try world.requireOwnConversation(queued.conversation, of: workflow.organization, order)
        if let id = queued.parent {
            // Guards nothing: neither of what is looked at ever changes.
            guard let parent = world.peek(id) else { throw .notFound(WorkflowExecution.kind, id.description) }
            guard parent.organization == workflow.organization else {
                throw .broken("workflow_execution \(id) belongs to another organization than workflow \(workflow.id)")
            }
            queued.correlation = parent.correlationID
        } else {
            if queued.correlation == .zero { queued.correlation = CorrelationID(bits: queued.id.bits) }
            try self.requireUnused(queued.correlation, for: queued.id, world)
        }
        return [.queued(queued)]
    }

    private static func requireUnused(
        _ correlation: CorrelationID, for id: WorkflowExecutionID, _ world: any DecisionContext
    ) throws(Rejection) {
        let alias = WorkflowExecution.alias(of: correlation)
        try world.requireFree(alias, for: id, what: "correlation_id \(correlation)")
        let namesake = WorkflowExecutionID(bits: correlation.bits)
        if namesake != id, world.find(namesake) != nil {
            throw Rejection(.notUnique, "correlation_id \(correlation) is that of another root execution")
        }
    }

    @usableFromInline package static func evolve(
        _ state: inout WorkflowExecution?, by event: WorkflowExecutionEvent, _ envelope: Envelope
    ) {
        if case .queued(let queued) = event {
            state = WorkflowExecution(queued, envelope)
            return
        }
        if case .withdrawn = event {
            state = nil
            return
        }
        state?.apply(event, at: envelope.occurredAt)
    }
}

extension WorkflowExecution {
    func refusal(_ wanted: Status) -> Rejection {
        .invalidTransition(of: "workflow execution", from: self.status, to: wanted, allowed: self.status.successors)
    }

    /// The state can be reached, but by another command.
    func wrongWay(_ right: String) -> Rejection {
        let allowed = self.status.successors.map(\.rawValue).joined(separator: ", ")
        return Rejection(
            .invalidTransition,
            "a workflow execution goes from \(self.status.rawValue) to running by workflow_execution.\(right); "
                + "allowed: \(allowed)")
    }

    init(_ queued: WorkflowExecutionQueued, _ envelope: Envelope) {
        self.id = queued.id
        self.organization = queued.organization
        self.workflow = queued.workflow
        self.workflowRevision = queued.workflowRevision
        self.agent = queued.agent
        self.triggeredBy = queued.triggeredBy
        self.triggeredByUser = queued.triggeredByUser
        self.externalTrigger = queued.externalTrigger
        self.trigger = queued.trigger
        self.input = queued.input
        self.metadata = queued.metadata
        self.correlationID = queued.correlation
        self.parent = queued.parent
        self.maxRetries = queued.maxRetries ?? 3
        self.conversation = queued.conversation
        self.session = queued.session
        self.endUser = queued.endUser
        self.queuedAt = envelope.occurredAt
        self.createdAt = envelope.occurredAt
        self.updatedAt = envelope.occurredAt
    }

    mutating func apply(_ event: WorkflowExecutionEvent, at instant: Instant) {
        self.updatedAt = instant
        switch event {
        case .queued: break
        case .dispatched: self.status = .pending
        case .started:
            self.status = .running
            self.startedAt = instant
        case .paused(let paused):
            self.status = .paused
            self.statusMessage = paused.reason
            self.pausedAt = instant
        case .resumed:
            self.status = .running
            self.statusMessage = nil
            self.resumedAt = instant
        case .completed(let completed):
            self.end(.completed, completed.message, instant)
            self.output = completed.output
            self.statusConflict = completed.statusConflict
        case .failed(let failed):
            self.end(.failed, nil, instant)
            self.errorCode = failed.errorCode
            self.errorMessage = failed.errorMessage
            self.statusConflict = failed.statusConflict
        case .timedOut(let timedOut):
            self.end(.timeout, timedOut.message, instant)
            self.errorCode = "timeout"
        case .cancelled(let cancelled): self.end(.cancelled, cancelled.reason, instant)
        case .retryScheduled(let retry):
            self.status = .queued
            self.retryCount = retry.retryCount
            self.retryAt = retry.notBefore
            self.queuedAt = instant
            self.startedAt = nil
            self.completedAt = nil
            self.errorCode = nil
            self.errorMessage = nil
            self.statusConflict = nil
        case .resourcesReleased: self.resourcesReleasedAt = instant
        case .resourceUsageReported(let report): self.resourceUsage = report.usage
        case .reattributed(let reattributed): self.reattribute(reattributed)
        case .withdrawn: break
        }
    }

    private mutating func end(_ status: Status, _ message: String?, _ instant: Instant) {
        self.status = status
        self.statusMessage = message
        self.completedAt = instant
    }
}
