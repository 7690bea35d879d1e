import LedgerEvents

/// Prices that a bill is made again with, in place of those in the same currency that the usage was recorded with: a
/// world that knows nothing else. Usage that none of them is for keeps its own.
package struct OtherPrices: DecisionContext {
    private var prices: [PriceID: Price] = [:]
    private var lists: [EventTag: [PriceID]] = [:]

    package init() {}

    package var isEmpty: Bool { self.prices.isEmpty }

    /// Adds what a command would set.
    package mutating func set(_ price: Price, _ order: CommandContext) throws(Rejection) {
        var price = price
        if price.id == .zero { price.id = PriceID(bits: price.newID(0)) }
        if self.prices[price.id] != nil { return }
        try price.settle(order, in: self)
        self.prices[price.id] = price
        for group in price.groups { self.lists[group, default: []].append(price.id) }
    }

    /// Those in one currency alone.
    func inCurrency(_ currency: Currency) -> OtherPrices {
        var other = OtherPrices()
        other.prices = self.prices.filter { $0.value.currency == currency }
        other.lists = self.lists.mapValues { $0.filter { other.prices[$0] != nil } }
        return other
    }

    package var position: Position { .start }
    package func find<E: Stored>(_ id: ID<E>) -> E? { self.prices[PriceID(bits: id.bits)] as? E }
    package func peek<E: Stored>(_ id: ID<E>) -> E? { self.find(id) }
    package func holder<E: Stored>(of _: EventTag, as _: E.Type) -> ID<E>? { nil }
    package func members<E: Stored>(of group: EventTag, as _: E.Type) -> [ID<E>] {
        (self.lists[group] ?? []).map { ID(bits: $0.bits) }
    }
    package func changedAt<E: Stored>(_: ID<E>) -> Position? { nil }
    package func forEachUsage(of _: OrganizationID, after _: Position, before _: Position, _: (UsageRecord) -> Void) {}
    package func guardAgainst(_: @autoclosure () -> EventQuery.Item) {}
}

/// Invoices of one organization that are made again with other prices, in the order of their drafts.
///
/// Usage that had no price when an invoice was drafted, and has one now, comes onto that invoice. Later drafts found it
/// unbilled, or billed it themselves: it is left out of them.
// SAFETY: used by the one thread that makes the invoices again.
package final class Repricing: @unchecked Sendable {
    private let prices: OtherPrices
    private var taken: Set<UsageRecordID> = []

    package init(with prices: OtherPrices) { self.prices = prices }

    /// The prices for invoices of one currency.
    func inCurrency(_ currency: Currency) -> OtherRates {
        OtherRates(prices: self.prices.inCurrency(currency), repricing: self)
    }

    func take(_ usage: UsageRecordID) { self.taken.insert(usage) }
    func isTaken(_ usage: UsageRecordID) -> Bool { self.taken.contains(usage) }
}

/// Other prices of one currency, and the repricing that they belong to.
struct OtherRates {
    var prices: OtherPrices
    var repricing: Repricing
}
