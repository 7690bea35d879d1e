import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerTables
import LedgerViews

/// How agents did over time: a measurement for each type of metric that was recorded or that heartbeats tell, and two
/// for how long executions took and how they ended.
///
/// A point says what stood when its event happened, so that it never changes: a metric carries the status that its
/// execution had just then, and an execution that failed and was repeated has a point for each end.
enum MonitoringPoints {
    static let points = Points { snapshot, after, body in
        var reader = EventReader()
        var numbers = try PointNumbers(snapshot, after: after)
        try snapshot.log.read(EventQuery(types: Self.types), after: after, through: snapshot.at, limit: .max) {
            stored in
            let (event, envelope) = try reader.read(stored)
            try Self.forEachPoint(of: event, envelope, in: snapshot) { point in
                try body(numbers.numbered(point, envelope))
            }
        }
    }

    static let types: [EventType] = [
        Metric.type, AgentHeartbeatReceived.type, AgentExecutionCompleted.type, AgentExecutionFailed.type,
        WorkflowExecutionCompleted.type, WorkflowExecutionFailed.type, WorkflowExecutionTimedOut.type,
        WorkflowExecutionCancelled.type,
    ]

    static func forEachPoint(
        of event: DomainEvent, _ envelope: Envelope, in snapshot: LedgerSnapshot, _ body: (Point) throws -> Void
    ) throws {
        let at = envelope.position
        if case .metric(.recorded(let metric)) = event {
            let part = try metric.agentExecution.flatMap { try snapshot.past($0, at: at) }
            try body(Point(metric, statusOfExecution: part?.status, envelope))
        } else if case .agent(.heartbeatReceived(let heartbeat)) = event {
            let organization = try snapshot.views.find(heartbeat.id)?.organization
            try heartbeat.metrics.forEachNumber { name, value in
                var point = Point(name, by: heartbeat.id, of: organization, status: nil, envelope)
                point.field("value", value)
                try body(point)
            }
        } else if case .agentExecution(let end) = event,
            let part = try snapshot.past(AgentExecutionID(bits: end.target), at: at)
        {
            var point = Point(
                "agent_execution_duration", by: part.agent, of: part.organization, status: part.status.rawValue,
                envelope)
            point.field("value", part.durationMilliseconds.map { Double($0) })
            point.field("unit", "ms")
            point.field("agent_execution_id", part.id.description)
            try body(point)
        } else if case .workflowExecution(let end) = event,
            let run = try snapshot.past(WorkflowExecutionID(bits: end.target), at: at)
        {
            var point = Point(
                "workflow_execution_duration", by: run.agent, of: run.organization, status: run.status.rawValue,
                envelope)
            point.field("value", run.durationMilliseconds.map { Double($0) })
            point.field("unit", "ms")
            point.field("workflow_execution_id", run.id.description)
            try body(point)
        }
    }
}

extension Point {
    fileprivate init(
        _ measurement: String, by agent: AgentID?, of organization: OrganizationID?, status: String?,
        _ envelope: Envelope
    ) {
        self.init(measurement, time: Self.time(of: envelope.occurredAt, at: envelope.position))
        self.label("agent_id", agent?.description)
        self.label("organization_id", organization?.description)
        self.label("status", status)
    }

    fileprivate init(_ metric: Metric, statusOfExecution status: AgentExecution.Status?, _ envelope: Envelope) {
        self.init(metric.metricType, by: metric.agent, of: metric.owner, status: status?.rawValue, envelope)
        self.field("value", metric.value)
        self.field("unit", metric.unit)
        self.field("agent_execution_id", metric.agentExecution?.description)
        self.field("dimensions", metric.dimensions == .emptyObject ? nil : metric.dimensions.text)
    }
}

extension JSONText {
    /// Hands over the numbers among an object's members.
    fileprivate func forEachNumber(_ body: (String, Double) throws -> Void) throws {
        try self.reading { json in
            try json.object { json, key in
                let name = key.string
                guard try json.kind() == .number else { return try json.skip() }
                let value = try json.double()
                if value.isFinite { try body(name, value) }
            }
        }
    }
}
