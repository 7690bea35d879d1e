import LedgerEvents

/// Work in several steps, which a conversation led to. It may be part of another project.
public struct Project: Entity {
    @usableFromInline package static let kind = "project"
    @usableFromInline package typealias Rules = ProjectDecider

    public enum Status: String, Enumeration {
        case planning
        case inProgress = "in_progress"
        case paused, completed, failed, cancelled

        @usableFromInline package static var defaultValue: Status { .planning }

        /// The states that a project in this one may go to.
        package var successors: [Status] {
            switch self {
            case .planning: [.inProgress, .cancelled]
            case .inProgress: [.paused, .completed, .failed, .cancelled]
            case .paused: [.inProgress, .cancelled]
            case .completed, .failed, .cancelled: []
            }
        }

        package var isFinished: Bool { self.successors.isEmpty }
    }

    public var id = ProjectID.zero
    public var organization = OrganizationID.zero
    public var conversation = ConversationID.zero
    public var user = UserID.zero
    public var name: String?
    public var description: String?
    public var plan: JSONText?
    public var status = Status.planning
    public var statusReason: String?
    /// The `step_id` of the step that was started last and has not ended.
    public var currentStep: String?
    public var errorDetails: JSONText?
    public var metadata = JSONText.emptyObject
    public var parent: ProjectID?
    /// 0 at the top.
    public var hierarchyLevel = 0
    /// Those directly below it.
    public var subprojectCount = 0
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package static var isIndexed: Bool { true }
    @usableFromInline package var groups: [EventTag] { self.parent.map { [Self.subprojects(of: $0)] } ?? [] }

    static func subprojects(of id: ProjectID) -> EventTag { EventTag(kind: "subprojects", id: id.bits) }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "conversation_id", &self.conversation)
        try v.field(4, "user_id", &self.user)
        try v.field(5, "name", &self.name)
        try v.field(6, "description", &self.description)
        try v.field(7, "plan_json", &self.plan)
        try v.field(8, "status", &self.status)
        try v.field(9, "status_reason", &self.statusReason)
        try v.field(10, "current_step_id", &self.currentStep)
        try v.field(11, "error_details", &self.errorDetails)
        try v.field(12, "metadata", &self.metadata)
        try v.field(13, "parent_project_id", &self.parent)
        try v.field(14, "hierarchy_level", &self.hierarchyLevel)
        try v.field(15, "subproject_count", &self.subprojectCount)
        try v.field(16, "created_at", &self.createdAt)
        try v.field(17, "updated_at", &self.updatedAt)
    }
}

public typealias ProjectID = ID<Project>
