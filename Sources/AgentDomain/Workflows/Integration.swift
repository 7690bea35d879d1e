import LedgerEvents

/// A service that an organization's workflows work with. There is one of each type for an organization at a time.
public struct Integration: Entity {
    @usableFromInline package static let kind = "integration"
    @usableFromInline package typealias Rules = IntegrationDecider

    public enum Status: String, Enumeration {
        case connected, disconnected, error

        @usableFromInline package static var defaultValue: Status { .connected }

        /// The states that an integration in this one may go to.
        package var successors: [Status] {
            switch self {
            case .connected: [.disconnected, .error]
            case .disconnected: [.connected]
            case .error: [.connected, .disconnected]
            }
        }
    }

    public var id = IntegrationID.zero
    public var organization = OrganizationID.zero
    public var integrationType = ""
    public var name: String?
    public var status = Status.connected
    /// Why it is disconnected.
    public var statusReason: String?
    /// What failed last, while that is not mended.
    public var errorMessage: String?
    /// Where the credentials lie, or their ciphertext.
    public var credentials = ""
    public var credentialsRotatedAt: Instant?
    public var config = JSONText.emptyObject
    public var connectedAt: Instant?
    public var lastUsedAt: Instant?
    public var timesUsed = 0
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero
    public var removedAt: Instant?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package static var isIndexed: Bool { true }

    @usableFromInline package var aliases: [EventTag] {
        self.removedAt == nil && self.id != .zero
            ? [Self.alias(of: self.integrationType, in: self.organization)] : []
    }

    @usableFromInline package var listings: [EventTag] { [Self.all(of: self.organization)] }

    /// An organization's integrations, also those that were removed.
    package static func all(of organization: OrganizationID) -> EventTag {
        EventTag(kind: "integrations_ever", id: organization.bits)
    }

    package static func alias(of type: String, in organization: OrganizationID) -> EventTag {
        EventTag(kind: "integration_type", text: "\(organization)/\(type)")
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "integration_type", &self.integrationType)
        try v.field(4, "name", &self.name)
        try v.field(5, "status", &self.status)
        try v.field(6, "status_reason", &self.statusReason)
        try v.field(7, "error_message", &self.errorMessage)
        try v.field(8, "credentials", &self.credentials)
        try v.field(9, "credentials_rotated_at", &self.credentialsRotatedAt)
        try v.field(10, "config", &self.config)
        try v.field(11, "connected_at", &self.connectedAt)
        try v.field(12, "last_used_at", &self.lastUsedAt)
        try v.field(13, "times_used", &self.timesUsed)
        try v.field(14, "created_at", &self.createdAt)
        try v.field(15, "updated_at", &self.updatedAt)
        try v.field(16, "removed_at", &self.removedAt)
    }
}

public typealias IntegrationID = ID<Integration>
