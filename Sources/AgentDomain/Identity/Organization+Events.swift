import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum OrganizationEvent: EntityEvent {
    case created(OrganizationCreated)
    case renamed(OrganizationRenamed)
    case slugChanged(OrganizationSlugChanged)
    case profileChanged(OrganizationProfileChanged)
    case settingsChanged(OrganizationSettingsChanged)
    case tierChanged(OrganizationTierChanged)
    case suspended(OrganizationSuspended)
    case reactivated(OrganizationReactivated)
    case cancelled(OrganizationCancelled)
    case deleted(OrganizationDeleted)
    case billingDetailsChanged(OrganizationBillingDetailsChanged)
    case paymentMethodChanged(OrganizationPaymentMethodChanged)
    case executionQuotaSet(OrganizationExecutionQuotaSet)
    case quotaPeriodStarted(OrganizationQuotaPeriodStarted)
    case apiKeyIssued(OrganizationAPIKeyIssued)
    case apiKeyRevoked(OrganizationAPIKeyRevoked)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.created), EventCase(Self.renamed), EventCase(Self.slugChanged), EventCase(Self.profileChanged),
        EventCase(Self.settingsChanged), EventCase(Self.tierChanged), EventCase(Self.suspended),
        EventCase(Self.reactivated), EventCase(Self.cancelled), EventCase(Self.deleted),
        EventCase(Self.billingDetailsChanged), EventCase(Self.paymentMethodChanged), EventCase(Self.executionQuotaSet),
        EventCase(Self.quotaPeriodStarted), EventCase(Self.apiKeyIssued), EventCase(Self.apiKeyRevoked),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .created(let payload): try visitor.visit(payload)
        case .renamed(let payload): try visitor.visit(payload)
        case .slugChanged(let payload): try visitor.visit(payload)
        case .profileChanged(let payload): try visitor.visit(payload)
        case .settingsChanged(let payload): try visitor.visit(payload)
        case .tierChanged(let payload): try visitor.visit(payload)
        case .suspended(let payload): try visitor.visit(payload)
        case .reactivated(let payload): try visitor.visit(payload)
        case .cancelled(let payload): try visitor.visit(payload)
        case .deleted(let payload): try visitor.visit(payload)
        case .billingDetailsChanged(let payload): try visitor.visit(payload)
        case .paymentMethodChanged(let payload): try visitor.visit(payload)
        case .executionQuotaSet(let payload): try visitor.visit(payload)
        case .quotaPeriodStarted(let payload): try visitor.visit(payload)
        case .apiKeyIssued(let payload): try visitor.visit(payload)
        case .apiKeyRevoked(let payload): try visitor.visit(payload)
        }
    }
}

public struct OrganizationCreated: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.created"
    public var id = OrganizationID.zero
    public var name = ""
    /// Of all organizations there ever were, this one's alone.
    public var slug = ""
    public var tier = SubscriptionTier.starter
    public var description: String?
    public var url: String?
    public var settings = JSONText.emptyObject
    public var billingEmail: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
        try v.field(2, "name", &self.name)
        try v.field(3, "slug", &self.slug)
        try v.field(4, "subscription_tier", &self.tier)
        try v.field(5, "description", &self.description)
        try v.field(6, "url", &self.url)
        try v.field(7, "settings", &self.settings)
        try v.field(8, "billing_email", &self.billingEmail)
    }
}

public struct OrganizationRenamed: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.renamed"
    public var id = OrganizationID.zero
    public var name = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
        try v.field(2, "name", &self.name)
    }
}

/// The old slug stays the organization's: links keep working, nobody else can take it.
public struct OrganizationSlugChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.slug_changed"
    public var id = OrganizationID.zero
    public var slug = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
        try v.field(2, "slug", &self.slug)
    }
}

/// Replaces what was said before; what is not given is emptied.
public struct OrganizationProfileChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.profile_changed"
    public var id = OrganizationID.zero
    public var description: String?
    public var url: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
        try v.field(2, "description", &self.description)
        try v.field(3, "url", &self.url)
    }
}

public struct OrganizationSettingsChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.settings_changed"
    public var id = OrganizationID.zero
    public var settings = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
        try v.field(2, "settings", &self.settings)
    }
}

public struct OrganizationTierChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.tier_changed"
    public var id = OrganizationID.zero
    public var tier = SubscriptionTier.starter

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
        try v.field(2, "subscription_tier", &self.tier)
    }
}

public struct OrganizationSuspended: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.suspended"
    public var id = OrganizationID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}

public struct OrganizationReactivated: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.reactivated"
    public var id = OrganizationID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
    }
}

public struct OrganizationCancelled: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.cancelled"
    public var id = OrganizationID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}

/// The organization is gone; what it did stays in the log.
public struct OrganizationDeleted: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.deleted"
    public var id = OrganizationID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
    }
}

/// Replaces what was said before; what is not given is emptied.
public struct OrganizationBillingDetailsChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.billing_details_changed"
    public var id = OrganizationID.zero
    public var email: String?
    public var address: JSONText?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
        try v.field(2, "billing_email", &self.email)
        try v.field(3, "billing_address", &self.address)
    }
}

public struct OrganizationPaymentMethodChanged: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.payment_method_changed"
    public var id = OrganizationID.zero
    /// What the payment provider calls it, never a card's number; nil takes it away.
    public var paymentMethod: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
        try v.field(2, "payment_method_id", &self.paymentMethod)
    }
}

public struct OrganizationExecutionQuotaSet: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.execution_quota_set"
    public var id = OrganizationID.zero
    /// Runs a month; nil in a command means 500.
    public var quota: Int?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
        try v.field(2, "monthly_execution_quota", &self.quota)
    }
}

/// Counting begins anew. The period ends with its month.
public struct OrganizationQuotaPeriodStarted: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.quota_period_started"
    public var id = OrganizationID.zero
    /// Nil in a command means the day it happens.
    public var start: Day?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
        try v.field(2, "period_start", &self.start)
    }
}

/// A key was handed out. Its clear text is never ours: there is no field for it.
public struct OrganizationAPIKeyIssued: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.api_key_issued"
    public var id = OrganizationID.zero
    public var key = APIKeyID.zero
    public var name = ""
    /// SHA-256 of the key, 64 lower-case hexadecimal digits.
    public var hash = ""
    /// The key's first characters, to recognize it by; at most 12.
    public var prefix = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
        try v.field(2, "key_id", &self.key)
        try v.field(3, "name", &self.name)
        try v.field(4, "key_hash", &self.hash)
        try v.field(5, "key_prefix", &self.prefix)
    }
}

public struct OrganizationAPIKeyRevoked: EntityPayload {
    @usableFromInline package static let type: EventType = "organization.api_key_revoked"
    public var id = OrganizationID.zero
    public var key = APIKeyID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.id)
        try v.field(2, "key_id", &self.key)
        try v.field(3, "reason", &self.reason)
    }
}
