import LedgerEvents

@usableFromInline package enum AlertDecider: Decider {
    @usableFromInline package static func decide(
        _ command: AlertCommand, given state: Alert?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [AlertEvent] {
        switch command {
        case .trigger(let triggered): return try self.trigger(triggered, state, order, world)
        case .resolve(let resolved):
            guard let state else { throw .notFound(Alert.kind, resolved.id.description) }
            return state.status == .resolved ? [] : [.resolved(resolved)]
        }
    }

    private static func trigger(
        _ command: AlertTriggered, _ state: Alert?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [AlertEvent] {
        try Require.id(command.id, "alert_id")
        if let state {
            guard state.rule == command.rule else { throw .alreadyExists(Alert.kind, command.id) }
            return []
        }
        let rule = try world.require(command.rule)
        if let instant = rule.deletedAt { throw .deleted(AlertRule.kind, rule.id, instant) }
        guard rule.enabled || order.isHistory else {
            throw .broken("alert_rule \(rule.id) is disabled and triggers nothing; enable it")
        }
        try Require.object(command.details, "details")
        var triggered = command
        triggered.organization = rule.organization
        triggered.agent = try self.agent(of: command, rule, world)
        triggered.severity = rule.settings.severity
        triggered.conditions = rule.settings.conditions
        triggered.channels = rule.settings.channels
        if let run = command.workflowExecution {
            guard try world.organization(of: run, with: nil) == rule.organization else {
                throw .broken("workflow_execution \(run) belongs to another organization than alert_rule \(rule.id)")
            }
        }
        try world.requireFree(
            Alert.alias(ofOpen: rule.id, for: triggered.agent), for: command.id,
            what: "the place of the one open alert of alert_rule \(rule.id) and this agent")
        return [.triggered(triggered)]
    }

    private static func agent(
        of command: AlertTriggered, _ rule: AlertRule, _ world: any DecisionContext
    ) throws(Rejection) -> AgentID? {
        guard let agent = command.agent else { return rule.agent }
        guard rule.watches(agent) else {
            throw .broken("alert_rule \(rule.id) watches agent \(rule.agent ?? .zero), not agent \(agent)")
        }
        guard let found = world.peek(agent) else { throw .notFound(Agent.kind, agent.description) }
        guard found.isAvailable(to: rule.organization) else {
            throw .broken("agent \(agent) is neither owned by organization \(rule.organization) nor shared with it")
        }
        return agent
    }

    @usableFromInline package static func evolve(_ state: inout Alert?, by event: AlertEvent, _ envelope: Envelope) {
        switch event {
        case .triggered(let triggered): state = Alert(triggered, at: envelope.occurredAt)
        case .resolved(let resolved):
            state?.status = .resolved
            state?.resolvedAt = envelope.occurredAt
            state?.resolvedBy = envelope.actor.user.map { UserID(bits: $0) }
            state?.resolution = resolved.resolution
        }
    }
}

extension Alert {
    init(_ triggered: AlertTriggered, at instant: Instant) {
        self.id = triggered.id
        self.organization = triggered.organization
        self.rule = triggered.rule
        self.agent = triggered.agent
        self.workflowExecution = triggered.workflowExecution
        self.severity = triggered.severity
        self.conditions = triggered.conditions
        self.channels = triggered.channels
        self.details = triggered.details
        self.triggeredAt = instant
    }
}
