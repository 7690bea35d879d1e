import LedgerEvents

/// A bill for an organization's usage in a period. A draft may change; once issued it never does.
public struct Invoice: Entity {
    @usableFromInline package static let kind = "invoice"
    @usableFromInline package typealias Rules = InvoiceDecider

    public enum Status: String, Enumeration {
        case draft, sent, paid, overdue, cancelled

        @usableFromInline package static var defaultValue: Status { .draft }

        package var successors: [Status] {
            switch self {
            case .draft: [.sent, .cancelled]
            case .sent: [.paid, .overdue, .cancelled]
            case .overdue: [.paid, .cancelled]
            case .paid, .cancelled: []
            }
        }
    }

    public var id = InvoiceID.zero
    public var organization = OrganizationID.zero
    public var status = Status.draft
    public var number: String?
    public var currency = Currency.none
    public var periodStart = Day.zero
    public var periodEnd = Day.zero
    /// The log's end as the draft saw it: usage recorded behind it is not on this invoice.
    public var throughPosition = Position.start
    public var draftedAtPosition = Position.start
    public var cancelledAtPosition: Position?
    public var lines: [InvoiceLine] = []
    public var carriedOver: [CarriedOverUsage] = []
    public var unpricedRecords = 0
    /// The number of the rules by which usage without a price found one: `PriceMatching`. Nil where the names of prices
    /// were compared as they are spelled.
    public var priceMatching: Int?
    public var currencyDigits: Int?
    public var taxRate = ExactDecimal.zero
    public var issueDate: Day?
    public var dueDate: Day?
    public var paidDate: Day?
    public var creditNotes: [CreditNote] = []
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package static var isIndexed: Bool { true }
    @usableFromInline package var aliases: [EventTag] { self.number.map { [Self.alias(ofNumber: $0)] } ?? [] }
    @usableFromInline package var groups: [EventTag] { self.number == nil ? [] : [Self.issued(by: self.organization)] }

    @usableFromInline package var listings: [EventTag] {
        [Self.all(of: self.organization)] + (self.status == .sent && self.due > .zero ? [Self.unpaid] : [])
    }

    /// All invoices on which something is due and that are not marked as overdue.
    static let unpaid = EventTag(kind: "invoices", text: "unpaid")

    static func all(of organization: OrganizationID) -> EventTag { EventTag(kind: "invoices", id: organization.bits) }
    static func alias(ofNumber number: String) -> EventTag { EventTag(kind: "invoice_number", text: number) }
    static func issued(by organization: OrganizationID) -> EventTag {
        EventTag(kind: "issued_invoices", id: organization.bits)
    }

    /// The sum of the rounded lines.
    package var subtotal: ExactDecimal { self.lines.reduce(.zero) { $0 + $1.amount } }
    /// The sum of the lines before they were rounded.
    package var unroundedSubtotal: ExactDecimal { self.lines.reduce(.zero) { $0 + $1.unroundedAmount } }
    /// Rounded once, half to even.
    package var tax: ExactDecimal {
        let product = ExactDecimal.dividedHalfEven(
            self.subtotal.picos * (self.taxRate.picos / 1_000_000), by: 1_000_000)
        return ExactDecimal(picos: product).rounded(toDigits: self.digits)
    }
    package var total: ExactDecimal { self.subtotal + self.tax }
    /// The sum of the credit notes.
    package var credited: ExactDecimal { self.creditNotes.reduce(.zero) { $0 + $1.amount } }
    /// The total that credit notes leave.
    var remaining: ExactDecimal { self.total - self.credited }
    /// What is left to pay: nothing before it is issued, and nothing once it is paid or cancelled.
    package var due: ExactDecimal {
        switch self.status {
        case .sent, .overdue: self.remaining
        case .draft, .paid, .cancelled: .zero
        }
    }
    /// Digits after the point of its amounts.
    var digits: Int { self.currency.digits(drafted: self.currencyDigits) }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "status", &self.status)
        try v.field(4, "invoice_number", &self.number)
        try v.field(5, "currency", &self.currency)
        try v.field(6, "period_start", &self.periodStart)
        try v.field(7, "period_end", &self.periodEnd)
        try v.field(8, "through_position", &self.throughPosition)
        try v.field(9, "line_items", &self.lines)
        try v.field(10, "unpriced_records", &self.unpricedRecords)
        try v.field(11, "tax_rate", &self.taxRate)
        try v.field(12, "issue_date", &self.issueDate)
        try v.field(13, "due_date", &self.dueDate)
        try v.field(14, "paid_date", &self.paidDate)
        try v.field(15, "credit_notes", &self.creditNotes)
        try v.field(16, "created_at", &self.createdAt)
        try v.field(17, "updated_at", &self.updatedAt)
        try v.field(18, "drafted_at_position", &self.draftedAtPosition)
        try v.field(19, "cancelled_at_position", &self.cancelledAtPosition)
        try v.field(20, "price_matching", &self.priceMatching)
        try v.field(21, "currency_digits", &self.currencyDigits)
        try v.field(22, "carried_over", &self.carriedOver)
    }
}

