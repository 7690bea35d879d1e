import LedgerDomain
import LedgerEvents

/// Workflows are started by the clock, and for a while by others.
extension Workday {
    /// Each workflow has a schedule, which starts as many runs as it likes.
    mutating func schedule(_ workflow: SimulatedWorkflow, in script: inout Script) {
        let minute = self.dice.below(60)
        script.add(
            after: Milliseconds.minute,
            .workflowTrigger(
                .add(
                    .with {
                        $0.id = workflow.schedule
                        $0.workflow = workflow.id
                        $0.triggerType = .schedule
                        $0.settings.scheduleCron = "\(minute) * * * *"
                        $0.settings.maxConcurrentExecutions = 10_000
                    })))
    }

    /// For some hours others may start a workflow; nobody does.
    mutating func connectWebhook() -> Bool {
        guard let index = self.claimWorkflow() else { return false }
        let workflow = self.organization.workflows[index].id
        var script = self.script(as: self.organization.administrator.actor, hour: 9)
        let trigger: WorkflowTriggerID = self.dice.id(at: script.now)
        var settings = WorkflowTriggerSettings()
        settings.webhookURL = "https://hooks.org-\(self.organization.number).example/\(self.nextSerial())"
        script.add(
            .workflowTrigger(
                .add(
                    .with {
                        $0.id = trigger
                        $0.workflow = workflow
                        $0.triggerType = .webhook
                        $0.enabled = false
                        $0.settings = settings
                    })))
        settings.webhookSecretReference = "vault:org-\(self.organization.number)/hook"
        settings.maxConcurrentExecutions = self.dice.within(2...8)
        script.add(
            after: Milliseconds.minute,
            .workflowTrigger(
                .change(
                    .with {
                        $0.id = trigger
                        $0.settings = settings
                    })))
        script.add(
            after: Milliseconds.minute,
            .workflowTrigger(.enable(.with { $0.id = trigger })))
        script.add(
            after: self.dice.within(Milliseconds.hour...(4 * Milliseconds.hour)),
            .workflowTrigger(
                .disable(
                    .with {
                        $0.id = trigger
                        $0.reason = "nobody calls"
                    })))
        script.add(
            after: Milliseconds.hour,
            .workflowTrigger(.remove(.with { $0.id = trigger })))
        self.plan(script)
        return true
    }
}
