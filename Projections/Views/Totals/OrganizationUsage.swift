import AgentDomain
import EventSourcing

/// What an organization used in one calendar month (UTC, by the time things happened).
public struct OrganizationUsage: Stored {
    public static let kind = "organization_usage"
    public static let isToldByItsTag = false

    public var organization = OrganizationID.zero
    /// The month's first day.
    public var month = Day.zero
    public var executions = 0
    public var modelCalls = 0
    public var toolCalls = 0
    public var inputTokens = 0
    public var outputTokens = 0
    public var unpricedCalls = 0
    public var reportedCost = CostSum()
    public var computedCost = CostSum()

    public init() {}

    public static func id(_ organization: OrganizationID, _ month: Day) -> ID<OrganizationUsage> {
        ID(organization, month)
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    public mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
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
