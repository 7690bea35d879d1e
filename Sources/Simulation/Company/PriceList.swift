import LedgerDomain
import LedgerEvents

/// The models that agents may call, and what is known of their prices.
struct PriceList {
    /// The last one is being tried out.
    private(set) var models: [SimulatedModel]
    private var hasSecondAlias = true

    init(on day: Day) { self.models = SimulatedModel.known + [.preview(on: day)] }

    /// Everything that has a price, from the month's first day on.
    func firstPrices(from instant: Instant) -> Script {
        var script = Script(organization: Company.nowhere, from: instant, actor: .billing)
        let start = instant.day.startOfMonth.start
        for model in self.models {
            for (usageType, dollars) in model.prices { self.set(usageType, model, dollars, from: start, in: &script) }
        }
        for (usageType, dollars) in SimulatedModel.unitPrices {
            self.set(usageType, nil, dollars, from: start, in: &script)
        }
        Self.setAliases(in: &script)
        return script
    }

    /// Two names that a gateway gives models; one goes with the first month.
    private static func setAliases(in script: inout Script) {
        for (model, price) in [("fast", SimulatedModel.known[0]), ("careful", SimulatedModel.known[1])] {
            var alias = ModelAliasSet()
            alias.provider = "gateway"
            alias.model = model
            alias.priceProvider = price.provider
            alias.priceModel = price.name
            alias.id = ModelAliasID(bits: alias.newID(0))
            script.add(.modelAlias(.set(alias)))
        }
    }

    private static func removeAlias(in script: inout Script) {
        var alias = ModelAliasSet()
        alias.provider = "gateway"
        alias.model = "careful"
        var removed = ModelAliasRemoved()
        removed.id = ModelAliasID(bits: alias.newID(0))
        removed.reason = "the gateway gives the model's own name now"
        script.add(.modelAlias(.remove(removed)))
    }

    /// One price changes with the next month. After a quarter the price of the model that was tried out in it is told,
    /// and another is tried out.
    mutating func changes(on day: Day, _ dice: inout Dice) -> Script {
        let start = day.start.advanced(byMilliseconds: dice.within(9...15) * Milliseconds.hour)
        var script = Script(organization: Company.nowhere, from: start, actor: .billing)
        if self.hasSecondAlias { Self.removeAlias(in: &script) }
        self.hasSecondAlias = false
        if day == day.startOfQuarter {
            let past = day.advanced(byDays: -1)
            for (usageType, dollars) in SimulatedModel.previewPrices {
                let quarter = past.startOfQuarter.start
                self.set(usageType, .preview(on: past), dollars, from: quarter, in: &script)
            }
            self.models[self.models.count - 1] = .preview(on: day)
        }
        let index = dice.below(self.models.count - 1)
        let place = dice.below(self.models[index].prices.count)
        let cents = Int(self.models[index].prices[place].dollars.picos / ExactDecimal.cents(1).picos)
        self.models[index].prices[place].dollars = .cents(max(1, cents * dice.within(85...110) / 100))
        let (usageType, dollars) = self.models[index].prices[place]
        self.set(usageType, self.models[index], dollars, from: day.startOfNextMonth.start, in: &script)
        return script
    }

    private func set(
        _ usageType: String, _ model: SimulatedModel?, _ dollars: ExactDecimal, from instant: Instant,
        in script: inout Script
    ) {
        var price = Price()
        price.usageType = usageType
        price.provider = model?.provider
        price.model = model?.name
        price.amount = dollars
        price.effectiveFrom = instant
        price.id = PriceID(bits: price.newID(0))
        script.add(.price(.record(price)))
    }
}
