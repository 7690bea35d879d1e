import LedgerEvents

public indirect enum InvoiceCommand: EntityCommand {
    case draft(InvoiceDrafted)
    case addLine(InvoiceLineAdded)
    case issue(InvoiceIssued)
    case pay(InvoicePaid)
    case markOverdue(InvoiceOverdue)
    case cancel(InvoiceCancelled)
    case issueCreditNote(InvoiceCreditNoteIssued)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("invoice.draft", role: .owner, creates: true, Self.draft),
        CommandCase("invoice.add_line", role: .owner, Self.addLine),
        CommandCase("invoice.issue", role: .owner, Self.issue), CommandCase("invoice.pay", role: .owner, Self.pay),
        CommandCase("invoice.mark_overdue", role: .owner, Self.markOverdue),
        CommandCase("invoice.cancel", role: .owner, Self.cancel),
        CommandCase("invoice.issue_credit_note", role: .owner, Self.issueCreditNote),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .draft(let payload): try visitor.visit(payload)
        case .addLine(let payload): try visitor.visit(payload)
        case .issue(let payload): try visitor.visit(payload)
        case .pay(let payload): try visitor.visit(payload)
        case .markOverdue(let payload): try visitor.visit(payload)
        case .cancel(let payload): try visitor.visit(payload)
        case .issueCreditNote(let payload): try visitor.visit(payload)
        }
    }
}

