import LedgerDomain
import LedgerEvents
import LedgerViews

extension LedgerReader {
    /// What happened in a run up to a moment; nil when there is no such run (yet). Reads the run's events and those of
    /// its agent executions alone, and holds them in memory.
    package func timeline(of run: WorkflowExecutionID, at moment: Moment = .end) throws -> RunTimeline? {
        let position = try self.position(of: moment)
        var events: [Position: (event: DomainEvent, envelope: Envelope)] = [:]
        func read(_ tag: EventTag) throws {
            var reader = EventReader()
            try self.log.read(EventQuery(tags: [tag]), after: .start, through: position, limit: .max) { stored in
                if events[stored.position] == nil { events[stored.position] = try reader.read(stored) }
            }
        }
        try read(run.tag)
        for (event, _) in Array(events.values) {
            // Only the first event of an agent execution names the run.
            if case .agentExecution(.queued(let queued)) = event { try read(queued.id.tag) }
        }
        var fold = TimelineFold(of: run) { try self.agent($0, at: position)?.name ?? $0.description }
        for (_, entry) in events.sorted(by: { $0.key < $1.key }) { try fold.take(entry.event, entry.envelope) }
        var timeline = fold.finished()
        if timeline.queuedPosition == .start { return nil }
        timeline.workflowName = try self.workflow(timeline.workflow, at: position)?.name ?? ""
        return timeline
    }

    /// What was in force when a run was started, or asked for while it waits: its workflow, and its agents in the order
    /// in which they take part.
    package func context(of timeline: RunTimeline) throws -> (position: Position, workflow: Workflow?, agents: [Agent])
    {
        let position = timeline.startedPosition ?? timeline.queuedPosition
        return (
            position, try self.workflow(timeline.workflow, at: position),
            try timeline.agents.compactMap { try self.agent($0, at: position) }
        )
    }

    /// An agent by what was said of itself, without its runs.
    private func agent(_ id: AgentID, at position: Position) throws -> Agent? {
        var agent: Agent?
        try self.read(AgentEvent.cases.map(\.type), id.tag, through: position) { event, envelope in
            if case .agent(let change) = event { AgentDecider.evolve(&agent, by: change, envelope) }
        }
        return agent
    }

    private func workflow(_ id: WorkflowID, at position: Position) throws -> Workflow? {
        var workflow: Workflow?
        try self.read(WorkflowEvent.cases.map(\.type), id.tag, through: position) { event, envelope in
            if case .workflow(let change) = event { WorkflowDecider.evolve(&workflow, by: change, envelope) }
        }
        return workflow
    }

    private func read(
        _ types: [EventType], _ tag: EventTag, through position: Position, _ body: (DomainEvent, Envelope) -> Void
    ) throws {
        var reader = EventReader()
        let query = EventQuery(types: types, tags: [tag])
        try self.log.read(query, after: .start, through: position, limit: .max) { stored in
            let (event, envelope) = try reader.read(stored)
            if event.target.id == tag.id { body(event, envelope) }
        }
    }
}
