import LedgerEvents

/// Triggers an alert when a rule's condition comes to be met, and resolves it when it ceases to be: failures in a row,
/// error rates and latencies when runs end, missed heartbeats when the clock ticks.
///
/// What somebody resolved is not triggered again before the condition ceased to be met, save for an agent that is still
/// silent.
package enum AlertEvaluation: DomainPolicy {
    package static let name = "alert_evaluation"
    package static let summary = "triggers and resolves alerts as their rules say"
    package static let gives = ["alert.trigger", "alert.resolve"]
    package static let hears = [
        WorkflowExecutionCompleted.type, WorkflowExecutionFailed.type, WorkflowExecutionTimedOut.type,
        PolicyClockTicked.type,
    ]

    /// Namespace of the alerts' ids.
    private static let namespace: UInt128 = 0x7D28_E91B_35C6_5F0A_8E47_B06A_13DF_29C5

    package static func answer(_ event: DomainEvent, _ envelope: Envelope, in world: any DecisionContext)
        -> [PolicyCommand]
    {
        if case .clock(.ticked(let tick)) = event, let now = tick.time {
            return self.fade(at: now, world) + self.listen(at: now, envelope, world)
        }
        guard case .workflowExecution(let ended) = event else { return [] }
        return self.judge(WorkflowExecutionID(bits: ended.target), envelope, world)
    }

    // MARK: Runs

    private static func judge(
        _ id: WorkflowExecutionID, _ envelope: Envelope, _ world: any DecisionContext
    ) -> [PolicyCommand] {
        guard let run = world.peek(id) else { return [] }
        return world.members(of: AlertRule.watching(run.organization), as: AlertRule.self).compactMap { ruleID in
            guard let rule = world.peek(ruleID), rule.watches(run.agent),
                let watch = world.peek(AlertWatch.id(of: ruleID, for: run.agent))
            else { return nil }
            let open = self.open(ruleID, run.agent, world)
            if watch.metAt == envelope.position, open == nil {
                var triggered = self.alert(ruleID, run.agent, envelope, at: envelope.occurredAt)
                triggered.workflowExecution = id
                triggered.details = self.details(watch, rule, at: envelope.occurredAt)
                return self.trigger(triggered, at: envelope.occurredAt)
            }
            if watch.clearedAt == envelope.position, let open { return self.resolve(open, at: envelope.occurredAt) }
            return nil
        }
    }

    private static func details(_ watch: AlertWatch, _ rule: AlertRule, at now: Instant) -> JSONText {
        switch rule.condition {
        case .consecutiveFailures?: return JSONText(uncheckedCanonical: #"{"consecutive_failures":\#(watch.streak)}"#)
        case .latency?: return JSONText(uncheckedCanonical: #"{"consecutive_executions":\#(watch.streak)}"#)
        case .errorRate(_, let windowMinutes, _)?:
            let (ended, failed) = watch.runs(within: windowMinutes, before: now)
            return JSONText(uncheckedCanonical: #"{"executions":\#(ended),"failures":\#(failed)}"#)
        case .missedHeartbeat?, nil: return .emptyObject
        }
    }

    // MARK: Ticks

    /// Error rates sink as time goes by.
    private static func fade(at now: Instant, _ world: any DecisionContext) -> [PolicyCommand] {
        world.members(of: Alert.open, as: Alert.self).compactMap { id in
            guard let alert = world.peek(id), let rule = world.peek(alert.rule), rule.enabled, rule.deletedAt == nil,
                let condition = rule.condition, case .errorRate = condition,
                let watch = world.peek(AlertWatch.id(of: rule.id, for: alert.agent)),
                watch.isMet, !watch.isMet(condition, at: now)
            else { return nil }
            return self.resolve(id, at: now)
        }
    }

    private static func listen(at now: Instant, _ envelope: Envelope, _ world: any DecisionContext) -> [PolicyCommand] {
        world.members(of: AlertRule.listening, as: AlertRule.self).flatMap { ruleID -> [PolicyCommand] in
            guard let rule = world.peek(ruleID), case .missedHeartbeat(let seconds)? = rule.condition else { return [] }
            let agents =
                rule.agent.map { [$0] } ?? world.members(of: Agent.beating(in: rule.organization), as: Agent.self)
            return agents.compactMap { agentID in
                guard let agent = world.peek(agentID) else { return nil }
                // One that never said anything has been silent since the rule was made.
                let heard = agent.lastHeartbeatAt ?? rule.updatedAt
                let isSilent =
                    agent.status == .active && agent.deletedAt == nil && now > heard.advanced(bySeconds: Int64(seconds))
                let open = self.open(ruleID, agentID, world)
                if isSilent, open == nil {
                    var triggered = self.alert(ruleID, agentID, envelope, at: now)
                    triggered.details = JSONText(uncheckedCanonical: #"{"silent_since":"\#(heard)"}"#)
                    return self.trigger(triggered, at: now)
                }
                if !isSilent, let open { return self.resolve(open, at: now) }
                return nil
            }
        }
    }

    // MARK: Commands

    private static func open(_ rule: AlertRuleID, _ agent: AgentID?, _ world: any DecisionContext) -> AlertID? {
        world.holder(of: Alert.alias(ofOpen: rule, for: agent), as: Alert.self)
    }

    private static func alert(
        _ rule: AlertRuleID, _ agent: AgentID?, _ cause: Envelope, at now: Instant
    ) -> AlertTriggered {
        var triggered = AlertTriggered()
        let name = "\(rule)/\(agent?.description ?? "-")/\(cause.id)"
        triggered.id = AlertID(bits: UUIDv8.named(name.utf8, in: self.namespace, at: now))
        triggered.rule = rule
        triggered.agent = agent
        return triggered
    }

    private static func trigger(_ triggered: AlertTriggered, at now: Instant) -> PolicyCommand {
        PolicyCommand(.alert(.trigger(triggered)), at: now)
    }

    private static func resolve(_ id: AlertID, at now: Instant) -> PolicyCommand {
        var resolved = AlertResolved()
        resolved.id = id
        resolved.resolution = "the condition is met no more"
        return PolicyCommand(.alert(.resolve(resolved)), at: now)
    }
}
