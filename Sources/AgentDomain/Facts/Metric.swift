import LedgerEvents

/// One measured value: latency, quality, an error rate, or whatever an agent reports.
public struct Metric: Fact {
    @usableFromInline package static let kind = "metric"
    @usableFromInline package static let type: EventType = "metric.recorded"
    @usableFromInline package static let command = "metric.record"
    @usableFromInline package typealias Rules = FactRules<Metric>

    public var id = MetricID.zero
    /// Written by the decider where an execution or agent says it.
    public var organization = OrganizationID.zero
    public var agentExecution: AgentExecutionID?
    public var agent: AgentID?
    public var metricType = ""
    /// Not negative.
    public var value = 0.0
    public var unit: String?
    public var dimensions = JSONText.emptyObject

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization == .zero ? nil : self.organization }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "metric_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "agent_execution_id", &self.agentExecution)
        try v.field(4, "agent_id", &self.agent)
        try v.field(5, "metric_type", &self.metricType)
        try v.field(6, "value", &self.value)
        try v.field(7, "unit", &self.unit)
        try v.field(8, "dimensions", &self.dimensions)
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        try Require.text(self.metricType, "metric_type")
        guard self.value.isFinite, self.value >= 0 else {
            throw .invalid("value", "is \(self.value); it must be a number that is not negative")
        }
        if let execution = self.agentExecution {
            let execution = try world.require(execution)
            self.organization = execution.organization
            if let agent = self.agent, agent != execution.agent {
                try world.requireAvailable(agent, to: execution.organization, order)
            }
            self.agent = self.agent ?? execution.agent
        } else if let agent = self.agent {
            let agent = try world.require(agent)
            if self.organization == .zero, let owner = agent.owner { self.organization = owner }
            if let owner = agent.owner, self.organization != owner, !agent.isAvailable(to: self.organization) {
                throw .broken(
                    "agent \(agent.id) is neither owned by organization \(self.organization) nor shared with it")
            }
        }
        if self.organization != .zero { try world.requireLive(self.organization, order) }
    }
}

public typealias MetricID = ID<Metric>
@usableFromInline package typealias MetricEvent = FactEvent<Metric>
@usableFromInline package typealias MetricCommand = FactCommand<Metric>
