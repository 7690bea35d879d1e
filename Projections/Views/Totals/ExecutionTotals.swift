import LedgerDomain
import LedgerEvents

/// What the model and tool calls of one execution come to. Summed over the calls themselves, so that nothing counts
/// for both a parent and its child.
package struct ExecutionTotals<Subject: Entity>: Stored {
    package static var kind: String { "\(Subject.kind)_totals" }

    package var modelCalls = 0
    package var toolCalls = 0
    package var toolErrors = 0
    package var inputTokens = 0
    package var outputTokens = 0
    package var unpricedCalls = 0
    package var reportedCost = CostSum()
    package var computedCost = CostSum()
    /// Of each call the computed cost, else the reported one.
    package var estimatedCost = CostSum()

    package init() {}

    package var totalTokens: Int { self.inputTokens + self.outputTokens }

    @_specialize(where Subject == WorkflowExecution, V == WireEncoder)
    @_specialize(where Subject == WorkflowExecution, V == WireDecoder)
    @_specialize(where Subject == AgentExecution, V == WireEncoder)
    @_specialize(where Subject == AgentExecution, V == WireDecoder)
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "model_calls", &self.modelCalls)
        try v.field(2, "tool_calls", &self.toolCalls)
        try v.field(3, "tool_errors", &self.toolErrors)
        try v.field(4, "input_tokens", &self.inputTokens)
        try v.field(5, "output_tokens", &self.outputTokens)
        try v.field(6, "unpriced_calls", &self.unpricedCalls)
        try v.field(7, "reported_cost", &self.reportedCost)
        try v.field(8, "computed_cost", &self.computedCost)
        try v.field(9, "estimated_cost", &self.estimatedCost)
    }

    /// - Parameter sign: -1 takes away what was added.
    mutating func add(_ call: CallAmounts, _ sign: Int = 1) {
        self.modelCalls += sign
        self.inputTokens += sign * call.inputTokens
        self.outputTokens += sign * call.outputTokens
        if call.isUnpriced { self.unpricedCalls += sign }
        self.reportedCost.add(call.reportedCost, sign)
        self.computedCost.add(call.computedCost, sign)
        self.estimatedCost.add(call.estimatedCost, sign)
    }

    mutating func addToolCall(hasFailed: Bool, _ sign: Int) {
        self.toolCalls += sign
        if hasFailed { self.toolErrors += sign }
    }
}
