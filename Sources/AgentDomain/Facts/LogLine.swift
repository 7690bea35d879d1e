import LedgerEvents

/// One line of a run's log.
public struct LogLine: Fact {
    @usableFromInline package static let kind = "log_line"
    @usableFromInline package static let type: EventType = "log_line.recorded"
    @usableFromInline package static let command = "log_line.record"
    @usableFromInline package static let isRevisable = true
    @usableFromInline package static let withdrawnIDName: StaticString? = "log_id"
    @usableFromInline package typealias Rules = FactRules<LogLine>

    public enum Level: String, Enumeration {
        case debug, info, warning, error, critical

        @usableFromInline package static var defaultValue: Level { .info }
    }

    public var id = LogLineID.zero
    /// The workflow execution's. Written by the decider.
    public var organization = OrganizationID.zero
    public var workflowExecution = WorkflowExecutionID.zero
    public var agentExecution: AgentExecutionID?
    public var level = Level.info
    public var message = ""
    public var context = JSONText.emptyObject
    public var traceID: String?
    public var spanID: String?
    public var parentSpanID: String?
    public var source: String?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package var run: WorkflowExecutionID? { self.workflowExecution }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "log_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "workflow_execution_id", &self.workflowExecution)
        try v.field(4, "agent_execution_id", &self.agentExecution)
        try v.field(5, "level", &self.level)
        try v.field(6, "message", &self.message)
        try v.field(7, "context", &self.context)
        try v.field(8, "trace_id", &self.traceID)
        try v.field(9, "span_id", &self.spanID)
        try v.field(10, "parent_span_id", &self.parentSpanID)
        try v.field(11, "source", &self.source)
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        self.organization = try world.organization(of: self.workflowExecution, with: self.agentExecution)
    }
}

public typealias LogLineID = ID<LogLine>
@usableFromInline package typealias LogLineEvent = FactEvent<LogLine>
@usableFromInline package typealias LogLineCommand = FactCommand<LogLine>
