import LedgerEvents

/// Talk between people and agents. What is said are facts of their own (`ConversationMessage`).
public struct Conversation: Entity {
    @usableFromInline package static let kind = "conversation"
    @usableFromInline package typealias Rules = ConversationDecider

    public enum Status: String, Enumeration {
        case active, ended

        @usableFromInline package static var defaultValue: Status { .active }
    }

    public var id = ConversationID.zero
    public var organization = OrganizationID.zero
    public var user = UserID.zero
    public var agent: AgentID?
    public var agentName = ""
    public var agentType = ""
    public var title: String?
    /// Whoever ever took part, in the order in which they joined.
    public var participants: [ConversationParticipant] = []
    public var workProductType: String?
    public var workProduct: EventID?
    public var metadata = JSONText.emptyObject
    public var startedAt = Instant.zero
    public var endedAt: Instant?
    public var endReason: String?
    public var updatedAt = Instant.zero

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    package var status: Status { self.endedAt == nil ? .active : .ended }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "user_id", &self.user)
        try v.field(4, "agent_id", &self.agent)
        try v.field(5, "agent_name", &self.agentName)
        try v.field(6, "agent_type", &self.agentType)
        try v.field(7, "title", &self.title)
        try v.field(8, "participants", &self.participants)
        try v.field(9, "primary_work_product_type", &self.workProductType)
        try v.field(10, "primary_work_product_id", &self.workProduct)
        try v.field(11, "metadata", &self.metadata)
        try v.field(12, "started_at", &self.startedAt)
        try v.field(13, "ended_at", &self.endedAt)
        try v.field(14, "end_reason", &self.endReason)
        try v.field(15, "updated_at", &self.updatedAt)
    }
}

public typealias ConversationID = ID<Conversation>

/// A user or an agent that takes part, or did.
public struct ConversationParticipant: NestedRecord {
    public var user: UserID?
    public var agent: AgentID?
    /// When it joined last.
    public var joinedAt = Instant.zero
    public var leftAt: Instant?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.user)
        try v.field(2, "agent_id", &self.agent)
        try v.field(3, "joined_at", &self.joinedAt)
        try v.field(4, "left_at", &self.leftAt)
    }
}
