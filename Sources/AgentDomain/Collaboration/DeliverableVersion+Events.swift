import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum DeliverableVersionEvent: EntityEvent {
    case added(DeliverableVersionAdded)
    case madeCurrent(DeliverableVersionMadeCurrent)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.added), EventCase(Self.madeCurrent),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .added(let payload): try visitor.visit(payload)
        case .madeCurrent(let payload): try visitor.visit(payload)
        }
    }
}

/// New contents, which count from now on.
public struct DeliverableVersionAdded: EntityPayload {
    @usableFromInline package static let type: EventType = "deliverable_version.added"
    @usableFromInline package static let mentions = [8]
    public var id = DeliverableVersionID.zero
    /// The deliverable's. Written by the decider.
    public var organization = OrganizationID.zero
    public var deliverable = DeliverableID.zero
    /// One more than the last. Written by the decider.
    public var number = 0
    public var content: String?
    /// `markdown`, `html`, `json`, …
    public var format: String?
    /// `ai_response`, `manual_edit`, …; nil in a command means ai_response.
    public var createdByType: String?
    public var task: TaskID?
    public var metadata = JSONText.emptyObject
    public var fileAttachments: JSONText?
    /// The version that counted before. Written by the decider.
    public var supersedes: DeliverableVersionID?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "deliverable_version_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "deliverable_id", &self.deliverable)
        try v.field(4, "version_number", &self.number)
        try v.field(5, "content", &self.content)
        try v.field(6, "format", &self.format)
        try v.field(7, "created_by_type", &self.createdByType)
        try v.field(8, "task_id", &self.task)
        try v.field(9, "metadata", &self.metadata)
        try v.field(10, "file_attachments", &self.fileAttachments)
        try v.field(11, "supersedes", &self.supersedes)
    }
}

/// An earlier version counts again.
public struct DeliverableVersionMadeCurrent: EntityPayload {
    @usableFromInline package static let type: EventType = "deliverable_version.made_current"
    public var id = DeliverableVersionID.zero
    /// Written by the decider.
    public var deliverable = DeliverableID.zero
    /// The version that counted before. Written by the decider.
    public var supersedes: DeliverableVersionID?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "deliverable_version_id", &self.id)
        try v.field(2, "deliverable_id", &self.deliverable)
        try v.field(3, "supersedes", &self.supersedes)
    }
}
