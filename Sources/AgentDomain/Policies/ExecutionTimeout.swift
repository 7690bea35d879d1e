import LedgerEvents

/// Ends runs that have been running for longer than their workflow allows. A pause stops the time; it begins anew when
/// the run is resumed.
package enum ExecutionTimeout: DomainPolicy {
    package static let name = "execution_timeout"
    package static let summary = "times out runs that take longer than their workflow allows"
    package static let gives = ["workflow_execution.time_out"]
    package static let hears = [PolicyClockTicked.type]

    package static func answer(_ event: DomainEvent, _ envelope: Envelope, in world: any DecisionContext)
        -> [PolicyCommand]
    {
        guard case .clock(.ticked(let tick)) = event, let now = tick.time else { return [] }
        return world.members(of: WorkflowExecution.running, as: WorkflowExecution.self).compactMap { id in
            guard let run = world.peek(id), run.status == .running, let start = run.startedAt,
                let workflow = world.peek(run.workflow)
            else { return nil }
            let since = max(start, run.resumedAt ?? start)
            let limit = workflow.executionTimeoutSeconds
            guard now > since.advanced(bySeconds: Int64(limit)) else { return nil }
            var timedOut = WorkflowExecutionTimedOut()
            timedOut.id = id
            timedOut.message = "ran for longer than \(limit) s"
            return PolicyCommand(.workflowExecution(.timeOut(timedOut)), at: now)
        }
    }
}
