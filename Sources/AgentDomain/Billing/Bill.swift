import EventSourcing

/// What an organization owes for its unbilled usage: one line for each kind of usage at each price.
struct Bill {
    private(set) var lines: [InvoiceLine] = []
    private(set) var unpricedRecords = 0

    private struct Key: Hashable, Comparable {
        var provider: String
        var model: String
        var usageType: String
        var price: PriceID

        static func < (a: Key, b: Key) -> Bool {
            (a.provider, a.model, a.usageType, a.price) < (b.provider, b.model, b.usageType, b.price)
        }
    }

    init(of draft: InvoiceDrafted, in world: any World) throws(Rejection) {
        // What would change the usage that is unbilled here, beside new usage, which waits for the next invoice.
        world.guardAgainst(
            Query.Item(
                types: [UsageVoided.type, InvoiceDrafted.type, InvoiceCancelled.type], tags: [draft.organization.tag]))
        var totals: [Key: (quantity: Int, unitPrice: Decimal)] = [:]
        for id in world.members(of: UsageRecord.unbilled(draft.organization), as: UsageRecord.self) {
            guard let usage = world.peek(id), usage.occurredAt.day <= draft.periodEnd else { continue }
            guard let rate = usage.rate(in: world) else {
                self.unpricedRecords += 1
                continue
            }
            guard rate.currency == draft.currency else { continue }
            let key = Key(
                provider: usage.provider ?? "", model: usage.model ?? "", usageType: usage.usageType, price: rate.price)
            let total = totals[key, default: (0, rate.unitPrice)]
            let (quantity, overflow) = total.quantity.addingReportingOverflow(usage.quantity)
            let (amount, isHuge) = Int128(quantity).multipliedReportingOverflow(by: rate.unitPrice.picos)
            guard !overflow, !isHuge, amount <= Metering.highestLine.picos else {
                throw .broken("the line for \(usage.usageType) comes to more than \(Metering.highestLine)")
            }
            totals[key] = (quantity, total.unitPrice)
        }
        self.lines = totals.sorted { $0.key < $1.key }.map { key, total in
            Self.line(key, total.quantity, total.unitPrice, draft.currency)
        }
    }

    private static func line(_ key: Key, _ quantity: Int, _ unitPrice: Decimal, _ currency: Currency) -> InvoiceLine {
        var line = InvoiceLine()
        line.description = [key.model, key.usageType.replacing("_", with: " ")].filter { !$0.isEmpty }
            .joined(separator: " ")
        line.usageType = key.usageType
        line.provider = key.provider.isEmpty ? nil : key.provider
        line.model = key.model.isEmpty ? nil : key.model
        line.quantity = quantity
        line.price = key.price
        line.unitPrice = unitPrice
        line.total(in: currency)
        return line
    }
}

extension UsageRecord {
    /// The price that the usage was recorded with, else the one now known for its moment.
    func rate(in world: any World) -> (price: PriceID, unitPrice: Decimal, currency: Currency)? {
        if let price = self.price, let unitPrice = self.unitPrice, let cost = self.cost {
            return (price, unitPrice, cost.currency)
        }
        return Metering.price(
            self.usageType, provider: self.provider, model: self.model, at: self.occurredAt, in: world
        ).map { ($0.id, $0.perUnit, $0.currency) }
    }

    /// Puts the usage on an invoice, at the rate that the invoice was made with.
    mutating func bill(on invoice: InvoiceID, in world: any World) {
        if let rate = self.rate(in: world) {
            self.price = rate.price
            self.unitPrice = rate.unitPrice
            self.cost = Money(Metering.product(self.quantity, rate.unitPrice), rate.currency)
        }
        self.invoice = invoice
    }
}
