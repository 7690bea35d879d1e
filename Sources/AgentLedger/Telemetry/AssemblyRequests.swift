import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerTelemetry

/// Turns assembled rows into the requests that bring the ledger to them: what is new is recorded, what differs is
/// corrected, what is no longer there is withdrawn.
struct AssemblyRequests {
    let organization: OrganizationID
    let directory: NameDirectory<LedgerNames>
    let actor: Principal
    let batch: RequestBatch
    /// What the ledger has of the rows.
    let known: KnownRows
    /// For what cannot be recorded: the trace that it belongs to. Neighbours mostly belong to the same one.
    private var place: (trace: TraceID, place: RequestBatch.Place) = (.zero, .trace(TraceID.zero.hexadecimal))
    private let source = EventSource(channel: EventSource.telemetryChannel)

    /// Which rows the ledger has already.
    struct KnownRows {
        /// Whether none of the traces was assembled before: then nothing needs to be compared.
        var isFirst = true
        var runs: Set<WorkflowExecutionID> = []
        var agentExecutions: Set<AgentExecutionID> = []
        /// All rows of the traces, from their last assemblies.
        var derived = DerivedRows()
    }

    init(
        _ organization: OrganizationID, directory: NameDirectory<LedgerNames>, actor: Principal, known: KnownRows,
        into batch: RequestBatch
    ) {
        self.organization = organization
        self.directory = directory
        self.actor = actor
        self.known = known
        self.batch = batch
    }

    mutating func add(_ rows: AssembledRows) throws {
        for run in rows.runs { try self.begin(run) }
        for part in rows.agentExecutions { try self.begin(part) }
        self.add(rows.modelCalls) { .modelCall($0) }
        self.add(rows.toolCalls) { .toolCall($0) }
        self.add(rows.logLines) { .logLine($0) }
        for part in rows.agentExecutions where !self.known.agentExecutions.contains(part.id) { self.end(part) }
        self.add(rows.evaluations) { .evaluation($0) }
        for run in rows.runs where !self.known.runs.contains(run.id) { self.end(run) }
        self.withdraw(rows)
    }

    // MARK: Runs

    private mutating func begin(_ run: AssembledRun) throws {
        let workflow = try self.workflow(run)
        if self.known.runs.contains(run.id) {
            var command = WorkflowExecutionReattributed()
            command.id = run.id
            command.workflow = workflow
            command.parent = run.parent
            command.metadata = run.metadata
            command.startedAt = run.startedAt
            command.completedAt = run.completedAt
            command.hasFailed = run.hasFailed
            command.message = run.message
            command.errorCode = run.errorCode
            command.errorMessage = run.errorMessage
            command.statusConflict = run.statusConflict
            command.conversation = run.conversation
            command.session = run.session
            command.endUser = run.endUser
            return self.add(
                .workflowExecution(.reattribute(command)),
                at: run.completedAt ?? run.startedAt, run.cause, run.trace)
        }
        var queued = WorkflowExecutionQueued()
        queued.id = run.id
        queued.workflow = workflow
        queued.triggeredBy = .api
        queued.metadata = run.metadata
        queued.parent = run.parent
        queued.conversation = run.conversation
        queued.session = run.session
        queued.endUser = run.endUser
        self.add(.workflowExecution(.queue(queued)), at: run.startedAt, run.cause, run.trace)
        var dispatched = WorkflowExecutionDispatched()
        dispatched.id = run.id
        self.add(
            .workflowExecution(.dispatch(dispatched)), at: run.startedAt, run.cause,
            run.trace)
        var started = WorkflowExecutionStarted()
        started.id = run.id
        self.add(.workflowExecution(.start(started)), at: run.startedAt, run.cause, run.trace)
    }

    private mutating func workflow(_ run: AssembledRun) throws -> WorkflowID {
        let (workflow, isNew) = try self.directory.workflow(run.workflow, in: self.organization)
        guard isNew else { return workflow }
        var created = WorkflowCreated()
        created.id = workflow
        created.organization = self.organization
        created.name = run.workflow
        created.workflowType = .code
        self.add(.workflow(.create(created)), at: run.startedAt, run.cause, run.trace)
        var activated = WorkflowActivated()
        activated.id = workflow
        self.add(.workflow(.activate(activated)), at: run.startedAt, run.cause, run.trace)
        return workflow
    }

    private mutating func end(_ run: AssembledRun) {
        guard let end = run.completedAt else { return }
        if run.hasFailed {
            var failed = WorkflowExecutionFailed()
            failed.id = run.id
            failed.errorCode = run.errorCode
            failed.errorMessage = run.errorMessage ?? "failed"
            failed.statusConflict = run.statusConflict
            self.add(.workflowExecution(.fail(failed)), at: end, run.cause, run.trace)
        } else {
            var completed = WorkflowExecutionCompleted()
            completed.id = run.id
            completed.message = run.message
            completed.statusConflict = run.statusConflict
            self.add(.workflowExecution(.complete(completed)), at: end, run.cause, run.trace)
        }
    }

    // MARK: Agents