@usableFromInline package enum InvoiceDecider: Decider {
    @usableFromInline package static func decide(
        _ command: InvoiceCommand, given state: Invoice?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [InvoiceEvent] {
        if case .draft(let draft) = command { return try self.draft(draft, state, world) }
        guard let state else { throw .notFound(Invoice.kind, InvoiceID(bits: command.target).description) }
        let day = order.occurredAt.day
        switch (command, state.status) {
        case (.draft, _): return []

        case (.addLine(let line), .draft): return try self.addLine(line, state)
        case (.addLine, _): throw .broken("invoice \(state.id) is \(state.status.rawValue); only a draft can change")

        case (.issue(let issued), .draft): return [.issued(try self.numbered(issued, state, day, world))]
        case (.issue, .sent): return []
        case (.issue, _): throw state.refusal(.sent)

        case (.pay(var paid), .sent), (.pay(var paid), .overdue):
            try state.requireDue()
            paid.paidDate = paid.paidDate ?? day
            return [.paid(paid)]
        case (.pay, .paid): return []
        case (.pay, _): throw state.refusal(.paid)

        case (.markOverdue(let overdue), .sent):
            guard state.due > .zero else { throw .broken("nothing is due on invoice \(state.id)") }
            guard let due = state.dueDate, day > due else {
                throw .broken(
                    "invoice \(state.id) is due on \(state.dueDate?.description ?? "no day"), not before \(day)")
            }
            return [.overdue(overdue)]
        case (.markOverdue, .overdue): return []
        case (.markOverdue, _): throw state.refusal(.overdue)

        case (.cancel(let cancelled), .draft), (.cancel(let cancelled), .sent), (.cancel(let cancelled), .overdue):
            return [.cancelled(cancelled)]
        case (.cancel, .cancelled): return []
        case (.cancel, _): throw state.refusal(.cancelled)

        case (.issueCreditNote(let note), .sent), (.issueCreditNote(let note), .overdue),
            (.issueCreditNote(let note), .paid):
            return try self.credit(note, state)
        case (.issueCreditNote, _):
            throw .broken("invoice \(state.id) is \(state.status.rawValue); credit is given on an issued invoice")
        }
    }

    private static func draft(_ command: InvoiceDrafted, _ state: Invoice?, _ world: any DecisionContext)
        throws(Rejection)
        -> [InvoiceEvent]
    {
        try Require.id(command.id, "invoice_id")
        if state != nil { return [] }
        guard command.periodStart <= command.periodEnd else {
            throw .invalid("period_end", "\(command.periodEnd) lies before period_start \(command.periodStart)")
        }
        guard command.taxRate >= .zero, command.taxRate < ExactDecimal(1) else {
            throw .invalid("tax_rate", "is \(command.taxRate); a fraction such as 0.19 is meant")
        }
        guard Invoice.isTaxRate(command.taxRate) else {
            throw .invalid("tax_rate", "is \(command.taxRate); it has at most six digits after the point")
        }
        try world.requireLive(command.organization)
        var draft = command
        if draft.currency == .none { draft.currency = .usd }
        draft.throughPosition = world.position
        draft.priceMatching = PriceMatching.current.rawValue
        draft.currencyDigits = draft.currency.minorDigits
        // What would change the usage that is unbilled here, beside new usage, which waits for the next invoice.
        world.guardAgainst(
            EventQuery.Item(
                types: [UsageVoided.type, InvoiceDrafted.type, InvoiceCancelled.type], tags: [draft.organization.tag]))
        draft = try draft.recomputed(in: world)
        guard !draft.lines.isEmpty else {
            throw .broken(
                "there is no unbilled usage in \(draft.currency) up to \(command.periodEnd) that has a price; "
                    + "\(draft.unpricedRecords) records have none")
        }
        return [.drafted(draft)]
    }

    private static func addLine(_ command: InvoiceLineAdded, _ state: Invoice) throws(Rejection) -> [InvoiceEvent] {
        try Require.text(command.description, "description")
        var added = command
        try Require.quantity(added.quantity, "quantity")
        if added.quantity == 0 { added.quantity = 1 }
        guard added.unitPrice.picos.magnitude <= Metering.highestPrice.picos,
            added.quantity.cost(at: added.unitPrice).picos.magnitude <= Metering.highestLine.picos
        else { throw .invalid("unit_price", "is \(added.unitPrice); the line comes to more than an invoice can hold") }
        if added.lineNumber == 0 { added.lineNumber = state.lines.count + 1 }
        if added.lineNumber >= 1, added.lineNumber <= state.lines.count {
            let line = state.lines[added.lineNumber - 1]
            guard line == InvoiceLine(added, digits: state.digits) else {
                throw .alreadyExists("invoice line", added.lineNumber)
            }
            return []
        }
        guard added.lineNumber == state.lines.count + 1 else {
            throw .invalid("line_number", "is \(added.lineNumber); the next is \(state.lines.count + 1)")
        }
        return [.lineAdded(added)]
    }

    private static func numbered(
        _ command: InvoiceIssued, _ state: Invoice, _ day: Day, _ world: any DecisionContext
    ) throws(Rejection) -> InvoiceIssued {
        let organization = try world.requireLive(state.organization)
        let count = world.members(of: Invoice.issued(by: state.organization), as: Invoice.self).count
        var issued = command
        let sequence = String(count + 1)
        let zeros = String(repeating: "0", count: max(0, 6 - sequence.count))
        issued.number = "\(organization.slug.uppercased())-\(zeros)\(sequence)"
        try world.requireFree(Invoice.alias(ofNumber: issued.number), for: state.id, what: issued.number)
        let issueDate = issued.issueDate ?? day
        issued.issueDate = issueDate
        issued.dueDate = issued.dueDate ?? issueDate.advanced(byDays: 30)
        if let due = issued.dueDate, due < issueDate {
            throw .invalid("due_date", "\(due) lies before the issue date \(issueDate)")
        }
        return issued
    }

    private static func credit(_ note: InvoiceCreditNoteIssued, _ state: Invoice) throws(Rejection) -> [InvoiceEvent] {
        try Require.text(note.number, "credit_note_number")
        guard note.amount > .zero else { throw .invalid("amount", "must be more than zero") }
        if let known = state.creditNotes.first(where: { $0.number == note.number }) {
            guard known.amount == note.amount else { throw .alreadyExists("credit note", note.number) }
            return []
        }
        guard note.amount == note.amount.rounded(toDigits: state.digits) else {
            let coin = ExactDecimal(
                picos: ExactDecimal.picosPerUnit / (0..<state.digits).reduce(1) { power, _ in power * 10 })
            throw .invalid("amount", "is \(note.amount); the smallest coin of \(state.currency) is \(coin)")
        }
        guard note.amount <= state.remaining else {
            throw .broken("\(note.amount) is more than the \(state.remaining) that are left of the invoice")
        }
        return [.creditNoteIssued(note)]
    }

    @usableFromInline package static func evolve(_ state: inout Invoice?, by event: InvoiceEvent, _ envelope: Envelope)
    {
        if case .drafted(let drafted) = event {
            state = Invoice(drafted, envelope)
            return
        }
        state?.apply(event, envelope)
    }
}

extension Invoice {
    func refusal(_ wanted: Status) -> Rejection {
        .invalidTransition(of: "invoice", from: self.status, to: wanted, allowed: self.status.successors)
    }

    init(_ drafted: InvoiceDrafted, _ envelope: Envelope) {
        self.id = drafted.id
        self.organization = drafted.organization
        self.currency = drafted.currency
        self.periodStart = drafted.periodStart
        self.periodEnd = drafted.periodEnd
        self.taxRate = drafted.taxRate
        self.throughPosition = drafted.throughPosition
        self.draftedAtPosition = envelope.position
        self.lines = drafted.lines
        self.unpricedRecords = drafted.unpricedRecords
        self.priceMatching = drafted.priceMatching
        self.currencyDigits = drafted.currencyDigits
        self.carriedOver = drafted.carriedOver
        self.createdAt = envelope.occurredAt
        self.updatedAt = envelope.occurredAt
    }

    mutating func apply(_ event: InvoiceEvent, _ envelope: Envelope) {
        self.updatedAt = envelope.occurredAt
        switch event {
        case .drafted: break
        case .lineAdded(let added): self.lines.append(InvoiceLine(added, digits: self.digits))
        case .issued(let issued):
            self.status = .sent
            self.number = issued.number
            self.issueDate = issued.issueDate
            self.dueDate = issued.dueDate
        case .paid(let paid):
            self.status = .paid
            self.paidDate = paid.paidDate
        case .overdue: self.status = .overdue
        case .cancelled:
            self.status = .cancelled
            self.cancelledAtPosition = envelope.position
        case .creditNoteIssued(let note):
            var credit = CreditNote()
            credit.number = note.number
            credit.amount = note.amount
            credit.reason = note.reason
            credit.issuedOn = envelope.occurredAt.day
            self.creditNotes.append(credit)
        }
        // An invoice on which nothing is due is not overdue, also where an earlier version marked it so.
        if self.status == .overdue, self.remaining <= .zero { self.status = .sent }
    }

    func requireDue() throws(Rejection) {
        guard self.due <= .zero, self.credited > .zero else { return }
        throw .broken("nothing is due on invoice \(self.id): its total of \(self.total) is credited in full")
    }
}

extension InvoiceLine {
    init(_ added: InvoiceLineAdded, digits: Int) {
        self.description = added.description
        self.quantity = added.quantity
        self.unitPrice = added.unitPrice
        self.total(digits: digits)
    }
}
