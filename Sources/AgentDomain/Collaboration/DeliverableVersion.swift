import LedgerEvents

/// The contents of a deliverable at one time. Exactly one version of each counts: it is the current one.
public struct DeliverableVersion: Entity {
    @usableFromInline package static let kind = "deliverable_version"
    @usableFromInline package typealias Rules = DeliverableVersionDecider

    package static let defaultCreatedByType = "ai_response"

    public var id = DeliverableVersionID.zero
    public var organization = OrganizationID.zero
    public var deliverable = DeliverableID.zero
    /// From 1, without gaps.
    public var number = 0
    public var content: String?
    public var format: String?
    public var isCurrent = false
    public var createdByType = ""
    public var task: TaskID?
    public var metadata = JSONText.emptyObject
    public var fileAttachments: JSONText?
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "deliverable_id", &self.deliverable)
        try v.field(4, "version_number", &self.number)
        try v.field(5, "content", &self.content)
        try v.field(6, "format", &self.format)
        try v.field(7, "is_current_version", &self.isCurrent)
        try v.field(8, "created_by_type", &self.createdByType)
        try v.field(9, "task_id", &self.task)
        try v.field(10, "metadata", &self.metadata)
        try v.field(11, "file_attachments", &self.fileAttachments)
        try v.field(12, "created_at", &self.createdAt)
        try v.field(13, "updated_at", &self.updatedAt)
    }
}

public typealias DeliverableVersionID = ID<DeliverableVersion>
