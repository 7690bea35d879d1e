import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum InvoiceEvent: EntityEvent {
    case drafted(InvoiceDrafted)
    case lineAdded(InvoiceLineAdded)
    case issued(InvoiceIssued)
    case paid(InvoicePaid)
    case overdue(InvoiceOverdue)
    case cancelled(InvoiceCancelled)
    case creditNoteIssued(InvoiceCreditNoteIssued)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.drafted), EventCase(Self.lineAdded), EventCase(Self.issued), EventCase(Self.paid),
        EventCase(Self.overdue), EventCase(Self.cancelled), EventCase(Self.creditNoteIssued),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .drafted(let payload): try visitor.visit(payload)
        case .lineAdded(let payload): try visitor.visit(payload)
        case .issued(let payload): try visitor.visit(payload)
        case .paid(let payload): try visitor.visit(payload)
        case .overdue(let payload): try visitor.visit(payload)
        case .cancelled(let payload): try visitor.visit(payload)
        case .creditNoteIssued(let payload): try visitor.visit(payload)
        }
    }
}

/// Lines were made from the organization's unbilled usage up to the end of a period.
public struct InvoiceDrafted: EntityPayload {
    @usableFromInline package static let type: EventType = "invoice.drafted"
    public var id = InvoiceID.zero
    public var organization = OrganizationID.zero
    /// Usage in other currencies stays unbilled. None in a command means USD.
    public var currency = Currency.none
    public var periodStart = Day.zero
    /// The last day, included.
    public var periodEnd = Day.zero
    /// A fraction: 0.19 is 19 %.
    public var taxRate = ExactDecimal.zero
    /// Written by the decider, like all that follows.
    public var throughPosition = Position.start
    public var lines: [InvoiceLine] = []
    /// Usage of the period that has no price yet and stays unbilled.
    public var unpricedRecords = 0
    /// The number of the rules by which usage without a price found one: `PriceMatching`. Nil where the names of prices
    /// were compared as they are spelled.
    public var priceMatching: Int?
    /// Digits after the point of the currency's smallest coin: amounts are rounded to them. Nil in drafts of versions that
    /// did not record them.
    public var currencyDigits: Int?
    /// Usage of earlier periods, line by line. Not in drafts of versions that did not record the digits.
    public var carriedOver: [CarriedOverUsage] = []

    @usableFromInline package init() {}

    var rules: PriceMatching { PriceMatching(number: self.priceMatching) }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "invoice_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "currency", &self.currency)
        try v.field(4, "period_start", &self.periodStart)
        try v.field(5, "period_end", &self.periodEnd)
        try v.field(6, "tax_rate", &self.taxRate)
        try v.field(7, "through_position", &self.throughPosition)
        try v.field(8, "line_items", &self.lines)
        try v.field(9, "unpriced_records", &self.unpricedRecords)
        try v.field(10, "price_matching", &self.priceMatching)
        try v.field(11, "currency_digits", &self.currencyDigits)
        try v.field(12, "carried_over", &self.carriedOver)
    }
}

/// A line was added to a draft by hand: a fee, or a discount with a negative price.
public struct InvoiceLineAdded: EntityPayload {
    @usableFromInline package static let type: EventType = "invoice.line_added"
    public var id = InvoiceID.zero
    public var description = ""
    /// 0 in a command means 1.
    public var quantity: Quantity = 0
    public var unitPrice = ExactDecimal.zero
    /// Tells apart lines that say the same; adding the same line under the same number changes nothing.
    public var lineNumber = 0

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "invoice_id", &self.id)
        try v.field(2, "description", &self.description)
        try v.field(3, "quantity", &self.quantity)
        try v.field(4, "unit_price", &self.unitPrice)
        try v.field(5, "line_number", &self.lineNumber)
    }
}

/// The invoice got its number and was sent; from here on it does not change.
public struct InvoiceIssued: EntityPayload {
    @usableFromInline package static let type: EventType = "invoice.issued"
    public var id = InvoiceID.zero
    /// The next of the organization, without gaps. Written by the decider.
    public var number = ""
    /// Nil in a command means the day of the command.
    public var issueDate: Day?
    /// Nil in a command means 30 days after the issue.
    public var dueDate: Day?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "invoice_id", &self.id)
        try v.field(2, "invoice_number", &self.number)
        try v.field(3, "issue_date", &self.issueDate)
        try v.field(4, "due_date", &self.dueDate)
    }
}

public struct InvoicePaid: EntityPayload {
    @usableFromInline package static let type: EventType = "invoice.paid"
    public var id = InvoiceID.zero
    /// Nil in a command means the day of the command.
    public var paidDate: Day?
    public var reference: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "invoice_id", &self.id)
        try v.field(2, "paid_date", &self.paidDate)
        try v.field(3, "reference", &self.reference)
    }
}

/// The due date went by without a payment.
public struct InvoiceOverdue: EntityPayload {
    @usableFromInline package static let type: EventType = "invoice.overdue"
    public var id = InvoiceID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "invoice_id", &self.id)
    }
}

/// The invoice is void; its usage is unbilled again.
public struct InvoiceCancelled: EntityPayload {
    @usableFromInline package static let type: EventType = "invoice.cancelled"
    public var id = InvoiceID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "invoice_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}

public struct InvoiceCreditNoteIssued: EntityPayload {
    @usableFromInline package static let type: EventType = "invoice.credit_note_issued"
    public var id = InvoiceID.zero
    /// The client's number for the note: issuing it twice changes nothing.
    public var number = ""
    /// In whole coins of the invoice's currency.
    public var amount = ExactDecimal.zero
    public var reason = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "invoice_id", &self.id)
        try v.field(2, "credit_note_number", &self.number)
        try v.field(3, "amount", &self.amount)
        try v.field(4, "reason", &self.reason)
    }
}
