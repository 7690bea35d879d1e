import LedgerEvents

/// A command that was refused because of who gave it, or because of what their organization agreed to.
public struct AccessDenial: Fact {
    @usableFromInline package static let kind = "access_denial"
    @usableFromInline package static let type: EventType = "access_denial.recorded"
    @usableFromInline package static let command = "access_denial.record"
    @usableFromInline package static let permission = Permission.platform
    @usableFromInline package typealias Rules = FactRules<AccessDenial>

    public var id = AccessDenialID.zero
    /// Whose thing it was about; nil where it stands above organizations.
    public var organization: OrganizationID?
    /// Who asked: `user:ID`, `api_key:ID` or `system:NAME`.
    public var actor = ""
    public var onBehalfOf: String?
    /// The command's name, as in the catalogue.
    public var refusedCommand = ""
    /// What it was about. Not a tag of the thing itself: who is denied must not come in between of those who are not.
    public var entityKind: String?
    public var entity: EventID?
    /// What the actor was in the organization at that moment; nil where they were nothing there.
    public var role: Role?
    /// What it would have taken: a role, or `platform`; nil where no role is enough.
    public var requiredRole: String?
    /// What the actor was told.
    public var reason = ""
    /// What the command said, its secrets masked; left out where that is longer than `longestRequest`.
    public var request: JSONText?

    /// In bytes of UTF-8: whoever is denied much must not fill the log.
    package static let longestRequest = 16 << 10
    /// The kind of the tag under which the denials about a thing are found.
    package static let tagKind = "denied"

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "access_denial_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "actor", &self.actor)
        try v.field(4, "on_behalf_of", &self.onBehalfOf)
        try v.field(5, "command", &self.refusedCommand)
        try v.field(6, "entity_kind", &self.entityKind)
        try v.field(7, "entity_id", &self.entity)
        try v.field(8, "role", &self.role)
        try v.field(9, "required_role", &self.requiredRole)
        try v.field(10, "reason", &self.reason)
        try v.field(11, "request", &self.request)
    }

    @usableFromInline package var furtherTag: EventTag? {
        self.entity.map { EventTag(kind: Self.tagKind, id: $0.bits) }
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        try Require.actor(self.actor, "actor")
        if let principal = self.onBehalfOf { try Require.actor(principal, "on_behalf_of") }
        try Require.text(self.refusedCommand, "command")
        try Require.text(self.reason, "reason", upTo: 4000)
        if let organization = self.organization, world.peek(organization) == nil {
            throw .notFound(Organization.kind, organization.description)
        }
        if let organization = self.organization, let entity = self.entity {
            // Only by its kind: what was denied may name anything.
            try world.requireOwn(self.entityKind ?? "", entity, of: organization, isAnyKind: false)
        }
    }
}

extension Require {
    static func actor(_ text: String, _ field: String) throws(Rejection) {
        if Principal(text) == nil {
            throw .invalid(field, "\"\(text)\" must read user:UUID, api_key:UUID or system:NAME")
        }
    }
}

extension DomainEvent {
    /// The denial that the event records, if it records one: audit logs list it under what it concerned.
    package var denial: AccessDenial? {
        if case .accessDenial(.recorded(let denial)) = self { denial } else { nil }
    }
}

public typealias AccessDenialID = ID<AccessDenial>
@usableFromInline package typealias AccessDenialEvent = FactEvent<AccessDenial>
@usableFromInline package typealias AccessDenialCommand = FactCommand<AccessDenial>
