import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum IntegrationEvent: EntityEvent {
    case connected(IntegrationConnected)
    case credentialsRotated(IntegrationCredentialsRotated)
    case reconfigured(IntegrationReconfigured)
    case disconnected(IntegrationDisconnected)
    case failed(IntegrationFailed)
    case used(IntegrationUsed)
    case removed(IntegrationRemoved)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.connected), EventCase(Self.credentialsRotated), EventCase(Self.reconfigured),
        EventCase(Self.disconnected), EventCase(Self.failed), EventCase(Self.used), EventCase(Self.removed),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .connected(let payload): try visitor.visit(payload)
        case .credentialsRotated(let payload): try visitor.visit(payload)
        case .reconfigured(let payload): try visitor.visit(payload)
        case .disconnected(let payload): try visitor.visit(payload)
        case .failed(let payload): try visitor.visit(payload)
        case .used(let payload): try visitor.visit(payload)
        case .removed(let payload): try visitor.visit(payload)
        }
    }
}

public struct IntegrationConnected: EntityPayload {
    @usableFromInline package static let type: EventType = "integration.connected"
    public var id = IntegrationID.zero
    public var organization = OrganizationID.zero
    /// With what: `slack`, `salesforce`, …; an organization has one of each.
    public var integrationType = ""
    public var name: String?
    /// Where the credentials lie, or their ciphertext; never the credentials.
    public var credentials = ""
    public var config = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "integration_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "integration_type", &self.integrationType)
        try v.field(4, "name", &self.name)
        try v.field(5, "credentials", &self.credentials)
        try v.field(6, "config", &self.config)
    }
}

public struct IntegrationCredentialsRotated: EntityPayload {
    @usableFromInline package static let type: EventType = "integration.credentials_rotated"
    public var id = IntegrationID.zero
    /// Where the credentials lie, or their ciphertext; never the credentials.
    public var credentials = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "integration_id", &self.id)
        try v.field(2, "credentials", &self.credentials)
    }
}

/// Name and configuration anew, both of them.
public struct IntegrationReconfigured: EntityPayload {
    @usableFromInline package static let type: EventType = "integration.reconfigured"
    public var id = IntegrationID.zero
    public var name: String?
    public var config = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "integration_id", &self.id)
        try v.field(2, "name", &self.name)
        try v.field(3, "config", &self.config)
    }
}

public struct IntegrationDisconnected: EntityPayload {
    @usableFromInline package static let type: EventType = "integration.disconnected"
    public var id = IntegrationID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "integration_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}

/// A call failed in a way that the next one will, too: what is wrong has to be mended.
public struct IntegrationFailed: EntityPayload {
    @usableFromInline package static let type: EventType = "integration.failed"
    public var id = IntegrationID.zero
    public var error = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "integration_id", &self.id)
        try v.field(2, "error_message", &self.error)
    }
}

public struct IntegrationUsed: EntityPayload {
    @usableFromInline package static let type: EventType = "integration.used"
    public var id = IntegrationID.zero
    /// The run that used it.
    public var workflowExecution: WorkflowExecutionID?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "integration_id", &self.id)
        try v.field(2, "workflow_execution_id", &self.workflowExecution)
    }
}

/// The integration is gone, and the organization may connect another of its type.
public struct IntegrationRemoved: EntityPayload {
    @usableFromInline package static let type: EventType = "integration.removed"
    public var id = IntegrationID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "integration_id", &self.id)
    }
}
