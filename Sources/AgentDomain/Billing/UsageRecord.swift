import LedgerEvents

/// So much of something used by an organization. The log alone keeps it; invoices are made of `UnbilledUsage`, its sums.
public struct UsageRecord: Entity {
    @usableFromInline package static let kind = "usage_record"
    @usableFromInline package typealias Rules = UsageRecordDecider

    public var id = UsageRecordID.zero
    public var organization = OrganizationID.zero
    public var usageType = ""
    /// In units of the usage type: tokens, runs, calls, hours.
    public var quantity: Quantity = 0
    public var provider: String?
    public var model: String?
    public var price: PriceID?
    /// For one unit, with `cost`'s currency.
    public var unitPrice: ExactDecimal?
    /// Exact; nil while no price is known: unpriced, which is not zero.
    public var cost: Money?
    public var periodStart = Day.zero
    /// The last day, included.
    public var periodEnd = Day.zero
    public var resourceKind = ""
    public var resource = EventID.zero
    public var occurredAt = Instant.zero
    public var position = Position.start
    /// The billed record that this one takes back, with a quantity below zero: an issued invoice never changes.
    public var reverses: UsageRecordID?
    /// All input tokens of the request that it is part of: decides between prices with thresholds. Nil where it is part
    /// of none, and in records that earlier versions made of calls.
    public var requestTokens: Int?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package static var isKeptInLog: Bool { true }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "usage_type", &self.usageType)
        try v.field(4, "quantity", &self.quantity)
        try v.field(5, "provider", &self.provider)
        try v.field(6, "model", &self.model)
        try v.field(7, "price_id", &self.price)
        try v.field(8, "unit_price", &self.unitPrice)
        try v.field(9, "total_cost", &self.cost)
        try v.field(10, "period_start", &self.periodStart)
        try v.field(11, "period_end", &self.periodEnd)
        try v.field(12, "resource_kind", &self.resourceKind)
        try v.field(13, "resource_id", &self.resource)
        try v.field(14, "occurred_at", &self.occurredAt)
        try v.field(15, "position", &self.position)
        try v.field(16, "request_tokens", &self.requestTokens)
        try v.field(20, "reverses_id", &self.reverses)
    }
}

public typealias UsageRecordID = ID<UsageRecord>

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum UsageRecordEvent: EntityEvent {
    case recorded(UsageRecorded)
    case voided(UsageVoided)

    @usableFromInline package static let cases: [EventCase<Self>] = [EventCase(Self.recorded), EventCase(Self.voided)]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .recorded(let payload): try visitor.visit(payload)
        case .voided(let payload): try visitor.visit(payload)
        }
    }

    @inlinable
    package var target: UInt128 {
        switch self {
        case .recorded(let payload): payload.id.bits
        case .voided(let payload): payload.id.bits
        }
    }
}

public struct UsageRecorded: EntityPayload {
    @usableFromInline package static let type: EventType = "usage_record.recorded"
    @usableFromInline package static let mentions = [7, 20]
    /// Stands for the fact that was used up: recording it twice changes nothing. Not of version 8.
    public var id = UsageRecordID.zero
    public var organization = OrganizationID.zero
    public var usageType = ""
    public var quantity: Quantity = 0
    public var provider: String?
    public var model: String?
    /// The price in force when it was recorded. Written by the decider.
    public var price: PriceID?
    public var unitPrice: ExactDecimal?
    public var cost: Money?
    public var resourceKind = ""
    /// The call, run or other thing that used it.
    public var resource = EventID.zero
    /// The billed record that this one takes back. Written by the ledger alone.
    public var reverses: UsageRecordID?
    /// All input tokens of the request that it is part of: decides between prices with thresholds. Nil counts as 0.
    public var requestTokens: Int?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "usage_record_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "usage_type", &self.usageType)
        try v.field(4, "quantity", &self.quantity)
        try v.field(5, "provider", &self.provider)
        try v.field(6, "model", &self.model)
        try v.field(7, "price_id", &self.price)
        try v.field(8, "unit_price", &self.unitPrice)
        try v.field(9, "total_cost", &self.cost)
        try v.field(10, "resource_kind", &self.resourceKind)
        try v.field(11, "resource_id", &self.resource)
        try v.field(12, "request_tokens", &self.requestTokens)
        try v.field(20, "reverses_id", &self.reverses)
    }
}

/// The usage was recorded in error and is not billed.
public struct UsageVoided: EntityPayload {
    @usableFromInline package static let type: EventType = "usage_record.voided"
    public var id = UsageRecordID.zero
    public var reason = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "usage_record_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}
