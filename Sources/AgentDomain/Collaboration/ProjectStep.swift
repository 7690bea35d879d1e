import LedgerEvents

/// One step of a project. Steps depend on others that were added before them, so that no circle can come about.
public struct ProjectStep: Entity {
    @usableFromInline package static let kind = "project_step"
    @usableFromInline package typealias Rules = ProjectStepDecider

    public enum Status: String, Enumeration {
        case pending
        case inProgress = "in_progress"
        case completed, failed, skipped

        @usableFromInline package static var defaultValue: Status { .pending }

        package var successors: [Status] {
            switch self {
            case .pending: [.inProgress, .skipped]
            case .inProgress: [.completed, .failed]
            case .completed, .failed, .skipped: []
            }
        }

        /// Whether those that wait for it may start.
        package var isSettled: Bool { self == .completed || self == .skipped }
    }

    public var id = ProjectStepID.zero
    public var organization = OrganizationID.zero
    public var project = ProjectID.zero
    public var name = ""
    public var index = 0
    public var stepType = ""
    public var title = ""
    public var agentName: String?
    public var prompt: String?
    public var dependencies: [String] = []
    public var status = Status.pending
    public var statusReason: String?
    public var result: JSONText?
    public var errorDetails: JSONText?
    public var metadata = JSONText.emptyObject
    public var createdAt = Instant.zero
    public var startedAt: Instant?
    public var completedAt: Instant?
    public var updatedAt = Instant.zero

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package static var isIndexed: Bool { true }
    @usableFromInline package var aliases: [EventTag] { [Self.alias(of: self.name, in: self.project)] }
    @usableFromInline package var groups: [EventTag] { [Self.steps(of: self.project)] }

    package static func alias(of name: String, in project: ProjectID) -> EventTag {
        EventTag(kind: "project_step_name", text: "\(project)/\(name)")
    }

    static func steps(of project: ProjectID) -> EventTag { EventTag(kind: "project_steps", id: project.bits) }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "project_id", &self.project)
        try v.field(4, "step_id", &self.name)
        try v.field(5, "step_index", &self.index)
        try v.field(6, "step_type", &self.stepType)
        try v.field(7, "step_name", &self.title)
        try v.field(8, "agent_name", &self.agentName)
        try v.field(9, "prompt", &self.prompt)
        try v.field(10, "dependencies", &self.dependencies)
        try v.field(11, "status", &self.status)
        try v.field(12, "status_reason", &self.statusReason)
        try v.field(13, "result", &self.result)
        try v.field(14, "error_details", &self.errorDetails)
        try v.field(15, "metadata", &self.metadata)
        try v.field(16, "created_at", &self.createdAt)
        try v.field(17, "started_at", &self.startedAt)
        try v.field(18, "completed_at", &self.completedAt)
        try v.field(19, "updated_at", &self.updatedAt)
    }
}

public typealias ProjectStepID = ID<ProjectStep>