public typealias InvoiceID = ID<Invoice>

/// One line: a kind of usage at one price, or what was added by hand. Field numbers and names are stored.
public struct InvoiceLine: NestedRecord {
    public var description = ""
    public var usageType: String?
    public var provider: String?
    public var model: String?
    public var quantity: Quantity = 0
    public var price: PriceID?
    /// For one unit.
    public var unitPrice = ExactDecimal.zero
    /// Quantity times unit price, exact; see `Quantity.cost`.
    public var unroundedAmount = ExactDecimal.zero
    /// Rounded once, half to even, to the currency's smallest coin.
    public var amount = ExactDecimal.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "description", &self.description)
        try v.field(2, "usage_type", &self.usageType)
        try v.field(3, "provider", &self.provider)
        try v.field(4, "model", &self.model)
        try v.field(5, "quantity", &self.quantity)
        try v.field(6, "price_id", &self.price)
        try v.field(7, "unit_price", &self.unitPrice)
        try v.field(8, "unrounded_amount", &self.unroundedAmount)
        try v.field(9, "amount", &self.amount)
    }

    /// - Parameter digits: of the currency's smallest coin.
    mutating func total(digits: Int) {
        self.unroundedAmount = self.quantity.cost(at: self.unitPrice)
        self.amount = self.unroundedAmount.rounded(toDigits: digits)
    }
}

/// The part of an invoice line that was used before the invoice's period began. Field numbers and names are stored.
public struct CarriedOverUsage: NestedRecord {
    /// From 1.
    public var lineNumber = 0
    /// Negative where corrections took back more than was carried over.
    public var quantity: Quantity = 0
    /// Quantity times the line's unit price, exact.
    public var amount = ExactDecimal.zero
    /// The first day of that usage.
    public var from = Day.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "line_number", &self.lineNumber)
        try v.field(2, "quantity", &self.quantity)
        try v.field(3, "amount", &self.amount)
        try v.field(4, "from", &self.from)
    }
}

/// Money given back on an issued invoice. Field numbers and names are stored.
public struct CreditNote: NestedRecord {
    public var number = ""
    public var amount = ExactDecimal.zero
    public var reason = ""
    public var issuedOn = Day.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "number", &self.number)
        try v.field(2, "amount", &self.amount)
        try v.field(3, "reason", &self.reason)
        try v.field(4, "issued_on", &self.issuedOn)
    }
}

extension Currency {
    /// The digits that an invoice rounds to.
    /// - Parameter drafted: those that its draft recorded; nil in drafts of versions that did not record them.
    func digits(drafted: Int?) -> Int {
        // No currency has more; a damaged record may say anything.
        guard let drafted, (0...4).contains(drafted) else { return self.digitsOfEarlierDrafts }
        return drafted
    }

    /// As the versions rounded that recorded no digits: they had two for CLF, UYW and UYI.
    private var digitsOfEarlierDrafts: Int {
        switch self.description {
        case "CLF", "UYI", "UYW": 2
        case _: self.minorDigits ?? 2
        }
    }
}
