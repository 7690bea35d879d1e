import AgentDomain
import EventSourcing
import Import
import Views

/// An invoice as it was billed, beside the one that the same usage comes to under other prices.
public struct RepricedInvoice: Sendable {
    public var billed: Invoice
    public var repriced: Invoice

    /// Lines for the same thing, billed and as they would be; nil where there is none.
    public var lines: [(billed: InvoiceLine?, repriced: InvoiceLine?)] {
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
    public var difference: Decimal { self.repriced.total - self.billed.total }
}

extension OtherPrices {
    /// Reads `price.set` commands, one on each line. Throws `LedgerError` with code `.prices` for any other line, naming
    /// it, and for a file without one.
    public init(file: String) throws {
        self.init()
        let reader = CommandReader(defaultActor: .system("replay"))
        try LineReader(path: file).forEachLine { number, line, _ in
            func refused(_ why: String) -> LedgerError {
                LedgerError(.prices, "\(file), line \(number): \(why); each line is a price.set command")
            }
            do {
                let request = try reader.read(line, now: .zero, newID: 0)
                guard case .price(.record(let price)) = request.command else {
                    throw refused("there is a \(request.name)")
                }
                try self.set(price, Order(actor: request.actor, occurredAt: request.occurredAt))
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
    /// Hands over invoices as they stand at a moment beside what they would come to under other prices, in the order of
    /// their drafts: one, or all that are not cancelled. Nothing is written.
    ///
    /// Each draft is made again from the usage that the log held when it was made. Usage that none of the other prices is
    /// for, in the invoice's currency, keeps the price that it was billed at; usage that had none, and now has, comes on.
    /// The cost is that of the states as of each draft.
    public func reprice(
        with others: OtherPrices, invoice: InvoiceID? = nil, at moment: Moment = .end,
        progress: Views.Progress? = nil, _ body: (RepricedInvoice) throws -> Void
    ) throws {
        let now = try self.views(at: moment, progress: progress)
        var invoices: [Invoice] = []
        if let invoice {
            if let found = try now.find(invoice) { invoices.append(found) }
        } else {
            try now.forEach(Invoice.self) { _, loaded in
                if loaded.state.status != .cancelled { invoices.append(loaded.state) }
            }
        }
        invoices.sort { ($0.throughPosition, $0.id) < ($1.throughPosition, $1.id) }
        for invoice in invoices {
            let views = try self.views(at: .position(invoice.throughPosition), progress: progress)
            let repriced = try self.repriced(invoice, with: others, in: views, through: now.position)
            try body(RepricedInvoice(billed: invoice, repriced: repriced))
        }
    }

    /// The invoice by its events, its drafts made again.
    private func repriced(
        _ invoice: Invoice, with others: OtherPrices, in views: Views, through end: Position
    ) throws -> Invoice {
        var repriced: Invoice?
        let query = Query(tags: [invoice.id.tag])
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
