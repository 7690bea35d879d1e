import LedgerEvents

/// Something that was made: a text, a picture, a program. Its contents are its versions.
public struct Deliverable: Entity {
    @usableFromInline package static let kind = "deliverable"
    @usableFromInline package typealias Rules = DeliverableDecider

    public var id = DeliverableID.zero
    public var organization = OrganizationID.zero
    public var user = UserID.zero
    public var conversation: ConversationID?
    public var title = ""
    public var type = ""
    public var task: TaskID?
    public var projectStep: ProjectStepID?
    public var project: ProjectID?
    public var agentName: String?
    public var metadata = JSONText.emptyObject
    /// The last version's number, as they count from 1 without gaps.
    public var versionCount = 0
    public var currentVersion: DeliverableVersionID?
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "user_id", &self.user)
        try v.field(4, "conversation_id", &self.conversation)
        try v.field(5, "title", &self.title)
        try v.field(6, "type", &self.type)
        try v.field(7, "task_id", &self.task)
        try v.field(8, "project_step_id", &self.projectStep)
        try v.field(9, "project_id", &self.project)
        try v.field(10, "agent_name", &self.agentName)
        try v.field(11, "metadata", &self.metadata)
        try v.field(12, "version_count", &self.versionCount)
        try v.field(13, "current_version_id", &self.currentVersion)
        try v.field(14, "created_at", &self.createdAt)
        try v.field(15, "updated_at", &self.updatedAt)
    }
}

public typealias DeliverableID = ID<Deliverable>
