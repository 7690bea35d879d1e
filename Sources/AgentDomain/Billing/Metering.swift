import EventSourcing

/// What was used, and what it costs by the price list. Pure arithmetic in whole 1e-12 of a currency unit.
public enum Metering {
    /// Of one unit or a million.
    static let highestPrice = Decimal(1_000_000_000)
    /// Of one call or one use: sums of millions of these still fit.
    static let highestCost = Decimal(1_000_000_000_000)
    /// Of one invoice line.
    static let highestLine = Decimal(1_000_000_000_000_000)

    /// The price of a thing at a moment: its own, else that of any provider, else that of any model; nil when unknown.
    ///
    /// Reasoning tokens are billed as output tokens where they have no price of their own.
    /// - Parameter isKnown: which prices are looked at.
    static func price(
        of thing: PricedThing, at instant: Instant, in world: any World, where isKnown: (Price) -> Bool = { _ in true }
    ) -> Price? {
        for list in world.priceLists(for: thing) {
            var last: Int?
            for index in list.indices where list[index].effectiveFrom <= instant && isKnown(list[index]) {
                if let last, (list[index].effectiveFrom, list[index].id) < (list[last].effectiveFrom, list[last].id) {
                    continue
                }
                last = index
            }
            if let last { return list[last] }
        }
        return thing.substitute.flatMap { self.price(of: $0, at: instant, in: world, where: isKnown) }
    }

    /// Whether any price of the thing comes into force after the one moment, and no later than the other.
    static func hasPriceChange(
        of thing: PricedThing, after first: Instant, through last: Instant, in world: any World
    ) -> Bool {
        if first == last { return false }
        let isChange = world.priceLists(for: thing).joined().contains { (first...last).contains($0.effectiveFrom) }
        return isChange
            || thing.substitute.map { self.hasPriceChange(of: $0, after: first, through: last, in: world) } ?? false
    }

    /// The exact cost of a call; nil when a bucket that was used has no price, or the prices differ in currency.
    static func cost(of call: ModelCall, at instant: Instant, in world: any World) throws(Rejection) -> Money? {
        var cost = Money.zero
        var isKnown = true
        for (usageType, tokens) in call.buckets where tokens > 0 {
            let thing = PricedThing(usageType: usageType, provider: call.provider, model: call.model)
            let price = self.price(of: thing, at: instant, in: world)
            guard let price, cost.currency == .none || cost.currency == price.currency else {
                isKnown = false
                continue
            }
            cost.currency = price.currency
            cost.amount += Self.product(tokens, price.perUnit)
        }
        try Require.cost(cost.amount, "computed_cost")
        return isKnown && cost.currency != .none ? cost : nil
    }

    static func product(_ quantity: Int, _ unitPrice: Decimal) -> Decimal {
        Decimal(picos: Int128(quantity) * unitPrice.picos)
    }

    /// The usage with its price, where one is known.
    static func rated(_ usage: UsageRecorded, at instant: Instant, in world: any World) -> UsageRecorded {
        var usage = usage
        let thing = PricedThing(usageType: usage.usageType, provider: usage.provider, model: usage.model)
        let price = self.price(of: thing, at: instant, in: world)
        usage.price = price?.id
        usage.unitPrice = price?.perUnit
        usage.cost = price.map { Money(Self.product(usage.quantity, $0.perUnit), $0.currency) }
        return usage
    }

    /// The usage of a call: each bucket that it used.
    static func usage(of call: ModelCall, at instant: Instant, in world: any World) -> [DomainEvent] {
        call.buckets.enumerated().filter { $0.element.tokens > 0 }.map { index, bucket in
            var usage = UsageRecorded()
            usage.id = Self.id(of: call.id.bits, index)
            usage.organization = call.organization
            usage.usageType = bucket.usageType
            usage.quantity = bucket.tokens
            usage.provider = call.provider
            usage.model = call.model
            usage.resourceKind = ModelCall.kind
            usage.resource = EventID(bits: call.id.bits)
            return .usageRecord(.recorded(self.rated(usage, at: instant, in: world)))
        }
    }

    /// The usage of one attempt of a run that came to its own end.
    static func usage(of id: WorkflowExecutionID, at instant: Instant, in world: any World) -> [DomainEvent] {
        guard let run = world.find(id) else { return [] }
        var usage = UsageRecorded()
        // Beyond the indexes of a call's buckets: a run and a call may have one id.
        usage.id = Self.id(of: id.bits, 16 + run.retryCount)
        usage.organization = run.organization
        usage.usageType = "workflow_execution"
        usage.quantity = 1
        usage.resourceKind = WorkflowExecution.kind
        usage.resource = EventID(bits: id.bits)
        return [.usageRecord(.recorded(self.rated(usage, at: instant, in: world)))]
    }

    /// The id of the `index`th usage of a thing, the same each time: beside the thing's own id in key order, and far
    /// from those of its neighbours, which may count up by one. Of version 8, so that nobody else gives it.
    private static func id(of thing: UInt128, _ index: Int) -> UsageRecordID {
        let low = UInt64(truncatingIfNeeded: thing)
        let far = low &+ (UInt64(index) + 1) &* 0x9E37_79B9_7F4A_7C15
        let variant: UInt64 = 0xC000_0000_0000_0000
        let version = UInt128(0xF) << 76
        let high = (thing - UInt128(low)) & ~version | UInt128(8) << 76
        return UsageRecordID(bits: high + UInt128(low & variant | far & ~variant))
    }

    /// Whether the ledger itself gave an id to the usage of a call or a run.
    static func isOwn(_ id: UsageRecordID) -> Bool { id.bits >> 76 & 0xF == 8 }
}
