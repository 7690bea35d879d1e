import LedgerEvents

public indirect enum AgentExecutionCommand: EntityCommand {
    case queue(AgentExecutionQueued)
    case start(AgentExecutionStarted)
    case complete(AgentExecutionCompleted)
    case fail(AgentExecutionFailed)
    case skip(AgentExecutionSkipped)
    case retry(AgentExecutionRetried)
    /// Given by assembly alone, as is `withdraw`.
    case reattribute(AgentExecutionReattributed)
    case withdraw(AgentExecutionWithdrawn)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("agent_execution.queue", creates: true, Self.queue),
        CommandCase("agent_execution.start", Self.start), CommandCase("agent_execution.complete", Self.complete),
        CommandCase("agent_execution.fail", Self.fail), CommandCase("agent_execution.skip", Self.skip),
        CommandCase("agent_execution.retry", Self.retry),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .queue(let payload): try visitor.visit(payload)
        case .start(let payload): try visitor.visit(payload)
        case .complete(let payload): try visitor.visit(payload)
        case .fail(let payload): try visitor.visit(payload)
        case .skip(let payload): try visitor.visit(payload)
        case .retry(let payload): try visitor.visit(payload)
        case .reattribute(let payload): try visitor.visit(payload)
        case .withdraw(let payload): try visitor.visit(payload)
        }
    }
}

@usableFromInline package enum AgentExecutionDecider: Decider {
    @usableFromInline package static func decide(
        _ command: AgentExecutionCommand, given state: AgentExecution?, _ order: CommandContext,
        in world: any DecisionContext
    ) throws(Rejection) -> [AgentExecutionEvent] {
        if case .queue(let queued) = command { return try self.queue(queued, state, order, world) }
        if case .withdraw = command, state == nil { return [] }
        guard let state else {
            throw .notFound(AgentExecution.kind, AgentExecutionID(bits: command.target).description)
        }
        switch (command, state.status) {
        case (.queue, _): return []

        case (.start(let started), .queued):
            try self.requireRunning(state.workflowExecution, at: order.occurredAt, world)
            return [.started(started)]
        case (.start, .running): return []
        case (.start, _): throw state.refusal(.running)

        case (.complete(let completed), .running): return [.completed(completed)]
        case (.complete, .completed): return []
        case (.complete, _): throw state.refusal(.completed)

        case (.fail(let failed), .running): return [.failed(failed)]
        case (.fail, .failed): return []
        case (.fail, _): throw state.refusal(.failed)

        case (.skip(let skipped), .queued): return [.skipped(skipped)]
        case (.skip, .skipped): return []
        case (.skip, _): throw state.refusal(.skipped)

        case (.retry(let retried), .failed):
            var retried = retried
            retried.retryCount = state.retryCount + 1
            return [.retried(retried)]
        case (.retry, .queued) where state.retryCount > 0: return []
        case (.retry, _): throw state.refusal(.queued)

        case (.reattribute(let reattributed), _): return try self.reattribute(reattributed, state, world)
        case (.withdraw(var withdrawn), _):
            withdrawn.workflowExecution = state.workflowExecution
            withdrawn.agent = state.agent
            withdrawn.startedAt = state.startedAt
            withdrawn.organization = state.organization
            return [.withdrawn(withdrawn)]
        }
    }

    private static func queue(
        _ command: AgentExecutionQueued, _ state: AgentExecution?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [AgentExecutionEvent] {
        try Require.id(command.id, "agent_execution_id")
        if let state {
            guard state.workflowExecution == command.workflowExecution else {
                throw .alreadyExists(AgentExecution.kind, command.id)
            }
            return []
        }
        let organization = try world.organization(of: command.workflowExecution, with: command.parent)
        if let agent = command.agent { try world.requireAvailable(agent, to: organization, order) }
        try world.requireOwnConversation(command.conversation, of: organization, order)
        var queued = command
        queued.organization = organization
        queued.correlation = world.lend(command.workflowExecution) { $0?.correlationID } ?? .zero
        return [.queued(queued)]
    }

    /// A fact may arrive late, but what it tells must lie within the life of the run.
    private static func requireRunning(_ id: WorkflowExecutionID, at instant: Instant, _ world: any DecisionContext)
        throws(Rejection)
    {
        let found = world.lend(id) { run in run.map { (isFinished: $0.status.isFinished, end: $0.completedAt) } }
        guard let run = found else { throw .notFound(WorkflowExecution.kind, id.description) }
        // Only the run's end matters: everything that happens in it carries its tag.
        world.guardAgainst(
            EventQuery.Item(
                types: [
                    WorkflowExecutionCompleted.type, WorkflowExecutionFailed.type, WorkflowExecutionTimedOut.type,
                    WorkflowExecutionCancelled.type,
                ], tags: [id.tag]))
        if run.isFinished, let end = run.end, instant > end {
            throw .broken("workflow execution \(id) ended at \(end); no agent starts in it at \(instant)")
        }
    }

    @usableFromInline package static func evolve(
        _ state: inout AgentExecution?, by event: AgentExecutionEvent, _ envelope: Envelope
    ) {
        if case .queued(let queued) = event {
            state = AgentExecution(queued, envelope)
            return
        }
        if case .withdrawn = event {
            state = nil
            return
        }
        state?.apply(event, at: envelope.occurredAt)
    }
}

extension AgentExecution {
    func refusal(_ wanted: Status) -> Rejection {
        .invalidTransition(of: "agent execution", from: self.status, to: wanted, allowed: self.status.successors)
    }

    init(_ queued: AgentExecutionQueued, _ envelope: Envelope) {
        self.id = queued.id
        self.organization = queued.organization
        self.workflowExecution = queued.workflowExecution
        self.agent = queued.agent
        self.parent = queued.parent
        self.input = queued.input
        self.traceData = queued.traceData
        self.correlationID = queued.correlation
        self.conversation = queued.conversation
        self.session = queued.session
        self.endUser = queued.endUser
        self.otherSpans = queued.otherSpans
        self.queuedAt = envelope.occurredAt
        self.updatedAt = envelope.occurredAt
    }

    mutating func apply(_ event: AgentExecutionEvent, at instant: Instant) {
        self.updatedAt = instant
        switch event {
        case .queued: break
        case .started:
            self.status = .running
            self.startedAt = instant
        case .completed(let completed):
            self.status = .completed
            self.completedAt = instant
            self.output = completed.output
        case .failed(let failed):
            self.status = .failed
            self.completedAt = instant
            self.statusReason = failed.reason
            self.errorDetails = failed.errorDetails
            self.errorType = failed.errorType
        case .skipped(let skipped):
            self.status = .skipped
            self.statusReason = skipped.reason
        case .retried(let retried):
            self.status = .queued
            self.retryCount = retried.retryCount
            self.queuedAt = instant
            self.startedAt = nil
            self.completedAt = nil
            self.statusReason = nil
            self.errorDetails = nil
            self.errorType = nil
        case .reattributed(let reattributed): self.reattribute(reattributed)
        case .withdrawn: break
        }
    }
}
