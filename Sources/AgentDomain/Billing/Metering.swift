import EventSourcing

/// What was used, and what it costs by the price list. Pure arithmetic in whole 1e-12 of a currency unit.
public enum Metering {
    /// Of one unit or a million.
    static let highestPrice = Decimal(1_000_000_000)
    /// Of one call or one use: sums of millions of these still fit.
    static let highestCost = Decimal(1_000_000_000_000)
    /// Of one invoice line.
    static let highestLine = Decimal(1_000_000_000_000_000)

    /// The price of one unit of a usage type at a moment: the model's own, else one for any model; nil when unknown.
    ///
    /// Reasoning tokens are billed as output tokens where they have no price of their own.
    static func price(
        _ usageType: String, provider: String?, model: String?, at instant: Instant, in world: any World
    ) -> Price? {
        let thing = PricedThing(usageType: usageType, provider: provider, model: model)
        for list in world.priceLists(for: thing) {
            let inForce = list.filter { $0.effectiveFrom <= instant }
            if let price = inForce.max(by: { ($0.effectiveFrom, $0.id) < ($1.effectiveFrom, $1.id) }) { return price }
        }
        guard usageType == "reasoning_tokens" else { return nil }
        return self.price("output_tokens", provider: provider, model: model, at: instant, in: world)
    }

    /// The exact cost of a call; nil when a bucket that was used has no price, or the prices differ in currency.
    static func cost(of call: ModelCall, at instant: Instant, in world: any World) throws(Rejection) -> Money? {
        var cost = Money.zero
        var isKnown = true
        for (usageType, tokens) in call.buckets where tokens > 0 {
            let price = self.price(usageType, provider: call.provider, model: call.model, at: instant, in: world)
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
        let price = self.price(
            usage.usageType, provider: usage.provider, model: usage.model, at: instant, in: world)
        usage.price = price?.id
        usage.unitPrice = price?.perUnit
        usage.cost = price.map { Money(Self.product(usage.quantity, $0.perUnit), $0.currency) }
        return usage
    }

    /// The usage that an event brings with it, for the same append.
    public static func usage(after event: DomainEvent, at instant: Instant, in world: any World) -> [UsageRecordEvent] {
        switch event {
        case .modelCall(.recorded(let call)):
            return call.buckets.enumerated().filter { $0.element.tokens > 0 }.map { index, bucket in
                var usage = UsageRecorded()
                usage.id = Self.id(of: call.id.bits, index)
                usage.organization = call.organization
                usage.usageType = bucket.usageType
                usage.quantity = bucket.tokens
                usage.provider = call.provider
                usage.model = call.model
                usage.resourceKind = ModelCall.kind
                usage.resource = EventID(bits: call.id.bits)
                return .recorded(self.rated(usage, at: instant, in: world))
            }
        case .workflowExecution(.completed(let ended)): return self.run(ended.id, instant, world)
        case .workflowExecution(.failed(let ended)): return self.run(ended.id, instant, world)
        case .workflowExecution(.timedOut(let ended)): return self.run(ended.id, instant, world)
        case .organization, .user, .membership, .agent, .workflow, .workflowExecution, .agentExecution, .toolCall,
            .logLine, .metric, .evaluation, .price, .usageRecord, .invoice, .clock, .policy, .projectionRebuild,
            .export, .replay, .accessDenial, .retentionPolicy, .alertRule, .alert:
            return []
        }
    }

    /// One attempt of a run that came to its own end.
    private static func run(_ id: WorkflowExecutionID, _ instant: Instant, _ world: any World) -> [UsageRecordEvent] {
        guard let run = world.find(id) else { return [] }
        var usage = UsageRecorded()
        // Beyond the indexes of a call's buckets: a run and a call may have one id.
        usage.id = Self.id(of: id.bits, 16 + run.retryCount)
        usage.organization = run.organization
        usage.usageType = "workflow_execution"
        usage.quantity = 1
        usage.resourceKind = WorkflowExecution.kind
        usage.resource = EventID(bits: id.bits)
        return [.recorded(self.rated(usage, at: instant, in: world))]
    }

    /// The id of the `index`th usage of a thing, the same each time: beside the thing's own id in key order, and far
    /// from those of its neighbours, which may count up by one.
    private static func id(of thing: UInt128, _ index: Int) -> UsageRecordID {
        let low = UInt64(truncatingIfNeeded: thing)
        let far = low &+ (UInt64(index) + 1) &* 0x9E37_79B9_7F4A_7C15
        let variant: UInt64 = 0xC000_0000_0000_0000
        return UsageRecordID(bits: thing - UInt128(low) + UInt128(low & variant | far & ~variant))
    }
}
