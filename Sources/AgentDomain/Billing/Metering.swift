import LedgerEvents

/// What was used, and what it costs by the price list. Pure arithmetic in whole 1e-12 of a currency unit.
package enum Metering {
    /// Of one unit or a million.
    static let highestPrice = ExactDecimal(1_000_000_000)
    /// Of one call or one use: sums of millions of these still fit.
    static let highestCost = ExactDecimal(1_000_000_000_000)
    /// Of one invoice line.
    static let highestLine = ExactDecimal(1_000_000_000_000_000)

    /// The price of a thing at a moment by today's `PriceMatching`; nil if none is known.
    /// - Parameter requestTokens: all input tokens of the request that it is part of, 0 if it is part of none.
    static func price(
        of thing: PricedThing, at instant: Instant, requestTokens: Int, in world: any DecisionContext
    ) -> Price? {
        if let price = PriceLists(world.priceLists(for: thing)).price(at: instant, requestTokens: requestTokens) {
            return price
        }
        return thing.substitute.flatMap { self.price(of: $0, at: instant, requestTokens: requestTokens, in: world) }
    }

    /// The exact cost of a call; nil when a bucket that was used has no price, or the prices differ in currency.
    static func cost(of call: ModelCall, at instant: Instant, in world: any DecisionContext) throws(Rejection) -> Money?
    {
        var cost = Money.zero
        var isKnown = true
        for (usageType, tokens) in call.buckets where tokens > 0 {
            let thing = PricedThing(usageType: usageType, provider: call.provider, model: call.model)
            let price = self.price(of: thing, at: instant, requestTokens: call.totalInputTokens, in: world)
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

    /// Whether a call used tokens that have no price, or prices of several currencies. A call without any tokens, such
    /// as one that failed, lacks no price.
    package static func isUnpriced(_ call: ModelCall) -> Bool {
        call.computedCost == nil && call.usesTokens
    }

    static func product(_ quantity: Int, _ unitPrice: ExactDecimal) -> ExactDecimal {
        ExactDecimal(picos: Int128(quantity) * unitPrice.picos)
    }

    /// The usage with its price, where one is known.
    static func rated(_ usage: UsageRecorded, at instant: Instant, in world: any DecisionContext) -> UsageRecorded {
        var usage = usage
        let thing = PricedThing(usageType: usage.usageType, provider: usage.provider, model: usage.model)
        let price = self.price(of: thing, at: instant, requestTokens: usage.requestTokens ?? 0, in: world)
        usage.price = price?.id
        usage.unitPrice = price?.perUnit
        usage.cost = price.map { Money(usage.quantity.cost(at: $0.perUnit), $0.currency) }
        return usage
    }

    /// The usage of a call: each bucket that it used.
    static func usage(of call: ModelCall, at instant: Instant, in world: any DecisionContext) -> [DomainEvent] {
        var usages: [DomainEvent] = []
        for (index, bucket) in call.buckets.enumerated() {
            guard let usage = self.usage(of: call, bucket, index) else { continue }
            usages.append(.usageRecord(.recorded(self.rated(usage, at: instant, in: world))))
        }
        return usages
    }

    /// The usage of one bucket of a call, without its price; nil where the call did not use it.
    static func usage(of call: ModelCall, bucket index: Int) -> UsageRecorded? {
        self.usage(of: call, call.buckets[index], index)
    }

    private static func usage(
        of call: ModelCall, _ bucket: (usageType: String, tokens: Int), _ index: Int
    ) -> UsageRecorded? {
        if bucket.tokens == 0 { return nil }
        var usage = UsageRecorded()
        usage.organization = call.organization
        usage.usageType = bucket.usageType
        usage.quantity = Quantity(bucket.tokens)
        usage.provider = call.provider
        usage.model = call.model
        usage.resourceKind = ModelCall.kind
        usage.resource = EventID(bits: call.id.bits)
        usage.requestTokens = call.totalInputTokens
        usage.id = self.id(of: call.id.bits, index, usage, at: call.endedAt ?? .zero)
        return usage
    }

    /// The id that an earlier version gave to a call's usage: without the time.
    static func earlierID(of usage: UsageRecorded, of call: ModelCall, bucket index: Int) -> UsageRecordID {
        self.id(of: call.id.bits, index, usage)
    }

    /// The usage of one attempt of a run that came to its own end.
    static func usage(of id: WorkflowExecutionID, at instant: Instant, in world: any DecisionContext) -> [DomainEvent] {
        guard let run = world.find(id) else { return [] }
        var usage = self.usage(of: id, in: run.organization, attempt: run.retryCount, endedAt: instant)
        // What was taken back stays so under its id.
        while world.peek(ID<UsageVoid>(bits: usage.id.bits)) != nil { usage.id = self.nextID(after: usage.id) }
        return [.usageRecord(.recorded(self.rated(usage, at: instant, in: world)))]
    }

    /// The usage of one attempt of a run, without its price.
    static func usage(
        of id: WorkflowExecutionID, in organization: OrganizationID, attempt: Int, endedAt: Instant
    ) -> UsageRecorded {
        var usage = UsageRecorded()
        usage.organization = organization
        usage.usageType = "workflow_execution"
        usage.quantity = 1
        usage.resourceKind = WorkflowExecution.kind
        usage.resource = EventID(bits: id.bits)
        // Beyond the indexes of a call's buckets: a run and a call may have one id.
        usage.id = self.id(of: id.bits, 16 + attempt, usage, at: endedAt)
        return usage
    }

    /// The id of the `index`th usage of a thing, the same each time: beside the thing's own id in key order, and far
    /// from those of its neighbours, which may count up by one. Of version 8, so that nobody else gives it. Other usage
    /// of the same thing, after a correction, has another id.
    private static func id(
        of thing: UInt128, _ index: Int, _ usage: UsageRecorded, at instant: Instant = .zero
    ) -> UsageRecordID {
        let low = UInt64(truncatingIfNeeded: thing)
        var content = Fingerprint()
        content.add(UInt64(index) + 1)
        content.add(UInt64(truncatingIfNeeded: usage.quantity.units))
        content.add(UInt64(bitPattern: Int64(usage.requestTokens ?? 0)))
        content.add(UInt64(truncatingIfNeeded: usage.organization.bits ^ usage.organization.bits >> 64))
        content.add(UInt64(bitPattern: instant.microseconds))
        content.add(usage.provider ?? "")
        content.add(usage.model ?? "")
        let far = low &+ content.value &* 0x9E37_79B9_7F4A_7C15
        let variant: UInt64 = 0xC000_0000_0000_0000
        let version = UInt128(0xF) << 76
        let high = (thing - UInt128(low)) & ~version | UInt128(8) << 76
        return UsageRecordID(bits: high + UInt128(low & variant | far & ~variant))
    }

    /// The id of the same usage recorded anew.
    static func nextID(after id: UsageRecordID) -> UsageRecordID {
        let variant: UInt64 = 0xC000_0000_0000_0000
        let low = UInt64(truncatingIfNeeded: id.bits)
        let next = low &* 0x9E37_79B9_7F4A_7C15 &+ 0x632B_E59B_D9B4_E019
        return UsageRecordID(bits: id.bits - UInt128(low) + UInt128(low & variant | next & ~variant))
    }

    /// Whether the ledger itself gave an id to the usage of a call or a run.
    static func isOwn(_ id: UsageRecordID) -> Bool { id.bits >> 76 & 0xF == 8 }
}
