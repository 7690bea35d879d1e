import LedgerDomain
import LedgerEvents

/// Folds across entities: sums and counts that no decision needs.
enum Totals {
    static func apply(_ event: DomainEvent, _ envelope: Envelope, to states: StateCache) {
        switch event {
        case .modelCall(.recorded(let call)): self.add(call, envelope.occurredAt, to: states)
        case .modelCall(.revised(let revised)):
            if let old = revised.previous?.fact { self.add(old, old.endedAt ?? envelope.occurredAt, to: states, -1) }
            self.add(revised.fact, envelope.occurredAt, to: states)
        case .modelCall(.withdrawn(let gone)):
            if let old = gone.previous?.fact { self.add(old, old.endedAt ?? envelope.occurredAt, to: states, -1) }
        case .toolCall(.recorded(let call)): self.add(call, envelope.occurredAt, to: states)
        case .toolCall(.revised(let revised)):
            if let old = revised.previous?.fact { self.add(old, old.endedAt ?? envelope.occurredAt, to: states, -1) }
            self.add(revised.fact, envelope.occurredAt, to: states)
        case .toolCall(.withdrawn(let gone)):
            if let old = gone.previous?.fact { self.add(old, old.endedAt ?? envelope.occurredAt, to: states, -1) }
        case .workflowExecution(.started(let started)): self.count(started.id, envelope.occurredAt, in: states)
        case .workflowExecution(.reattributed(let run)): self.move(run, in: states)
        case .workflowExecution(.withdrawn(let run)):
            if let start = run.startedAt { self.usage(run.organization, start, states) { $0.executions -= 1 } }
        case .agentExecution(.queued(let queued)):
            self.place(queued.id, queued.agent, in: queued.workflowExecution, envelope.occurredAt, states)
        case .agentExecution(.reattributed(let part)):
            self.place(part.id, part.agent, in: part.workflowExecution, part.startedAt, states)
            self.note(states.lend(part.id) { AgentEnd(&$0) }, in: states)
        case .workflowExecution(.completed(let end)): self.note(states.lend(end.id) { AgentEnd(&$0) }, in: states)
        case .workflowExecution(.failed(let end)): self.note(states.lend(end.id) { AgentEnd(&$0) }, in: states)
        case .workflowExecution(.timedOut(let end)): self.note(states.lend(end.id) { AgentEnd(&$0) }, in: states)
        case .workflowExecution(.cancelled(let end)): self.note(states.lend(end.id) { AgentEnd(&$0) }, in: states)
        case .agentExecution(.completed(let end)): self.note(states.lend(end.id) { AgentEnd(&$0) }, in: states)
        case .agentExecution(.failed(let end)): self.note(states.lend(end.id) { AgentEnd(&$0) }, in: states)
        case .conversationMessage(.recorded(let message)):
            states.update(ID<ConversationActivity>(bits: message.conversation.bits)) {
                Self.change(&$0) { $0.count(message, at: envelope.occurredAt) }
            }
        case .documentChunk(.recorded(let chunk)):
            states.update(ID<DocumentContents>(bits: chunk.document.bits)) { Self.change(&$0) { $0.add(chunk) } }
        case .organization, .user, .membership, .agent, .workflow, .workflowExecution, .agentExecution, .logLine,
            .metric, .evaluation, .price, .usageRecord, .invoice, .projectionRebuild, .export, .replay, .accessDenial,
            .agentType, .containerAllocation, .marketplaceListing, .retentionPolicy, .alertRule, .alert,
            .workflowTrigger, .workflowNode, .integration, .conversation, .task, .taskComment, .project, .projectStep,
            .deliverable, .deliverableVersion, .documentCollection, .document, .clock, .policy, .modelCall, .toolCall,
            .conversationMessage, .documentChunk, .traceResource, .traceSpan, .logRecord, .refusedSpan, .unchangedLine,
            .traceAssembly, .modelAlias, .adoptedRow:
            return
        }
    }

    /// What the run counted for before and after the event, for statistics that replace one by the other.
    static func replace(_ before: RunOutcome?, by after: RunOutcome?, in states: StateCache) {
        guard let run = after ?? before, before != after else { return }
        if let before, before.workflow != run.workflow {
            states.update(ID<WorkflowStatistics>(bits: before.workflow.bits)) {
                Self.change(&$0) { $0.replace(before, by: nil) }
            }
            self.replace(nil, by: after, in: states)
            return
        }
        states.update(ID<WorkflowStatistics>(bits: run.workflow.bits)) {
            Self.change(&$0) { $0.replace(before, by: after) }
        }
    }

