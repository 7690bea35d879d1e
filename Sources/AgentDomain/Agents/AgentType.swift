import LedgerEvents

/// A template that agents are made from: what they start with, and what they have to provide.
public struct AgentType: Entity {
    @usableFromInline package static let kind = "agent_type"
    @usableFromInline package typealias Rules = AgentTypeDecider

    public var id = AgentTypeID.zero
    /// Nil: the platform's.
    public var organization: OrganizationID?
    public var name = ""
    public var description: String?
    public var defaultConfig = JSONText.emptyObject
    public var requiredParams: [String] = []
    public var revision = 0
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero
    public var retiredAt: Instant?
    public var retirementReason: String?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package static var isIndexed: Bool { true }
    @usableFromInline package var aliases: [EventTag] {
        self.retiredAt == nil ? [Self.alias(of: self.name, in: self.organization)] : []
    }

    package static func alias(of name: String, in organization: OrganizationID?) -> EventTag {
        EventTag(kind: "agent_type_name", text: "\(organization?.description ?? "")/\(name)")
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "name", &self.name)
        try v.field(4, "description", &self.description)
        try v.field(5, "default_config", &self.defaultConfig)
        try v.field(6, "required_params", &self.requiredParams)
        try v.field(7, "revision", &self.revision)
        try v.field(8, "created_at", &self.createdAt)
        try v.field(9, "updated_at", &self.updatedAt)
        try v.field(10, "retired_at", &self.retiredAt)
        try v.field(11, "retirement_reason", &self.retirementReason)
    }

    /// Refuses a configuration that lacks what the type asks for.
    func requireParams(in configuration: AgentConfiguration) throws(Rejection) {
        if self.requiredParams.isEmpty { return }
        let given = configuration.parameters.givenMembers
        let missing = self.requiredParams.filter { !given.contains($0) }
        if missing.isEmpty { return }
        throw .invalid(
            "config",
            "lacks \(missing.joined(separator: ", ")); an agent of the type \"\(self.name)\" provides "
                + self.requiredParams.joined(separator: ", "))
    }
}

public typealias AgentTypeID = ID<AgentType>

extension JSONText {
    /// The names of an object's members that are not null.
    fileprivate var givenMembers: Set<String> {
        var names: Set<String> = []
        do {
            try self.reading { json in
                try json.object { json, key in
                    let name = key.string
                    if try json.kind() != .null { names.insert(name) }
                    try json.skip()
                }
            }
        } catch {
            preconditionFailure("a JSON object that was checked can be read: \(error)")
        }
        return names
    }
}
