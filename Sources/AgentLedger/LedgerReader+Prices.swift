import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerViews

/// An invoice as it was billed, beside the one that the same usage comes to under other prices.
package struct RepricedInvoice: Sendable {
    package var billed: Invoice
    package var repriced: Invoice

    /// Lines for the same thing, billed and as they would be; nil where there is none.
    package var lines: [(billed: InvoiceLine?, repriced: InvoiceLine?)] {
        var left = self.repriced.lines
        var lines: [(billed: InvoiceLine?, repriced: InvoiceLine?)] = []
        for (index, line) in self.billed.lines.enumerated() {
            let match = left.firstIndex { Self.areOfOneThing($0, line) }
            lines.append((line, match.map { left.remove(at: $0) }))
            if self.billed.lines[(index + 1)...].contains(where: { Self.areOfOneThing($0, line) }) { continue }
            // A price came into force in between: there is more than one line for it now.
            for more in left where Self.areOfOneThing(more, line) { lines.append((nil, more)) }
            left.removeAll { Self.areOfOneThing($0, line) }
        }
        return lines + left.map { (nil, $0) }
    }

    private static func areOfOneThing(_ a: InvoiceLine, _ b: InvoiceLine) -> Bool {
        a.usageType == b.usageType && a.provider == b.provider && a.model == b.model && a.description == b.description
    }

    /// What it would have come to more.
    package var difference: ExactDecimal { self.repriced.total - self.billed.total }
}

extension OtherPrices {
    /// Reads `price.set` commands, one on each line. Throws `LedgerError` with code `.prices` for any other line, naming
    /// it, and for a file without one.
    package init(file: String) throws {
        self.init()
        let reader = CommandReader(defaultActor: .system("replay"))
        try LineReader(path: file).forEachLine { number, line, _ in
            func refused(_ why: String) -> LedgerError {
                LedgerError(.prices, "\(file), line \(number): \(why); each line is a price.set command")
            }
            do {
                let request = try reader.read(line, now: .zero, newID: 0)
                guard case .price(.record(let price)) = request.command else {
                    throw refused("there is \(request.name.withArticle)")
                }
                try self.set(price, CommandContext(actor: request.actor, occurredAt: request.occurredAt))
            } catch let error as CommandError {
                throw refused(error.description)
            } catch let rejection as Rejection {
                throw refused(rejection.message)
            }
        }
        if self.isEmpty { throw LedgerError(.prices, "\(file) sets no price; each line is a price.set command") }
    }
}

extension LedgerReader {
    /// Calls `body` with invoices as they are at a moment beside what they would come to under other prices, in the order
    /// of their drafts: one, or all that are not cancelled. Nothing is written.
    ///
    /// Each draft is made again from the usage that the log held when it was made. Usage that none of the other prices is
    /// for, in the invoice's currency, keeps the price that it was billed at. Usage that had no price, and now has one,
    /// comes onto the first invoice that finds it, and is on no later one. Usage with a price in another currency stays
    /// on the invoice in that currency. The cost is that of the states as of each draft; for one invoice, the earlier ones
    /// of its organization are made again too.
    package func reprice(
        with others: OtherPrices, invoice: InvoiceID? = nil, at moment: Moment = .end,
        progress: Views.Progress? = nil, _ body: (RepricedInvoice) throws -> Void
    ) throws {
        let now = try self.views(at: moment, progress: progress)
        let wanted = try invoice.map { try now.find($0) } ?? nil
        if invoice != nil, wanted == nil { return }
        var invoices: [Invoice] = []
        try now.forEach(Invoice.self) { _, loaded in
            let other = loaded.state
            if let wanted {
                guard other.organization == wanted.organization, other.draftedAtPosition <= wanted.draftedAtPosition
                else { return }
            }
            if other.status != .cancelled || other.id == wanted?.id { invoices.append(other) }
        }
        invoices.sort { $0.draftedAtPosition < $1.draftedAtPosition }
        var repricings: [OrganizationID: Repricing] = [:]
        for invoice in invoices {
            let repricing = repricings[invoice.organization] ?? Repricing(with: others)
            repricings[invoice.organization] = repricing
            let views = try self.views(at: .position(invoice.throughPosition), progress: progress)
            let repriced = try self.repriced(invoice, with: repricing, in: views, through: now.position)
            if wanted == nil || wanted?.id == invoice.id {
                try body(RepricedInvoice(billed: invoice, repriced: repriced))
            }
        }
    }

    /// The invoice by its events, its drafts made again.
    private func repriced(
        _ invoice: Invoice, with others: Repricing, in views: Views, through end: Position
    ) throws -> Invoice {
        var repriced: Invoice?
        let query = EventQuery(tags: [invoice.id.tag])
        try self.log.read(query, after: .start, through: end, limit: .max) { stored in
            let (event, envelope) = try DomainEvent.decode(stored)
            guard case .invoice(var change) = event, change.target == invoice.id.bits else { return }
            if case .drafted(let draft) = change {
                let world = StateCache(over: views, at: views.position)
                change = .drafted(try draft.recomputed(in: world, with: others))
                try views.throwIfFailed()
            }
            InvoiceDecider.evolve(&repriced, by: change, envelope)
        }
        guard let repriced else { return invoice }
        return repriced
    }
}
