import LedgerEvents

/// The rules by which usage finds its price. An invoice keeps the number of those that it was drafted with, so that it
/// recomputes to the same digits under any later version.
///
/// Today's rules look at these prices of the usage type, in this order; the first that is in force at the moment wins:
///
/// 1. The provider's model, spelled exactly as the usage spells it; then the model of any provider, spelled so too.
/// 2. If a `ModelAlias` is set for the name, the same two for the name that it stands for. From here on that name is
///    used in place of the usage's.
/// 3. By normalized name (`ModelName`): letter case, prefixes that name a seller or a region, and the spelling of the
///    provider do not matter. First the same seller's model, then the model of any provider, then the model of another
///    seller of the same family, such as OpenAI's for Azure. In each, a price for the dated release that the usage names
///    comes before one for the model without a date. The other way round nothing matches: usage that names no release
///    never takes a release's price.
/// 4. Any model.
///
/// A price with a threshold (`Price.above`) is in force for the requests above it only.
///
/// Reasoning tokens that find no price at all are looked up again as output tokens.
package enum PriceMatching: Int, Sendable {
    /// Steps 1 and 4 alone: how prices were found before names were normalized.
    case spelling = 0
    case names = 1

    static let current = PriceMatching.names

    /// Rules by the number that an event keeps.
    init(number: Int?) { self = PriceMatching(rawValue: number ?? Self.spelling.rawValue) ?? .current }
}

extension DecisionContext {
    @usableFromInline package func priceLists(for thing: PricedThing) -> [[Price]] { self.readPriceLists(for: thing) }

    /// All prices that may hold for a thing, list by list, the nearest first; empty lists are left out.
    package func readPriceLists(for thing: PricedThing) -> [[Price]] {
        self.readPriceLists(for: thing, by: .current, alias: self.alias(of: thing))
    }

    /// - Parameter alias: the thing under the name that an alias gives it, if there is one.
    func readPriceLists(for thing: PricedThing, by rules: PriceMatching, alias: PricedThing?) -> [[Price]] {
        var lists = thing.ofModel.map { self.prices(of: $0) }
        switch rules {
        case .spelling: break
        case .names:
            if let alias { lists += alias.ofModel.map { self.prices(of: $0) } }
            lists += self.pricesByName(of: alias ?? thing)
        }
        if let any = thing.ofAnyModel { lists.append(self.prices(of: any)) }
        return lists.filter { !$0.isEmpty }
    }

    /// All prices that were ever set for one thing.
    func prices(of thing: PricedThing) -> [Price] {
        self.members(of: Price.list(thing), as: Price.self).compactMap { self.peek($0) }.filter { $0.isOf(thing) }
    }

    /// Step 3: a list for each candidate name, split by how near the spelling is.
    private func pricesByName(of thing: PricedThing) -> [[Price]] {
        guard let name = ModelName(provider: thing.provider, model: thing.model) else { return [] }
        let model = thing.model?.lowercased()
        let provider = thing.provider?.lowercased() ?? ""
        return name.candidates.flatMap { candidate in
            let prices = self.members(of: candidate.group, as: Price.self).compactMap { self.peek($0) }
                .filter { $0.usageType == thing.usageType && $0.name == candidate }
            if prices.isEmpty { return [[Price]]() }
            // Sellers have several spellings: a price in the usage's own comes before the others.
            return [
                prices.filter { $0.provider?.lowercased() ?? "" == provider && $0.model?.lowercased() == model },
                prices.filter { $0.provider?.lowercased() ?? "" == provider },
                prices,
            ]
        }
    }
}
