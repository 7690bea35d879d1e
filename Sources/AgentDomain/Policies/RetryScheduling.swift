import LedgerEvents

/// Puts failed runs back into the queue while they have retries left and their workflow's `error_handling` permits it.
/// Where that asks for a back-off, the run is not to be dispatched before its `retry_at`.
package enum RetryScheduling: DomainPolicy {
    package static let name = "retry_scheduling"
    package static let summary = "schedules retries of failed runs"
    package static let gives = ["workflow_execution.schedule_retry"]
    package static let hears = [WorkflowExecutionFailed.type]

    /// Of what traces tell, and the tables of a platform: it ran elsewhere and is over, and is nobody's here to repeat.
    private static let observed: Set = ["otlp", "adoption"]

    package static func answer(_ event: DomainEvent, _ envelope: Envelope, in world: any DecisionContext)
        -> [PolicyCommand]
    {
        guard case .workflowExecution(.failed(let failed)) = event, let run = world.peek(failed.id),
            run.status == .failed, run.retryCount < run.maxRetries,
            !self.observed.contains(envelope.source?.channel ?? ""),
            // Not an earlier failure, that somebody answered before us.
            run.completedAt == envelope.occurredAt,
            let workflow = world.peek(run.workflow), workflow.deletedAt == nil, workflow.status != .archived
        else { return [] }
        let handling = ErrorHandling(workflow.errorHandling)
        guard handling.retries else { return [] }
        var retry = WorkflowExecutionRetryScheduled()
        retry.id = failed.id
        let wait = handling.backoffSeconds(beforeRetry: run.retryCount + 1)
        retry.notBefore = wait == 0 ? nil : envelope.occurredAt.advanced(bySeconds: wait)
        return [
            PolicyCommand(.workflowExecution(.scheduleRetry(retry)), at: envelope.occurredAt)
        ]
    }
}

/// What a workflow's `error_handling` says about retries: `{"strategy":"retry","backoff_seconds":30}`.
///
/// Other members are the platform's own affair, and so are values of another type.
struct ErrorHandling: Equatable {
    /// Whether failed runs are tried again: unless `strategy` says something other than `retry`.
    private(set) var retries = true
    /// Before the first retry; doubled before each further one.
    private(set) var backoffSeconds: Int64 = 0

    static let longestBackoffSeconds: Int64 = 86_400

    init(_ json: JSONText) {
        do {
            try json.reading { reader in
                try reader.object { reader, key in
                    switch (key.string, try reader.kind()) {
                    case ("strategy", .string): self.retries = try reader.string() == "retry"
                    case ("backoff_seconds", .number):
                        let text = try JSONText(reading: &reader).text
                        self.backoffSeconds = min(max(0, Int64(text) ?? 0), Self.longestBackoffSeconds)
                    case _: try reader.skip()
                    }
                }
            }
        } catch {
            // Decided commands hold an object only; whatever else stands there says nothing about retries.
        }
    }

    /// At most a day.
    func backoffSeconds(beforeRetry number: Int) -> Int64 {
        if self.backoffSeconds == 0 { return 0 }
        let doublings = min(max(0, number - 1), 20)
        return min(self.backoffSeconds << Int64(doublings), Self.longestBackoffSeconds)
    }
}
