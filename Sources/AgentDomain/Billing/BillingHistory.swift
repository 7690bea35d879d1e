import LedgerEvents

/// An organization's invoices in the order in which they were drafted: which of them bills a usage record.
///
/// A draft takes all usage of its period that is in the log, has a price in its currency and is on no other invoice;
/// a cancelled one gives it back.
package struct BillingHistory {
    private struct Draft {
        var invoice: InvoiceID
        var draftedAt: Position
        var throughPosition: Position
        var periodEnd: Day
        var currency: Currency
        var rules: PriceMatching
        var cancelledAt: Position?
    }

    private let drafts: [Draft]
    private let lists = KnownLists()

    /// The price lists that were read: records without a price often ask for the same ones.
    private final class KnownLists {
        private struct Key: Hashable {
            var thing: PricedThing
            var rules: PriceMatching
            var position: Position
        }

        private var lists: [Key: PriceLists] = [:]

        func lists(of thing: PricedThing, for draft: Draft, in world: any DecisionContext) -> PriceLists {
            let key = Key(thing: thing, rules: draft.rules, position: draft.throughPosition)
            if let known = self.lists[key] { return known }
            let lists = PriceLists(of: thing, by: draft.rules, aliasesAt: draft.throughPosition, in: world)
            self.lists[key] = lists
            return lists
        }
    }

    /// - Parameter excluded: an invoice that is to be left out, because it is just being drafted.
    package init(of organization: OrganizationID, in world: any DecisionContext, without excluded: InvoiceID? = nil) {
        let invoices = world.members(of: Invoice.all(of: organization), as: Invoice.self).compactMap { world.peek($0) }
        self.drafts = invoices.filter { $0.id != excluded }.map { invoice in
            Draft(
                invoice: invoice.id, draftedAt: invoice.draftedAtPosition, throughPosition: invoice.throughPosition,
                periodEnd: invoice.periodEnd, currency: invoice.currency,
                rules: PriceMatching(number: invoice.priceMatching), cancelledAt: invoice.cancelledAtPosition)
        }.sorted { $0.draftedAt < $1.draftedAt }
    }

    package struct Billing {
        /// Nil: none bills it.
        package var invoice: InvoiceID?
        /// That of its record, else the one that the invoice was made with.
        package var rate: Rate?
        /// The position of the event by which it last came onto an invoice or off one.
        package var changedAt: Position

        /// As it was recorded: on no invoice.
        package init(unbilled usage: UsageRecord) { self.init(rate: usage.rate, changedAt: usage.position) }

        fileprivate init(invoice: InvoiceID? = nil, rate: Rate?, changedAt: Position) {
            self.invoice = invoice
            self.rate = rate
            self.changedAt = changedAt
        }
    }

    /// - Parameter voidedAt: the position where the record was voided, if it was.
    package func billing(of usage: UsageRecord, voidedAt: Position?, in world: any DecisionContext) -> Billing {
        var last = Billing(unbilled: usage)
        self.forEachBilling(of: usage, voidedAt: voidedAt, in: world) { last = $0 }
        return last
    }

    /// Hands over how the record stood each time that it came onto an invoice or off one, oldest first.
    package func forEachBilling(
        of usage: UsageRecord, voidedAt: Position?, in world: any DecisionContext, _ body: (Billing) -> Void
    ) {
        var changedAt = usage.position
        for draft in self.drafts
        where draft.draftedAt > changedAt && draft.throughPosition >= usage.position
            && draft.periodEnd >= usage.occurredAt.day && draft.draftedAt < voidedAt ?? .end
        {
            let rate = usage.rate ?? self.rate(of: usage, for: draft, in: world)
            guard let rate, rate.currency == draft.currency else { continue }
            body(Billing(invoice: draft.invoice, rate: rate, changedAt: draft.draftedAt))
            guard let cancelledAt = draft.cancelledAt else { return }
            body(Billing(rate: usage.rate, changedAt: cancelledAt))
            changedAt = cancelledAt
        }
    }

    /// The price that a draft found for a record without one: by its rules, with the prices and aliases
    /// that it knew.
    private func rate(of usage: UsageRecord, for draft: Draft, in world: any DecisionContext) -> Rate? {
        let lists = self.lists.lists(of: PricedThing(usage), for: draft, in: world)
        let price = lists.price(at: usage.occurredAt, requestTokens: usage.requestTokens(in: world)) { price in
            world.changedAt(price.id).map { $0 <= draft.throughPosition } ?? false
        }
        return price.map { Rate($0) }
    }
}

extension UsageRecord {
    package func cost(at rate: Rate) -> ExactDecimal { self.quantity.cost(at: rate.unitPrice) }

    /// The price that it was recorded with.
    var rate: Rate? {
        guard let price = self.price, let unitPrice = self.unitPrice, let cost = self.cost else { return nil }
        return Rate(price: price, unitPrice: unitPrice, currency: cost.currency)
    }
}
