import LedgerDomain
import LedgerEvents

/// Steps are drawn into workflows, moved about and taken out again.
extension Workday {
    mutating func drawNode() -> Bool {
        guard let index = self.claimWorkflow() else { return false }
        let workflow = self.organization.workflows[index]
        var script = self.script(as: self.organization.administrator.actor, hour: 14)
        let node: WorkflowNodeID = self.dice.id(at: script.now)
        var settings = WorkflowNodeSettings()
        settings.name = "step \(self.nextSerial())"
        script.add(
            .workflowNode(
                .place(
                    .with {
                        $0.id = node
                        $0.workflow = workflow.id
                        $0.settings = settings
                    })))
        settings.role = self.dice.pick([.coordinator, .analyzer, .custom])
        settings.agent = workflow.agents[0]
        settings.temperature = .cents(self.dice.within(0...100))
        settings.tools = ["search"]
        script.add(
            after: Milliseconds.minute,
            .workflowNode(
                .configure(
                    .with {
                        $0.id = node
                        $0.settings = settings
                    })))
        let (x, y) = (self.dice.within(1...1000), self.dice.within(0...600))
        script.add(
            after: Milliseconds.second,
            .workflowNode(
                .move(
                    .with {
                        $0.id = node
                        $0.x = x
                        $0.y = y
                    })))
        script.add(
            after: Milliseconds.minute,
            .workflowNode(
                .disable(
                    .with {
                        $0.id = node
                        $0.reason = "not ready"
                    })))
        script.add(after: Milliseconds.hour, .workflowNode(.enable(.with { $0.id = node })))
        if self.dice.chance(perMille: 700) {
            script.add(after: Milliseconds.hour, .workflowNode(.remove(.with { $0.id = node })))
        }
        self.plan(script)
        return true
    }
}
