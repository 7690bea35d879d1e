import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum ProjectStepEvent: EntityEvent {
    case added(ProjectStepAdded)
    case started(ProjectStepStarted)
    case completed(ProjectStepCompleted)
    case failed(ProjectStepFailed)
    case skipped(ProjectStepSkipped)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.added), EventCase(Self.started), EventCase(Self.completed), EventCase(Self.failed),
        EventCase(Self.skipped),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .added(let payload): try visitor.visit(payload)
        case .started(let payload): try visitor.visit(payload)
        case .completed(let payload): try visitor.visit(payload)
        case .failed(let payload): try visitor.visit(payload)
        case .skipped(let payload): try visitor.visit(payload)
        }
    }
}

public struct ProjectStepAdded: EntityPayload {
    @usableFromInline package static let type: EventType = "project_step.added"
    public var id = ProjectStepID.zero
    /// The project's. Written by the decider.
    public var organization = OrganizationID.zero
    public var project = ProjectID.zero
    /// Its name in the project, which no other step has.
    public var name = ""
    /// Nil in a command means the number of steps before it.
    public var index: Int?
    public var stepType = ""
    public var title = ""
    public var agentName: String?
    public var prompt: String?
    /// The `step_id`s of the steps that must have ended before this one starts. They were added before it.
    public var dependencies: [String] = []
    public var metadata = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "project_step_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "project_id", &self.project)
        try v.field(4, "step_id", &self.name)
        try v.field(5, "step_index", &self.index)
        try v.field(6, "step_type", &self.stepType)
        try v.field(7, "step_name", &self.title)
        try v.field(8, "agent_name", &self.agentName)
        try v.field(9, "prompt", &self.prompt)
        try v.field(10, "dependencies", &self.dependencies)
        try v.field(11, "metadata", &self.metadata)
    }
}

public struct ProjectStepStarted: EntityPayload {
    @usableFromInline package static let type: EventType = "project_step.started"
    public var id = ProjectStepID.zero
    /// Written by the decider, as in the events that follow: it tells the project which step is its current one.
    public var project = ProjectID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "project_step_id", &self.id)
        try v.field(2, "project_id", &self.project)
    }
}

public struct ProjectStepCompleted: EntityPayload {
    @usableFromInline package static let type: EventType = "project_step.completed"
    public var id = ProjectStepID.zero
    /// Written by the decider.
    public var project = ProjectID.zero
    public var result: JSONText?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "project_step_id", &self.id)
        try v.field(2, "project_id", &self.project)
        try v.field(3, "result", &self.result)
    }
}

public struct ProjectStepFailed: EntityPayload {
    @usableFromInline package static let type: EventType = "project_step.failed"
    public var id = ProjectStepID.zero
    /// Written by the decider.
    public var project = ProjectID.zero
    public var reason: String?
    public var errorDetails: JSONText?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "project_step_id", &self.id)
        try v.field(2, "project_id", &self.project)
        try v.field(3, "status_reason", &self.reason)
        try v.field(4, "error_details", &self.errorDetails)
    }
}

public struct ProjectStepSkipped: EntityPayload {
    @usableFromInline package static let type: EventType = "project_step.skipped"
    public var id = ProjectStepID.zero
    /// Written by the decider.
    public var project = ProjectID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "project_step_id", &self.id)
        try v.field(2, "project_id", &self.project)
        try v.field(3, "status_reason", &self.reason)
    }
}
