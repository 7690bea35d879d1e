import LedgerEvents

/// Fires schedule triggers that have become due. One that was due more than once since the last tick fires once, for the
/// latest of these moments.
package enum ScheduledTriggers: DomainPolicy {
    package static let name = "scheduled_triggers"
    package static let summary = "fires schedule triggers that have become due"
    package static let gives = ["workflow_trigger.fire"]
    package static let hears = [PolicyClockTicked.type]

    package static func answer(_ event: DomainEvent, _ envelope: Envelope, in world: any DecisionContext)
        -> [PolicyCommand]
    {
        guard case .clock(.ticked(let tick)) = event, let now = tick.time else { return [] }
        return world.members(of: WorkflowTrigger.waiting(.schedule), as: WorkflowTrigger.self).compactMap { id in
            guard let trigger = world.peek(id), let text = trigger.settings.scheduleCron,
                let workflow = world.peek(trigger.workflow), workflow.status == .active, workflow.deletedAt == nil,
                // What cannot be read was refused.
                let cron = try? CronExpression(text)
            else { return nil }
            // It is due from when it was added, changed or enabled on.
            let since = max(tick.previous ?? trigger.createdAt, trigger.updatedAt)
            guard let due = cron.latest(after: since, through: now) else { return nil }
            var fired = WorkflowTriggerFired()
            fired.id = id
            return PolicyCommand(.workflowTrigger(.fire(fired)), at: due)
        }
    }
}
