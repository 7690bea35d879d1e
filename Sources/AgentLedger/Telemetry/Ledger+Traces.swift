import LedgerDomain
import LedgerEvents
import LedgerViews

/// What assembly asks a ledger.
extension Ledger {
    /// The states of traces, in the order of their ids; those that are not known are left out.
    func traceStates(_ ids: [TraceAssemblyID]) async throws -> [TraceAssembler.State] {
        await self.awaitLanding()
        try self.advance()
        var states: [TraceAssembler.State] = []
        states.reserveCapacity(ids.count)
        for id in ids {
            guard let trace = self.recent.find(id) else { continue }
            let run = WorkflowExecutionID(bits: trace.trace.bits)
            states.append(
                TraceAssembler.State(
                    trace: trace, position: self.recent.position,
                    hasEarlierRun: self.recent.lend(run) { $0?.organization == trace.organization }))
        }
        try self.views.throwIfFailed()
        return states
    }

    /// Those of some runs and agents' parts that exist.
    func existing(
        _ runs: [WorkflowExecutionID], _ parts: [AgentExecutionID]
    ) throws -> (Set<WorkflowExecutionID>, Set<AgentExecutionID>) {
        try self.advance()
        let found = (Set(runs.filter { self.recent.contains($0) }), Set(parts.filter { self.recent.contains($0) }))
        try self.views.throwIfFailed()
        return found
    }

    /// The traces that were assembled.
    func assembledTraces() throws -> [TraceAssemblyID] {
        try self.catchUp()
        var traces: [TraceAssemblyID] = []
        try self.views.forEach(TraceAssembly.self) { id, loaded in
            if loaded.state.assemblies > 0 { traces.append(id) }
        }
        return traces
    }

    /// The traces in a listing.
    func traces(in listing: EventTag) throws -> [TraceAssemblyID] {
        try self.advance()
        let traces = self.recent.members(of: listing, as: TraceAssembly.self)
        try self.views.throwIfFailed()
        return traces
    }

    /// Those of some traces of which nothing arrived since a time, by the ledger's clock.
    func quietTraces(in listing: EventTag, since time: Instant) throws -> [TraceAssemblyID] {
        try self.advance()
        var quiet: [TraceAssemblyID] = []
        for id in self.recent.members(of: listing, as: TraceAssembly.self) {
            guard let last = self.recent.lend(id, { $0?.waitingThrough }), last > .start else { continue }
            var recordedAt = Instant.zero
            try self.log.read(.all, after: Position(last.value - 1), through: last, limit: 1) {
                recordedAt = $0.recordedAt
            }
            if recordedAt <= time { quiet.append(id) }
        }
        try self.views.throwIfFailed()
        return quiet
    }

    /// What is to be done about workflows and agents of which something that named them names them no more.
    func thingsInDoubt() throws -> [PolicyCommand] {
        try self.advance()
        var commands: [PolicyCommand] = []
        try self.forEachInDoubt(
            Workflow.self, \.isInDoubt, namedBy: [WorkflowExecutionQueued.type, WorkflowExecutionReattributed.type],
            { (run: WorkflowExecution) in (run.workflow, run.createdAt) }
        ) { workflow, since in
            if let since {
                var redated = WorkflowRedated()
                redated.id = workflow.id
                redated.createdAt = since
                commands.append(PolicyCommand(.workflow(.redate(redated)), at: since))
            } else {
                var withdrawn = WorkflowWithdrawn()
                withdrawn.id = workflow.id
                withdrawn.reason = Self.isNamedNoMore
                commands.append(
                    PolicyCommand(.workflow(.withdraw(withdrawn)), at: workflow.createdAt))
            }
        }
        try self.forEachInDoubt(
            Agent.self, \.isInDoubt, namedBy: [AgentExecutionQueued.type, AgentExecutionReattributed.type],
            { (part: AgentExecution) in (part.agent, part.queuedAt) }
        ) { agent, since in
            if let since {
                var redated = AgentRedated()
                redated.id = agent.id
                redated.createdAt = since
                commands.append(PolicyCommand(.agent(.redate(redated)), at: since))
            } else {
                var withdrawn = AgentWithdrawn()
                withdrawn.id = agent.id
                withdrawn.reason = Self.isNamedNoMore
                commands.append(PolicyCommand(.agent(.withdraw(withdrawn)), at: agent.createdAt))
            }
        }
        try self.views.throwIfFailed()
        return commands
    }

    private static let isNamedNoMore = "no run names it any more"

    /// Calls `body` with each thing that is in doubt, and the time since when something names it; nil: nothing does.
    /// - Parameter named: what a state names, and when it did so.
    private func forEachInDoubt<E: Stored, Namer: Stored>(
        _: E.Type, _ isInDoubt: KeyPath<E, Bool>, namedBy types: [EventType],
        _ named: (Namer) -> (thing: ID<E>?, at: Instant?), _ body: (E, _ since: Instant?) throws -> Void
    ) throws {
        for id in self.recent.members(of: Observations.inDoubt, as: E.self) {
            guard let thing = self.recent.find(id), thing[keyPath: isInDoubt] else { continue }
            let since = try self.earliest(id.tag, types) { (namer: Namer) in
                let (thing, instant) = named(namer)
                return thing == id ? instant : nil
            }
            try body(thing, since)
        }
    }

    /// The earliest time of the states that name the thing with a tag; nil when none does.
    private func earliest<E: Stored>(
        _ tag: EventTag, _ types: [EventType], _ time: (E) -> Instant?
    ) throws -> Instant? {
        var earliest: Instant?
        var seen: Set<ID<E>> = []
        try self.log.read(EventQuery(types: types, tags: [tag]), after: .start, through: .end, limit: .max) { stored in
            guard let id = try stored.tags().first(where: { $0.kind == E.kind })?.id.map({ ID<E>(bits: $0) }),
                seen.insert(id).inserted, let state = self.recent.find(id), let instant = time(state)
            else { return }
            earliest = min(earliest ?? instant, instant)
        }
        return earliest
    }
}
