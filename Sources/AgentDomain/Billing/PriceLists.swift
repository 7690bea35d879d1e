import LedgerEvents

/// All prices that may hold for one thing, list by list, the nearest list first.
struct PriceLists {
    private var lists: [[Price]]

    init(_ lists: [[Price]]) { self.lists = lists }

    /// - Parameters:
    ///   - rules: those of an invoice, or today's.
    ///   - position: aliases count as they stood there; nil: as they stand now.
    init(
        of thing: PricedThing, by rules: PriceMatching = .current, aliasesAt position: Position? = nil,
        in world: any DecisionContext
    ) {
        func read(_ thing: PricedThing) -> [[Price]] {
            // Today's are kept while a batch is decided.
            if rules == .current, position == nil { return world.priceLists(for: thing) }
            return world.readPriceLists(for: thing, by: rules, alias: world.alias(of: thing, at: position ?? .end))
        }
        self.lists = read(thing) + (thing.substitute.map(read) ?? [])
    }

    /// The prices among `others` that hold for a thing by today's rules and the aliases that a world knows.
    init(of thing: PricedThing, among others: OtherPrices, in world: any DecisionContext) {
        func read(_ thing: PricedThing) -> [[Price]] {
            others.readPriceLists(for: thing, by: .current, alias: world.alias(of: thing))
        }
        self.lists = read(thing) + (thing.substitute.map(read) ?? [])
    }

    /// The price at a moment. The first list that has one decides: of its prices in force, that with the greatest
    /// threshold below the request's tokens, and of those the one that came into force last.
    /// - Parameters:
    ///   - requestTokens: all input tokens of the request that the usage is part of, 0 if it is part of none. Read only
    ///     if a price has a threshold.
    ///   - isKnown: which prices are looked at.
    func price(
        at instant: Instant, requestTokens: @autoclosure () -> Int, where isKnown: (Price) -> Bool = { _ in true }
    ) -> Price? {
        var tokens: Int?
        func holds(_ price: Price) -> Bool {
            guard price.effectiveFrom <= instant else { return false }
            if let above = price.above {
                let known = tokens ?? requestTokens()
                tokens = known
                guard above < known else { return false }
            }
            return isKnown(price)
        }
        for list in self.lists {
            var best: Int?
            for index in list.indices where holds(list[index]) {
                if let best, Self.precedes(list[index], list[best]) { continue }
                best = index
            }
            if let best { return list[best] }
        }
        return nil
    }

    private static func precedes(_ a: Price, _ b: Price) -> Bool {
        (a.above ?? 0, a.effectiveFrom, a.id) < (b.above ?? 0, b.effectiveFrom, b.id)
    }

    /// Whether usage of the first moment and of the last, or between, may have different prices: one comes into force in
    /// between, or one holds for some requests only.
    func areMixed(from first: Instant, through last: Instant) -> Bool {
        self.lists.joined().contains { price in
            price.above != nil && price.effectiveFrom <= last
                || first != last && (first...last).contains(price.effectiveFrom)
        }
    }
}
