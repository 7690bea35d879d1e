import LedgerDomain
import LedgerEvents

/// How a workflow's runs went.
package struct WorkflowStatistics: Stored {
    package static let kind = "workflow_statistics"

    package var totalExecutions = 0
    package var successfulExecutions = 0
    /// Runs that failed or timed out and were not retried since.
    package var failedExecutions = 0
    /// Runs that came to an end after they had started.
    package var timedExecutions = 0
    package var durationMilliseconds = 0
    package var estimatedCost = CostSum()

    package init() {}

    /// Milliseconds; nil before the first run ended.
    package var averageDuration: Double? {
        self.timedExecutions == 0 ? nil : Double(self.durationMilliseconds) / Double(self.timedExecutions)
    }

    /// Over all runs, rounded half to even at the twelfth digit; nil while no cost is known, or for several currencies.
    package var averageCost: ExactDecimal? { self.averageCosts.count == 1 ? self.averageCosts[0].amount : nil }

    /// The same in each currency, ascending.
    package var averageCosts: [Money] {
        if self.totalExecutions <= 0 { return [] }
        return self.estimatedCost.amounts.map { cost in
            let average = ExactDecimal.dividedHalfEven(cost.amount.picos, by: Int128(self.totalExecutions))
            return Money(ExactDecimal(picos: average), cost.currency)
        }
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "total_executions", &self.totalExecutions)
        try v.field(2, "successful_executions", &self.successfulExecutions)
        try v.field(3, "failed_executions", &self.failedExecutions)
        try v.field(4, "timed_executions", &self.timedExecutions)
        try v.field(5, "duration_ms", &self.durationMilliseconds)
        try v.field(6, "estimated_cost", &self.estimatedCost)
    }

    /// Replaces what a run counted for before by what it counts for now.
    mutating func replace(_ before: RunOutcome?, by after: RunOutcome?) {
        if let before { self.count(before, -1) }
        if let after { self.count(after, 1) }
    }

    private mutating func count(_ run: RunOutcome, _ sign: Int) {
        self.totalExecutions += sign
        switch run.status {
        case .completed: self.successfulExecutions += sign
        case .failed, .timeout: self.failedExecutions += sign
        case .queued, .pending, .running, .paused, .cancelled: break
        }
        if let duration = run.duration {
            self.timedExecutions += sign
            self.durationMilliseconds += sign * Int(duration)
        }
    }
}

/// What one run counts for.
struct RunOutcome: Equatable {
    var workflow: WorkflowID
    var status: WorkflowExecution.Status
    var duration: Int64?

    /// `inout` to look at the run where it lies; it is not changed.
    init?(_ run: inout WorkflowExecution?) {
        guard let workflow = run?.workflow, let status = run?.status else { return nil }
        self.workflow = workflow
        self.status = status
        self.duration = run?.durationMilliseconds
    }
}
