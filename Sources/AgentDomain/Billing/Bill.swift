import LedgerEvents

/// What one unit of something costs.
package struct Rate: Sendable {
    package var price: PriceID
    package var unitPrice: ExactDecimal
    package var currency: Currency

    init(price: PriceID, unitPrice: ExactDecimal, currency: Currency) {
        self.price = price
        self.unitPrice = unitPrice
        self.currency = currency
    }

    init(_ price: Price) { self.init(price: price.id, unitPrice: price.perUnit, currency: price.currency) }
}

/// What an organization owes for its unbilled usage: one line for each kind of usage at each price.
struct Bill {
    /// What the bill takes out of the unbilled usage.
    private(set) var days: [BilledUsage.DayOfUsage] = []
    private(set) var unpricedRecords = 0
    private var totals: [Key: Total] = [:]
    private let draft: InvoiceDrafted

    private struct Key: Hashable, Comparable {
        var provider: String
        var model: String
        var usageType: String
        var price: PriceID

        static func < (a: Key, b: Key) -> Bool {
            (a.provider, a.model, a.usageType, a.price) < (b.provider, b.model, b.usageType, b.price)
        }
    }

    private struct Total {
        var quantity = ExactDecimal.zero
        var unitPrice: ExactDecimal
        /// Used before the period began.
        var carriedOver = ExactDecimal.zero
        var carriedOverFrom: Day?

        mutating func add(_ more: ExactDecimal, on day: Day, isEarlier: Bool) {
            self.quantity += more
            guard isEarlier else { return }
            self.carriedOver += more
            self.carriedOverFrom = min(self.carriedOverFrom ?? day, day)
        }
    }

    /// - Parameters:
    ///   - world: as it was at the draft's `throughPosition`.
    ///   - others: prices that come before those of the usage.
    init(of draft: InvoiceDrafted, in world: any DecisionContext, with others: Repricing? = nil) {
        self.draft = draft
        let calendar = world.peek(ID<UsageCalendar>(bits: draft.organization.bits))
        let days = (calendar?.days ?? []).filter { $0 <= draft.periodEnd }
            .compactMap { world.peek(UnbilledUsage.id(draft.organization, $0)) }
        let rating = UsageRating(
            organization: draft.organization, world: world, through: draft.throughPosition, excluded: draft.id,
            rules: draft.rules, others: others?.inCurrency(draft.currency))
        for (day, parts) in rating.parts(of: days) { self.add(parts, on: day) }
    }

    private mutating func add(_ parts: [UsageRating.Part], on day: Day) {
        var taken = BilledUsage.DayOfUsage()
        taken.day = day
        for (sum, rate) in parts {
            guard let rate else {
                self.unpricedRecords += sum.records
                continue
            }
            guard rate.currency == self.draft.currency else { continue }
            taken.sums.append(sum)
            let key = Key(
                provider: sum.provider ?? "", model: sum.model ?? "", usageType: sum.usageType, price: rate.price)
            self.totals[key, default: Total(unitPrice: rate.unitPrice)]
                .add(sum.quantity, on: day, isEarlier: day < self.draft.periodStart)
        }
        if !taken.sums.isEmpty { self.days.append(taken) }
    }

    /// The lines, and what they carry over from before the period.
    func lines() throws(Rejection) -> (lines: [InvoiceLine], carriedOver: [CarriedOverUsage]) {
        var lines: [InvoiceLine] = []
        var carriedOver: [CarriedOverUsage] = []
        // What corrections took back whole needs no line, but an invoice of such usage alone has some.
        let isNothing = self.totals.values.allSatisfy { $0.quantity == .zero }
        for (key, total) in self.totals.sorted(by: { $0.key < $1.key }) where isNothing || total.quantity != .zero {
            let quantity = Quantity(total.quantity)
            let (amount, isHuge) = quantity.units.multipliedReportingOverflow(by: total.unitPrice.picos)
            guard Int(exactly: quantity.units) != nil, !isHuge, amount <= Metering.highestLine.picos else {
                throw .broken("the line for \(key.usageType) comes to more than \(Metering.highestLine)")
            }
            lines.append(self.line(key, quantity, total.unitPrice))
            if let day = total.carriedOverFrom {
                var carried = CarriedOverUsage()
                carried.lineNumber = lines.count
                carried.quantity = Quantity(total.carriedOver)
                carried.amount = carried.quantity.cost(at: total.unitPrice)
                carried.from = day
                carriedOver.append(carried)
            }
        }
        return (lines, carriedOver)
    }

    private func line(_ key: Key, _ quantity: Quantity, _ unitPrice: ExactDecimal) -> InvoiceLine {
        var line = InvoiceLine()
        line.description = [key.model, key.usageType.replacing("_", with: " ")].filter { !$0.isEmpty }
            .joined(separator: " ")
        line.usageType = key.usageType
        line.provider = key.provider.isEmpty ? nil : key.provider
        line.model = key.model.isEmpty ? nil : key.model
        line.quantity = quantity
        line.price = key.price
        line.unitPrice = unitPrice
        line.total(digits: self.draft.currency.digits(drafted: self.draft.currencyDigits))
        return line
    }
}

extension InvoiceDrafted {
    /// The draft as it is made of the usage and prices that a world knows.
    /// - Parameters:
    ///   - world: as it was at the draft's `throughPosition`.
    ///   - others: prices that come before those of the usage, as far as they are in the draft's currency.
    package func recomputed(in world: any DecisionContext, with others: Repricing? = nil) throws(Rejection)
        -> InvoiceDrafted
    {
        let bill = Bill(of: self, in: world, with: others)
        var draft = self
        let (lines, carriedOver) = try bill.lines()
        draft.lines = lines
        // Drafts of versions that did not record the digits are made again as they were.
        draft.carriedOver = self.currencyDigits == nil ? [] : carriedOver
        draft.unpricedRecords = bill.unpricedRecords
        return draft
    }
}
