import LedgerDomain
import LedgerEvents

/// What sums take from a model call: a few numbers, which several sums share without a copy of the call.
struct CallAmounts {
    let inputTokens: Int
    let outputTokens: Int
    let isUnpriced: Bool
    let reportedCost: Money?
    let computedCost: Money?

    init(_ call: ModelCall) {
        self.inputTokens = call.totalInputTokens
        self.outputTokens = call.totalOutputTokens
        self.isUnpriced = Metering.isUnpriced(call)
        self.reportedCost = call.reportedCost
        self.computedCost = call.computedCost
    }

    /// The computed cost, else the reported one.
    var estimatedCost: Money? { self.computedCost ?? self.reportedCost }
}
