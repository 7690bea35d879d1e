import LedgerEvents

/// What starts runs of a workflow: a schedule, a webhook, an event or somebody's hand. A workflow has one of each type at
/// a time.
public struct WorkflowTrigger: Entity {
    @usableFromInline package static let kind = "workflow_trigger"
    @usableFromInline package typealias Rules = WorkflowTriggerDecider

    public var id = WorkflowTriggerID.zero
    public var organization = OrganizationID.zero
    public var workflow = WorkflowID.zero
    public var triggerType = WorkflowTriggerType.manual
    public var settings = WorkflowTriggerSettings()
    public var enabled = false
    /// Why it is disabled.
    public var disabledReason: String?
    public var timesFired = 0
    public var lastFiredAt: Instant?
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero
    public var removedAt: Instant?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package static var isIndexed: Bool { true }

    package var maxConcurrentExecutions: Int {
        self.settings.maxConcurrentExecutions ?? WorkflowTriggerSettings.defaultConcurrentExecutions
    }

    /// When its schedule makes it due first behind a moment; nil for one that is not scheduled, or disabled or removed.
    package func nextFiring(after instant: Instant) -> Instant? {
        guard self.triggerType == .schedule, self.enabled, self.removedAt == nil, let text = self.settings.scheduleCron
        else { return nil }
        // What cannot be read was refused.
        return (try? CronExpression(text))?.next(after: instant)
    }

    @usableFromInline package var aliases: [EventTag] {
        self.removedAt == nil && self.id != .zero ? [Self.alias(of: self.triggerType, in: self.workflow)] : []
    }

    @usableFromInline package var listings: [EventTag] { self.id == .zero ? [] : [Self.all(in: self.workflow)] }

    /// The triggers of a workflow, removed ones too.
    package static func all(in workflow: WorkflowID) -> EventTag {
        EventTag(kind: "triggers_of_workflow", text: workflow.description)
    }

    @usableFromInline package var groups: [EventTag] {
        self.enabled && self.removedAt == nil ? [Self.waiting(self.triggerType)] : []
    }

    package static func alias(of type: WorkflowTriggerType, in workflow: WorkflowID) -> EventTag {
        EventTag(kind: "workflow_trigger_type", text: "\(workflow)/\(type.rawValue)")
    }

    /// The triggers of a type that are enabled, of all organizations.
    package static func waiting(_ type: WorkflowTriggerType) -> EventTag {
        EventTag(kind: "waiting_triggers", text: type.rawValue)
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "workflow_id", &self.workflow)
        try v.field(4, "trigger_type", &self.triggerType)
        try v.field(5, "enabled", &self.enabled)
        try v.field(6, "disabled_reason", &self.disabledReason)
        try v.field(7, "times_fired", &self.timesFired)
        try v.field(8, "last_fired_at", &self.lastFiredAt)
        try v.field(9, "created_at", &self.createdAt)
        try v.field(10, "updated_at", &self.updatedAt)
        try v.field(11, "removed_at", &self.removedAt)
        try self.settings.fields(&v)
    }
}

public typealias WorkflowTriggerID = ID<WorkflowTrigger>
