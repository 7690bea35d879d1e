import LedgerEvents

/// What is to be done, in steps: a definition with revisions, of which runs are made.
public struct Workflow: Entity {
    @usableFromInline package static let kind = "workflow"
    @usableFromInline package typealias Rules = WorkflowDecider

    public enum Status: String, Enumeration {
        case draft, active, paused, archived

        @usableFromInline package static var defaultValue: Status { .draft }

        /// The states that a workflow in this one may go to.
        package var successors: [Status] {
            switch self {
            case .draft: [.active, .archived]
            case .active: [.paused, .archived]
            case .paused: [.active, .archived]
            case .archived: []
            }
        }
    }

    package static let defaultTimeoutSeconds = 3600
    package static let defaultMaxRetries = 3

    public var id = WorkflowID.zero
    public var organization = OrganizationID.zero
    public var name = ""
    /// Names it once had.
    public var formerNames: [String] = []
    public var description: String?
    public var status = Status.draft
    public var statusReason: String?
    /// Counts from 1.
    public var revision = 0
    public var version = ""
    public var definition = JSONText.emptyObject
    public var workflowType = Authoring.visual
    public var framework: Framework?
    public var agent: AgentID?
    public var executionTimeoutSeconds = 0
    public var maxRetries = 0
    public var errorHandling = JSONText.emptyObject
    public var createdBy: UserID?
    public var createdAt = Instant.zero
    public var updatedBy: UserID?
    public var updatedAt = Instant.zero
    public var deletedAt: Instant?
    /// Whether telemetry named it first: then it dates from the earliest time at which a span names it.
    public var isObserved = false
    /// Whether something that named it names it no more, or names it for another time: then it is to be seen whether
    /// anything names it, and since when.
    public var isInDoubt = false

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package static var isIndexed: Bool { true }
    /// Its statistics sum up its runs.
    @usableFromInline package static var isToldByItsTag: Bool { false }

    @usableFromInline package var aliases: [EventTag] {
        self.deletedAt == nil ? [Self.alias(of: self.name, in: self.organization)] : []
    }

    @usableFromInline package var listings: [EventTag] {
        (self.isInDoubt ? [Observations.inDoubt] : [])
            + (self.deletedAt == nil ? [] : [Self.deleted(self.name, in: self.organization)])
    }

    /// The deleted workflows of a name.
    package static func deleted(_ name: String, in organization: OrganizationID) -> EventTag {
        EventTag(kind: "deleted_workflows", text: "\(organization)/\(name)")
    }

    package static func alias(of name: String, in organization: OrganizationID) -> EventTag {
        EventTag(kind: "workflow_name", text: "\(organization)/\(name)")
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "name", &self.name)
        try v.field(4, "former_names", &self.formerNames)
        try v.field(5, "description", &self.description)
        try v.field(6, "status", &self.status)
        try v.field(7, "status_reason", &self.statusReason)
        try v.field(8, "revision", &self.revision)
        try v.field(9, "version", &self.version)
        try v.field(10, "definition", &self.definition)
        try v.field(11, "workflow_type", &self.workflowType)
        try v.field(12, "framework", &self.framework)
        try v.field(13, "agent_id", &self.agent)
        try v.field(14, "timeout_seconds", &self.executionTimeoutSeconds)
        try v.field(15, "max_retries", &self.maxRetries)
        try v.field(16, "error_handling", &self.errorHandling)
        try v.field(17, "created_by", &self.createdBy)
        try v.field(18, "created_at", &self.createdAt)
        try v.field(19, "updated_by", &self.updatedBy)
        try v.field(20, "updated_at", &self.updatedAt)
        try v.field(21, "deleted_at", &self.deletedAt)
        try v.field(22, "is_observed", &self.isObserved)
        try v.field(23, "is_in_doubt", &self.isInDoubt)
    }
}

public typealias WorkflowID = ID<Workflow>
