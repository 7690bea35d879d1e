import LedgerEvents

@usableFromInline package enum WorkflowNodeDecider: Decider {
    @usableFromInline package static func decide(
        _ command: WorkflowNodeCommand, given state: WorkflowNode?, _ order: CommandContext,
        in world: any DecisionContext
    ) throws(Rejection) -> [WorkflowNodeEvent] {
        if case .place(let placed) = command { return try self.place(placed, state, order, world) }
        guard let state else { throw .notFound(WorkflowNode.kind, WorkflowNodeID(bits: command.target).description) }
        if let instant = state.removedAt {
            if case .remove = command { return [] }
            throw .broken("workflow_node \(state.id) was removed at \(instant); place another")
        }
        let events = try self.change(command, state, order, world)
        if !events.isEmpty { _ = try world.requireEditable(state.workflow, order) }
        return events
    }

    private static func change(
        _ command: WorkflowNodeCommand, _ state: WorkflowNode, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [WorkflowNodeEvent] {
        switch command {
        case .place: return []
        case .configure(var configured):
            try configured.settings.settle()
            if configured.settings == state.settings { return [] }
            if let agent = configured.settings.agent, agent != state.settings.agent {
                try world.requireAvailable(agent, to: state.organization, order)
            }
            try self.requireFree(configured.settings.name, in: state.workflow, for: state.id, world)
            return [.configured(configured)]
        case .move(let moved): return moved.x == state.x && moved.y == state.y ? [] : [.moved(moved)]
        case .enable(let enabled): return state.enabled ? [] : [.enabled(enabled)]
        case .disable(let disabled): return state.enabled ? [.disabled(disabled)] : []
        case .remove(let removed): return [.removed(removed)]
        }
    }

    private static func place(
        _ command: WorkflowNodePlaced, _ state: WorkflowNode?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [WorkflowNodeEvent] {
        try Require.id(command.id, "workflow_node_id")
        if let state {
            guard state.workflow == command.workflow else { throw .alreadyExists(WorkflowNode.kind, command.id) }
            return []
        }
        var placed = command
        try placed.settings.settle()
        placed.organization = try world.requireEditable(command.workflow, order).organization
        placed.enabled = command.enabled ?? true
        if let agent = placed.settings.agent { try world.requireAvailable(agent, to: placed.organization, order) }
        try self.requireFree(placed.settings.name, in: command.workflow, for: command.id, world)
        return [.placed(placed)]
    }

    private static func requireFree(
        _ name: String, in workflow: WorkflowID, for id: WorkflowNodeID, _ world: any DecisionContext
    ) throws(Rejection) {
        try world.requireFree(
            WorkflowNode.alias(of: name, in: workflow), for: id, what: "name \"\(name)\" in workflow \(workflow)")
    }

    @usableFromInline package static func evolve(
        _ state: inout WorkflowNode?, by event: WorkflowNodeEvent, _ envelope: Envelope
    ) {
        if case .placed(let placed) = event {
            state = WorkflowNode(placed, at: envelope.occurredAt)
            return
        }
        state?.apply(event, at: envelope.occurredAt)
    }
}

extension WorkflowNode {
    init(_ placed: WorkflowNodePlaced, at instant: Instant) {
        self.id = placed.id
        self.organization = placed.organization
        self.workflow = placed.workflow
        self.x = placed.x
        self.y = placed.y
        self.settings = placed.settings
        self.enabled = placed.enabled ?? true
        self.createdAt = instant
        self.updatedAt = instant
    }

    mutating func apply(_ event: WorkflowNodeEvent, at instant: Instant) {
        self.updatedAt = instant
        switch event {
        case .placed: break
        case .configured(let configured): self.settings = configured.settings
        case .moved(let moved):
            self.x = moved.x
            self.y = moved.y
        case .enabled:
            self.enabled = true
            self.disabledReason = nil
        case .disabled(let disabled):
            self.enabled = false
            self.disabledReason = disabled.reason
        case .removed: self.removedAt = instant
        }
    }
}
