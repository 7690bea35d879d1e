import LedgerEvents

@usableFromInline package enum AlertRuleDecider: Decider {
    @usableFromInline package static func decide(
        _ command: AlertRuleCommand, given state: AlertRule?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [AlertRuleEvent] {
        if case .define(let defined) = command { return try self.define(defined, state, order, world) }
        guard let state else { throw .notFound(AlertRule.kind, AlertRuleID(bits: command.target).description) }
        if let instant = state.deletedAt {
            if case .delete = command { return [] }
            throw .deleted(AlertRule.kind, state.id, instant)
        }
        switch command {
        case .define: return []
        case .change(let changed):
            try changed.settings.check()
            return changed.settings == state.settings ? [] : [.changed(changed)]
        case .enable(let enabled): return state.enabled ? [] : [.enabled(enabled)]
        case .disable(let disabled): return state.enabled ? [.disabled(disabled)] : []
        case .delete(let deleted): return [.deleted(deleted)]
        }
    }

    private static func define(
        _ command: AlertRuleDefined, _ state: AlertRule?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [AlertRuleEvent] {
        try Require.id(command.id, "alert_rule_id")
        if let state {
            guard state.organization == command.organization, state.agent == command.agent else {
                throw .alreadyExists(AlertRule.kind, command.id)
            }
            return []
        }
        try command.settings.check()
        try world.requireOpen(command.organization, order)
        if let agent = command.agent { try world.requireAvailable(agent, to: command.organization, order) }
        var defined = command
        defined.enabled = command.enabled ?? true
        defined.createdBy = order.actor.user.map { UserID(bits: $0) } ?? command.createdBy
        if let user = defined.createdBy, order.actor.user == nil {
            try world.requireMember(user, of: command.organization, "created_by", order)
        }
        return [.defined(defined)]
    }

    @usableFromInline package static func evolve(
        _ state: inout AlertRule?, by event: AlertRuleEvent, _ envelope: Envelope
    ) {
        if case .defined(let defined) = event {
            state = AlertRule(defined, at: envelope.occurredAt)
            return
        }
        state?.apply(event, at: envelope.occurredAt)
    }
}

extension AlertRule {
    init(_ defined: AlertRuleDefined, at instant: Instant) {
        self.id = defined.id
        self.organization = defined.organization
        self.agent = defined.agent
        self.settings = defined.settings
        self.enabled = defined.enabled ?? true
        self.createdBy = defined.createdBy
        self.createdAt = instant
        self.updatedAt = instant
    }

    mutating func apply(_ event: AlertRuleEvent, at instant: Instant) {
        self.updatedAt = instant
        switch event {
        case .defined: break
        case .changed(let changed): self.settings = changed.settings
        case .enabled:
            self.enabled = true
            self.disabledReason = nil
        case .disabled(let disabled):
            self.enabled = false
            self.disabledReason = disabled.reason
        case .deleted: self.deletedAt = instant
        }
    }
}