    private mutating func begin(_ part: AssembledAgentExecution) throws {
        let agent = try self.agent(part)
        if self.known.agentExecutions.contains(part.id) {
            var command = AgentExecutionReattributed()
            command.id = part.id
            command.workflowExecution = part.run
            command.agent = agent
            command.parent = part.parent
            command.traceData = part.traceData
            command.startedAt = part.startedAt
            command.completedAt = part.completedAt
            command.hasFailed = part.hasFailed
            command.reason = part.errorMessage ?? part.errorType
            command.errorType = part.errorType
            command.conversation = part.conversation
            command.session = part.session
            command.endUser = part.endUser
            command.otherSpans = part.otherSpans
            return self.add(
                .agentExecution(.reattribute(command)),
                at: part.completedAt ?? part.startedAt, part.cause, part.trace)
        }
        var queued = AgentExecutionQueued()
        queued.id = part.id
        queued.workflowExecution = part.run
        queued.agent = agent
        queued.parent = part.parent
        queued.traceData = part.traceData
        queued.conversation = part.conversation
        queued.session = part.session
        queued.endUser = part.endUser
        queued.otherSpans = part.otherSpans
        self.add(.agentExecution(.queue(queued)), at: part.startedAt, part.cause, part.trace)
        var started = AgentExecutionStarted()
        started.id = part.id
        self.add(.agentExecution(.start(started)), at: part.startedAt, part.cause, part.trace)
    }

    private mutating func agent(_ part: AssembledAgentExecution) throws -> AgentID {
        let (agent, isNew) = try self.directory.agent(part.agent, in: self.organization)
        guard isNew else { return agent }
        var created = AgentCreated()
        created.id = agent
        created.organization = self.organization
        created.name = part.agent
        created.configuration.llmConfig = .emptyObject
        self.add(.agent(.create(created)), at: part.startedAt, part.cause, part.trace)
        var activated = AgentActivated()
        activated.id = agent
        self.add(.agent(.activate(activated)), at: part.startedAt, part.cause, part.trace)
        return agent
    }

    private mutating func end(_ part: AssembledAgentExecution) {
        guard let end = part.completedAt else { return }
        if part.hasFailed {
            var failed = AgentExecutionFailed()
            failed.id = part.id
            failed.reason = part.errorMessage ?? part.errorType ?? "failed"
            failed.errorType = part.errorType
            self.add(.agentExecution(.fail(failed)), at: end, part.cause, part.trace)
        } else {
            var completed = AgentExecutionCompleted()
            completed.id = part.id
            self.add(.agentExecution(.complete(completed)), at: end, part.cause, part.trace)
        }
    }

    // MARK: Facts

    private mutating func add<F: Fact>(
        _ rows: [AssembledFact<F>], _ command: (FactCommand<F>) -> DomainCommand
    ) {
        for row in rows {
            let change: FactCommand<F> = self.known.isFirst ? .record(row.fact) : .revise(row.fact)
            self.add(command(change), at: row.occurredAt, row.cause, row.trace)
        }
    }

    // MARK: What is gone

    private static let reason = "telemetry that arrived later says otherwise"

    /// Withdraws the rows that the traces stood for and stand for no more: the calls first, so that what they counted
    /// for is still there.
    private mutating func withdraw(_ rows: AssembledRows) {
        let old = self.known.derived
        if old.count == 0 { return }
        self.withdraw(old.modelCalls, except: rows.modelCalls.map(\.fact.id)) { .modelCall(.withdraw($0)) }
        self.withdraw(old.toolCalls, except: rows.toolCalls.map(\.fact.id)) { .toolCall(.withdraw($0)) }
        self.withdraw(old.logLines, except: rows.logLines.map(\.fact.id)) { .logLine(.withdraw($0)) }
        self.withdraw(old.evaluations, except: rows.evaluations.map(\.fact.id)) { .evaluation(.withdraw($0)) }
        for id in Set(old.agentExecutions).subtracting(rows.agentExecutions.map(\.id)).sorted() {
            var withdrawn = AgentExecutionWithdrawn()
            withdrawn.id = id
            withdrawn.reason = Self.reason
            self.addCorrection(.agentExecution(.withdraw(withdrawn)))
        }
        for id in Set(old.runs).subtracting(rows.runs.map(\.id)).sorted() {
            var withdrawn = WorkflowExecutionWithdrawn()
            withdrawn.id = id
            withdrawn.reason = Self.reason
            self.addCorrection(.workflowExecution(.withdraw(withdrawn)))
        }
    }

    private mutating func withdraw<F: Fact>(
        _ old: [ID<F>], except kept: [ID<F>], _ command: (FactWithdrawn<F>) -> DomainCommand
    ) {
        for id in Set(old).subtracting(kept).sorted() {
            var withdrawn = FactWithdrawn<F>()
            withdrawn.id = id
            withdrawn.reason = Self.reason
            self.addCorrection(command(withdrawn))
        }
    }

    /// The span by whose arrival a correction became due: the cause of what is withdrawn.
    var correctedBecause = EventID.zero
    var correctedAt = Instant.zero

    private mutating func addCorrection(_ command: DomainCommand) {
        self.add(command, at: self.correctedAt, self.correctedBecause, .zero)
    }

    mutating func add(
        _ command: DomainCommand, at instant: Instant, _ cause: EventID, _ trace: TraceID
    ) {
        var request = CommandRequest(command, actor: self.actor, occurredAt: instant)
        request.source = self.source
        request.isReport = true
        request.keepsSecrets = true
        request.causation = cause == .zero ? nil : cause
        if self.place.trace != trace { self.place = (trace, .trace(trace.hexadecimal)) }
        self.batch.append(request, RequestBatch.Origin(place: self.place.place, part: .preparation))
    }
}