    /// - Parameter sign: -1 takes away what was added.
    private static func add(_ call: ModelCall, _ instant: Instant, to states: StateCache, _ sign: Int = 1) {
        let amounts = CallAmounts(call)
        states.update(ID<ExecutionTotals<WorkflowExecution>>(bits: call.workflowExecution.bits)) {
            Self.change(&$0) { $0.add(amounts, sign) }
        }
        if let agent = call.agentExecution {
            states.update(ID<ExecutionTotals<AgentExecution>>(bits: agent.bits)) {
                Self.change(&$0) { $0.add(amounts, sign) }
            }
        }
        self.usage(call.organization, instant, states) { $0.add(amounts, sign) }
        if let workflow = states.lend(call.workflowExecution, { $0?.workflow }) {
            states.update(ID<WorkflowStatistics>(bits: workflow.bits)) {
                Self.change(&$0) { $0.estimatedCost.add(amounts.estimatedCost, sign) }
            }
        }
    }

    private static func add(_ call: ToolCall, _ instant: Instant, to states: StateCache, _ sign: Int = 1) {
        let hasFailed = call.outcome == .error
        states.update(ID<ExecutionTotals<WorkflowExecution>>(bits: call.workflowExecution.bits)) {
            Self.change(&$0) { $0.addToolCall(hasFailed: hasFailed, sign) }
        }
        if let agent = call.agentExecution {
            states.update(ID<ExecutionTotals<AgentExecution>>(bits: agent.bits)) {
                Self.change(&$0) { $0.addToolCall(hasFailed: hasFailed, sign) }
            }
        }
        self.usage(call.organization, instant, states) { $0.toolCalls += sign }
    }

    /// A run that became another workflow's takes its costs along; one that began in another month is counted there.
    private static func move(_ run: WorkflowExecutionReattributed, in states: StateCache) {
        if let old = run.previousWorkflow {
            let cost = states.lend(ID<ExecutionTotals<WorkflowExecution>>(bits: run.id.bits)) { $0?.estimatedCost }
            if let cost {
                states.update(ID<WorkflowStatistics>(bits: old.bits)) {
                    Self.change(&$0) { $0.estimatedCost.add(cost, -1) }
                }
                states.update(ID<WorkflowStatistics>(bits: run.workflow.bits)) {
                    Self.change(&$0) { $0.estimatedCost.add(cost, 1) }
                }
            }
        }
        if run.previouslyStartedAt?.day.startOfMonth != run.startedAt.day.startOfMonth {
            if let old = run.previouslyStartedAt { self.usage(run.organization, old, states) { $0.executions -= 1 } }
            self.usage(run.organization, run.startedAt, states) { $0.executions += 1 }
        }
        self.note(states.lend(run.id) { AgentEnd(&$0) }, in: states)
    }

    private static func count(_ id: WorkflowExecutionID, _ instant: Instant, in states: StateCache) {
        guard let organization = states.lend(id, { $0?.organization }) else { return }
        self.usage(organization, instant, states) { $0.executions += 1 }
    }

    /// Notes where on the workflow's canvas the agent stands, or that it stands nowhere.
    private static func place(
        _ id: AgentExecutionID, _ agent: AgentID?, in run: WorkflowExecutionID, _ instant: Instant,
        _ states: StateCache
    ) {
        guard let workflow = states.lend(run, { $0?.workflow }) else { return }
        let names = states.standing.names(of: agent, in: workflow)
        let node = names.places.flatMap { states.members(of: $0, as: WorkflowNode.self).first }
        states.update(id) {
            $0?.node = node
            $0?.workflow = workflow
        }
        if node != nil { return }
        guard states.lend(names.unplaced, { $0.map { instant < $0.since || $0.parts == 0 } ?? true }) else { return }
        states.update(names.unplaced) {
            if $0 == nil { $0 = UnplacedAgent(agent, in: workflow) }
            $0?.since = instant
        }
    }

    /// Counts an agent execution where it stands after an event, and no more where it stood before.
    static func count(_ before: AgentPlace?, _ after: AgentPlace?, in states: StateCache) {
        if before == after { return }
        for (place, sign) in [(before, -1), (after, 1)] {
            guard let place, !place.isNode else { continue }
            let names = states.standing.names(of: place.agent, in: place.workflow)
            states.update(names.unplaced) { $0?.parts += sign }
        }
    }

    private static func note(_ end: AgentEnd?, in states: StateCache) {
        guard let end else { return }
        states.update(ID<AgentActivity>(bits: end.agent.bits)) { Self.change(&$0) { $0.note(end) } }
    }

    private static func usage(
        _ organization: OrganizationID, _ instant: Instant, _ states: StateCache,
        _ body: (inout OrganizationUsage) -> Void
    ) {
        let month = instant.day.startOfMonth
        states.update(OrganizationUsage.id(organization, month)) {
            Self.change(&$0) {
                $0.organization = organization
                $0.month = month
                body(&$0)
            }
        }
    }

    /// Changes a sum in place, from nothing where there is none yet.
    private static func change<Sum: Stored>(_ sum: inout Sum?, _ body: (inout Sum) -> Void) {
        // `== nil` would copy the sum.
        if case .none = sum { sum = Sum() }
        if case .some = sum { body(&sum!) }
    }
}
