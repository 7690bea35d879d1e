import LedgerDomain
import LedgerEvents
import Testing

/// Runs and what happens in them.
extension Scenario {
    func queued(_ workflow: WorkflowID, _ fill: (inout WorkflowExecutionQueued) -> Void = { _ in }) -> DomainCommand {
        var queued = WorkflowExecutionQueued()
        queued.id = self.newID()
        queued.workflow = workflow
        fill(&queued)
        return .workflowExecution(.queue(queued))
    }

    func run(of workflow: WorkflowID, _ fill: (inout WorkflowExecutionQueued) -> Void = { _ in }) -> WorkflowExecutionID
    {
        let command = self.queued(workflow, fill)
        guard case .workflowExecution(let queue) = command else { return .zero }
        self.accept(command, gives: "workflow_execution.queued")
        return ID(bits: queue.target)
    }

    func running(_ workflow: WorkflowID) -> WorkflowExecutionID {
        let run = self.run(of: workflow)
        self.reach(.running, run)
        return run
    }

    /// Brings a queued run to a status, by commands alone.
    func reach(_ status: WorkflowExecution.Status, _ run: WorkflowExecutionID) {
        switch status {
        case .queued: return
        case .pending:
            self.accept(.workflowExecution(.dispatch(.with { $0.id = run })), gives: "workflow_execution.dispatched")
        case .running:
            self.reach(.pending, run)
            self.accept(.workflowExecution(.start(.with { $0.id = run })), gives: "workflow_execution.started")
        case .paused:
            self.reach(.running, run)
            self.accept(.workflowExecution(.pause(.with { $0.id = run })), gives: "workflow_execution.paused")
        case .completed:
            self.reach(.running, run)
            self.accept(.workflowExecution(.complete(.with { $0.id = run })), gives: "workflow_execution.completed")
        case .failed:
            self.reach(.running, run)
            self.accept(.workflowExecution(.fail(.with { $0.id = run })), gives: "workflow_execution.failed")
        case .timeout:
            self.reach(.running, run)
            self.accept(
                .workflowExecution(.timeOut(.with { $0.id = run })), gives: "workflow_execution.timed_out",
                "workflow_execution.resources_released")
        case .cancelled:
            self.accept(.workflowExecution(.cancel(.with { $0.id = run })), gives: "workflow_execution.cancelled")
        }
    }

    func agentExecution(
        in run: WorkflowExecutionID, _ fill: (inout AgentExecutionQueued) -> Void = { _ in }
    ) -> AgentExecutionID {
        var queued = AgentExecutionQueued()
        queued.id = self.newID()
        queued.workflowExecution = run
        fill(&queued)
        self.accept(.agentExecution(.queue(queued)), gives: "agent_execution.queued")
        return queued.id
    }

    func modelCall(in run: WorkflowExecutionID, _ fill: (inout ModelCall) -> Void = { _ in }) -> DomainCommand {
        var call = ModelCall()
        call.id = self.newID()
        call.workflowExecution = run
        call.provider = "acme-ai"
        call.model = "large"
        fill(&call)
        return .modelCall(.record(call))
    }

    /// Sets a price; without a moment it holds from 1970 on.
    func price(_ usageType: String, _ amount: String, _ fill: (inout Price) -> Void = { _ in }) -> PriceID {
        var price = Price()
        price.usageType = usageType
        price.amount = ExactDecimal(amount) ?? .zero
        fill(&price)
        price.id = ID(bits: price.newID(0))
        self.accept(.price(.record(price)), gives: "price.set")
        return price.id
    }

    func usage(
        of organization: OrganizationID, _ usageType: String, _ quantity: Int,
        _ fill: (inout UsageRecorded) -> Void = { _ in }
    ) -> UsageRecordID {
        var usage = UsageRecorded()
        usage.id = self.newID()
        usage.organization = organization
        usage.usageType = usageType
        usage.quantity = Quantity(quantity)
        fill(&usage)
        self.accept(.usageRecord(.record(usage)), gives: "usage_record.recorded")
        return usage.id
    }

    /// All usage records, in the order in which they were recorded.
    var usageRecords: [UsageRecord] {
        self.events.compactMap { event in
            guard case .usageRecord(.recorded(let recorded)) = event else { return nil }
            return self.find(recorded.id)
        }
    }
}
