import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum ProjectEvent: EntityEvent {
    case created(ProjectCreated)
    case planChanged(ProjectPlanChanged)
    case statusChanged(ProjectStatusChanged)
    case subprojectAttached(ProjectSubprojectAttached)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.created), EventCase(Self.planChanged), EventCase(Self.statusChanged),
        EventCase(Self.subprojectAttached),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .created(let payload): try visitor.visit(payload)
        case .planChanged(let payload): try visitor.visit(payload)
        case .statusChanged(let payload): try visitor.visit(payload)
        case .subprojectAttached(let payload): try visitor.visit(payload)
        }
    }
}

public struct ProjectCreated: EntityPayload {
    @usableFromInline package static let type: EventType = "project.created"
    public var id = ProjectID.zero
    /// The conversation's. Written by the decider.
    public var organization = OrganizationID.zero
    public var conversation = ConversationID.zero
    /// None in a command means the actor, else the conversation's user.
    public var user = UserID.zero
    public var name: String?
    public var description: String?
    public var plan: JSONText?
    public var metadata = JSONText.emptyObject
    public var parent: ProjectID?
    /// 0 at the top, else one more than the parent's. Written by the decider.
    public var hierarchyLevel = 0

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "project_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "conversation_id", &self.conversation)
        try v.field(4, "user_id", &self.user)
        try v.field(5, "name", &self.name)
        try v.field(6, "description", &self.description)
        try v.field(7, "plan_json", &self.plan)
        try v.field(8, "metadata", &self.metadata)
        try v.field(9, "parent_project_id", &self.parent)
        try v.field(10, "hierarchy_level", &self.hierarchyLevel)
    }
}

public struct ProjectPlanChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "project.plan_changed"
    public var id = ProjectID.zero
    public var plan = JSONText.emptyObject
    /// Nil in a command means as before, as for the description.
    public var name: String?
    public var description: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "project_id", &self.id)
        try v.field(2, "plan_json", &self.plan)
        try v.field(3, "name", &self.name)
        try v.field(4, "description", &self.description)
    }
}

public struct ProjectStatusChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "project.status_changed"
    public var id = ProjectID.zero
    public var status = Project.Status.planning
    public var reason: String?
    public var errorDetails: JSONText?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "project_id", &self.id)
        try v.field(2, "status", &self.status)
        try v.field(3, "reason", &self.reason)
        try v.field(4, "error_details", &self.errorDetails)
    }
}

/// A project that stood alone becomes part of this one, with all that is below it.
public struct ProjectSubprojectAttached: EntityPayload {
    @usableFromInline package static let type: EventType = "project.subproject_attached"
    public var id = ProjectID.zero
    public var subproject = ProjectID.zero
    /// The subproject's: one more than this one's. Written by the decider.
    public var hierarchyLevel = 0
    /// What is below the subproject and moves down with it. Written by the decider.
    public var descendants: [ProjectID] = []

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "project_id", &self.id)
        try v.field(2, "subproject_id", &self.subproject)
        try v.field(3, "hierarchy_level", &self.hierarchyLevel)
        try v.field(4, "descendants", &self.descendants)
    }
}
