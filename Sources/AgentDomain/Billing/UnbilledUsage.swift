import LedgerEvents

/// What an organization used on one day (UTC) and no invoice bills: what invoices are made of.
///
/// The records themselves are kept in the log alone; these are their sums.
@usableFromInline package struct UnbilledUsage: Stored {
    @usableFromInline package static let kind = "unbilled_usage"
    @usableFromInline package static let isToldByItsTag = false

    package var organization = OrganizationID.zero
    package var day = Day.zero
    package private(set) var sums: [UsageSum] = []

    @usableFromInline package init() {}

    init(_ organization: OrganizationID, _ day: Day) {
        self.organization = organization
        self.day = day
    }

    @usableFromInline package static func id(_ organization: OrganizationID, _ day: Day) -> ID<UnbilledUsage> {
        ID(organization, day)
    }

    @usableFromInline
    mutating func add(_ sum: UsageSum) {
        if let index = self.sums.firstIndex(where: { $0.isOf(sum) }) {
            self.sums[index].add(sum)
        } else {
            self.sums.append(sum)
        }
    }

    mutating func subtract(_ sum: UsageSum) {
        guard let index = self.sums.firstIndex(where: { $0.isOf(sum) }) else { return }
        self.sums[index].subtract(sum)
        if self.sums[index].records <= 0 { self.sums.remove(at: index) }
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.organization)
        try v.field(2, "day", &self.day)
        try v.field(3, "sums", &self.sums)
    }
}

/// Usage of one kind, recorded at one price or at none.
public struct UsageSum: NestedRecord {
    public private(set) var usageType = ""
    public private(set) var provider: String?
    public private(set) var model: String?
    /// Nil: none was known when it was recorded.
    public private(set) var price: PriceID?
    public private(set) var unitPrice = ExactDecimal.zero
    public private(set) var currency = Currency.none
    /// The sum of any number of records fits.
    public private(set) var quantity = ExactDecimal.zero
    public private(set) var records = 0
    /// No record of the sum happened before this, or after `lastAt`.
    public private(set) var firstAt = Instant.zero
    public private(set) var lastAt = Instant.zero

    @usableFromInline package init() {}

    /// One record.
    @usableFromInline
    init(_ usage: UsageRecorded, at instant: Instant) {
        self.usageType = usage.usageType
        self.provider = usage.provider
        self.model = usage.model
        self.price = usage.price
        self.unitPrice = usage.unitPrice ?? .zero
        self.currency = usage.cost?.currency ?? .none
        self.quantity = usage.quantity.decimal
        self.records = 1
        self.firstAt = instant
        self.lastAt = instant
    }

    init(_ usage: UsageRecord) { self.init(usage.recorded, at: usage.occurredAt) }

    func isOf(_ other: UsageSum) -> Bool {
        self.price == other.price && self.usageType == other.usageType && self.model == other.model
            && self.provider == other.provider
    }

    /// The price of its records, where they have one.
    var rate: Rate? {
        self.price.map { Rate(price: $0, unitPrice: self.unitPrice, currency: self.currency) }
    }

    mutating func add(_ other: UsageSum) {
        self.quantity += other.quantity
        self.records += other.records
        self.firstAt = min(self.firstAt, other.firstAt)
        self.lastAt = max(self.lastAt, other.lastAt)
    }

    mutating func subtract(_ other: UsageSum) {
        self.quantity -= other.quantity
        self.records -= other.records
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "usage_type", &self.usageType)
        try v.field(2, "provider", &self.provider)
        try v.field(3, "model", &self.model)
        try v.field(4, "price_id", &self.price)
        try v.field(5, "unit_price", &self.unitPrice)
        try v.field(6, "currency", &self.currency)
        try v.field(7, "quantity", &self.quantity)
        try v.field(8, "records", &self.records)
        try v.field(9, "first_at", &self.firstAt)
        try v.field(10, "last_at", &self.lastAt)
    }
}

/// The days on which an organization, whose id it has, has unbilled usage.
package struct UsageCalendar: Stored {
    package static let kind = "usage_calendar"
    package static let isToldByItsTag = false

    /// Ascending.
    package private(set) var days: [Day] = []

    package init() {}

    @usableFromInline
    mutating func insert(_ day: Day) {
        let place = self.days.firstIndex { $0 >= day } ?? self.days.count
        if place == self.days.count || self.days[place] != day { self.days.insert(day, at: place) }
    }

    mutating func remove(_ day: Day) { self.days.removeAll { $0 == day } }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws { try v.field(1, "days", &self.days) }
}

/// What the invoice whose id it has took out of the unbilled usage; given back if it is cancelled.
package struct BilledUsage: Stored {
    package static let kind = "billed_usage"
    package static let isToldByItsTag = false

    package struct DayOfUsage: NestedRecord {
        package var day = Day.zero
        package var sums: [UsageSum] = []

        package init() {}

        package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
            try v.field(1, "day", &self.day)
            try v.field(2, "sums", &self.sums)
        }
    }

    package var organization = OrganizationID.zero
    package var days: [DayOfUsage] = []

    package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "organization_id", &self.organization)
        try v.field(2, "days", &self.days)
    }
}

/// When and why the usage record with this id was voided.
package struct UsageVoid: Stored {
    package static let kind = "voided_usage"
    package static let isToldByItsTag = false

    package var voidedAt = Instant.zero
    package var reason = ""

    package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "voided_at", &self.voidedAt)
        try v.field(2, "void_reason", &self.reason)
    }
}

extension ID {
    /// The id of what is kept of an organization's day: beside its other days in key order, and apart from those of any
    /// other organization, also where clients gave these ids that count up by one.
    package init(_ organization: OrganizationID, _ day: Day) {
        // Odd, so that no two organizations come to one product: 2^128 divided by the golden ratio (Knuth, 6.4).
        let spread = organization.bits &* 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835
        self.init(bits: spread & ~UInt128(UInt32.max) | UInt128(UInt32(bitPattern: day.daysSince1970)))
    }
}
