import EventSourcing

/// What one unit of something costs.
public struct Rate: Sendable {
    public var price: PriceID
    public var unitPrice: Decimal
    public var currency: Currency

    init(price: PriceID, unitPrice: Decimal, currency: Currency) {
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
    private let world: any World
    /// Prices that come before those of the usage; nil: none do.
    private let others: OtherPrices?

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
        var quantity = Decimal.zero
        var unitPrice: Decimal
    }

    /// - Parameters:
    ///   - world: as it was at the draft's `throughPosition`.
    ///   - others: prices that come before those of the usage.
    init(of draft: InvoiceDrafted, in world: any World, with others: OtherPrices? = nil) {
        self.draft = draft
        self.world = world
        self.others = others?.inCurrency(draft.currency)
        let calendar = world.peek(ID<UsageCalendar>(bits: draft.organization.bits))
        for day in calendar?.days ?? [] where day <= draft.periodEnd {
            guard let usage = world.peek(UnbilledUsage.id(draft.organization, day)) else { continue }
            self.add(usage)
        }
    }

    private mutating func add(_ usage: UnbilledUsage) {
        var taken = BilledUsage.DayOfUsage()
        taken.day = usage.day
        for sum in usage.sums {
            for (part, rate) in self.rated(sum, on: usage.day) {
                guard let rate else {
                    self.unpricedRecords += part.records
                    continue
                }
                guard rate.currency == self.draft.currency else { continue }
                taken.sums.append(part)
                let key = Key(
                    provider: sum.provider ?? "", model: sum.model ?? "", usageType: sum.usageType, price: rate.price)
                self.totals[key, default: Total(unitPrice: rate.unitPrice)].quantity += part.quantity
            }
        }
        if !taken.sums.isEmpty { self.days.append(taken) }
    }

    /// The price of usage at a moment: the one that comes before all others, else the one that it was recorded with, else
    /// the one now known for its moment.
    private func rate(of thing: PricedThing, recorded: Rate?, at instant: Instant) -> Rate? {
        if let price = self.others.flatMap({ Metering.price(of: thing, at: instant, in: $0) }) { return Rate(price) }
        return recorded ?? Metering.price(of: thing, at: instant, in: self.world).map { Rate($0) }
    }

    /// Whether the records of a sum may have different prices.
    private func isMixed(_ sum: UsageSum, _ thing: PricedThing) -> Bool {
        func changes(_ world: any World) -> Bool {
            Metering.hasPriceChange(of: thing, after: sum.firstAt, through: sum.lastAt, in: world)
        }
        return self.others.map { changes($0) } ?? false || sum.rate == nil && changes(self.world)
    }

    private func rated(_ sum: UsageSum, on day: Day) -> [(part: UsageSum, rate: Rate?)] {
        let thing = PricedThing(usageType: sum.usageType, provider: sum.provider, model: sum.model)
        if !self.isMixed(sum, thing) { return [(sum, self.rate(of: thing, recorded: sum.rate, at: sum.firstAt))] }
        // A price came into force between the records that are summed here: they are looked at one by one.
        let history = BillingHistory(of: self.draft.organization, in: self.world, without: self.draft.id)
        var parts: [(part: UsageSum, rate: Rate?)] = []
        self.world.forEachUsage(
            of: self.draft.organization, after: .start, before: self.draft.throughPosition.next
        ) { usage in
            let one = UsageSum(usage)
            guard usage.occurredAt.day == day, sum.isOf(one),
                self.world.peek(ID<UsageVoid>(bits: usage.id.bits)) == nil,
                history.billing(of: usage, voidedAt: nil, in: self.world).invoice == nil
            else { return }
            let rate = self.rate(of: thing, recorded: sum.rate, at: usage.occurredAt)
            if let index = parts.firstIndex(where: { $0.rate?.price == rate?.price }) {
                parts[index].part.add(one)
            } else {
                parts.append((one, rate))
            }
        }
        return parts
    }

    func lines() throws(Rejection) -> [InvoiceLine] {
        var lines: [InvoiceLine] = []
        for (key, total) in self.totals.sorted(by: { $0.key < $1.key }) {
            let quantity = total.quantity.picos / Decimal(1).picos
            let (amount, isHuge) = quantity.multipliedReportingOverflow(by: total.unitPrice.picos)
            guard let quantity = Int(exactly: quantity), !isHuge, amount <= Metering.highestLine.picos else {
                throw .broken("the line for \(key.usageType) comes to more than \(Metering.highestLine)")
            }
            lines.append(self.line(key, quantity, total.unitPrice))
        }
        return lines
    }

    private func line(_ key: Key, _ quantity: Int, _ unitPrice: Decimal) -> InvoiceLine {
        var line = InvoiceLine()
        line.description = [key.model, key.usageType.replacing("_", with: " ")].filter { !$0.isEmpty }
            .joined(separator: " ")
        line.usageType = key.usageType
        line.provider = key.provider.isEmpty ? nil : key.provider
        line.model = key.model.isEmpty ? nil : key.model
        line.quantity = quantity
        line.price = key.price
        line.unitPrice = unitPrice
        line.total(in: self.draft.currency)
        return line
    }
}

extension InvoiceDrafted {
    /// The draft as it is made of the usage and prices that a world knows.
    /// - Parameters:
    ///   - world: as it was at the draft's `throughPosition`.
    ///   - others: prices that come before those of the usage, as far as they are in the draft's currency.
    public func recomputed(in world: any World, with others: OtherPrices? = nil) throws(Rejection) -> InvoiceDrafted {
        let bill = Bill(of: self, in: world, with: others)
        var draft = self
        draft.lines = try bill.lines()
        draft.unpricedRecords = bill.unpricedRecords
        return draft
    }
}
