import LedgerDomain
import LedgerEvents

/// What an organization used in one calendar month (UTC, by the time things happened).
package struct OrganizationUsage: Stored {
    package static let kind = "organization_usage"
    package static let isToldByItsTag = false

    package var organization = OrganizationID.zero
    /// The month's first day.
    package var month = Day.zero
    package var executions = 0
    package var modelCalls = 0
    package var toolCalls = 0
    package var inputTokens = 0
    package var outputTokens = 0
    package var unpricedCalls = 0
    package var reportedCost = CostSum()
    package var computedCost = CostSum()

    package init() {}

    package static func id(_ organization: OrganizationID, _ month: Day) -> ID<OrganizationUsage> {
        ID(organization, month)
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.organization)
        try v.field(2, "month", &self.month)
        try v.field(3, "executions", &self.executions)
        try v.field(4, "model_calls", &self.modelCalls)
        try v.field(5, "tool_calls", &self.toolCalls)
        try v.field(6, "input_tokens", &self.inputTokens)
        try v.field(7, "output_tokens", &self.outputTokens)
        try v.field(8, "unpriced_calls", &self.unpricedCalls)
        try v.field(9, "reported_cost", &self.reportedCost)
        try v.field(10, "computed_cost", &self.computedCost)
    }

    /// - Parameter sign: -1 takes away what was added.
    mutating func add(_ call: CallAmounts, _ sign: Int = 1) {
        self.modelCalls += sign
        self.inputTokens += sign * call.inputTokens
        self.outputTokens += sign * call.outputTokens
        if call.isUnpriced { self.unpricedCalls += sign }
        self.reportedCost.add(call.reportedCost, sign)
        self.computedCost.add(call.computedCost, sign)
    }
}
