import LedgerEvents

/// What one unit, or a million, of something costs from a moment on: a kind of usage, of one model or of any.
public struct Price: Fact {
    @usableFromInline package static let kind = "price"
    @usableFromInline package static let type: EventType = "price.set"
    @usableFromInline package static let command = "price.set"
    @usableFromInline package static let permission = Permission.platform
    @usableFromInline package typealias Rules = FactRules<Price>

    /// Namespace of the ids that prices get from what they are about.
    static let namespace: UInt128 = 0x7A1E_52B0_9C5D_5D5E_8F3B_6D1C_2A90_4E11

    public var id = PriceID.zero
    /// `input_tokens`, `output_tokens`, `workflow_execution`, …
    public var usageType = ""
    public var provider: String?
    public var model: String?
    /// For `per` units.
    public var amount = ExactDecimal.zero
    /// None in a command means USD.
    public var currency = Currency.none
    /// 1 or 1,000,000; 0 in a command means a million for tokens and 1 for all else.
    public var per = 0
    public var effectiveFrom = Instant.zero
    /// Where the price was published.
    public var reference: String?
    /// The price holds for requests with more input tokens in all than this: plain, cached and written to a cache. Nil:
    /// for every request. It is the price of all tokens of its usage type in such a request, not of those above alone.
    public var above: Int?

    @usableFromInline package init() {}

    @usableFromInline package static var isIndexed: Bool { true }
    @usableFromInline package var groups: [EventTag] { [Self.list(self.thing)] + (self.name.map { [$0.group] } ?? []) }

    var thing: PricedThing { PricedThing(usageType: self.usageType, provider: self.provider, model: self.model) }
    /// By which usage that spells it otherwise finds it; nil for a price of any model.
    var name: ModelName? { ModelName(provider: self.provider, model: self.model) }

    /// The group of all prices of one thing.
    package static func list(_ thing: PricedThing) -> EventTag {
        EventTag(kind: "price_list", text: "\(thing.usageType)/\(thing.provider ?? "")/\(thing.model ?? "")")
    }

    /// Groups are found by a text, in which two things may look alike.
    func isOf(_ thing: PricedThing) -> Bool {
        self.usageType == thing.usageType && self.provider ?? "" == thing.provider ?? ""
            && self.model ?? "" == thing.model ?? ""
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "price_id", &self.id)
        try v.field(2, "usage_type", &self.usageType)
        try v.field(3, "provider", &self.provider)
        try v.field(4, "model", &self.model)
        try v.field(5, "amount", &self.amount)
        try v.field(6, "currency", &self.currency)
        try v.field(7, "per", &self.per)
        try v.field(8, "effective_from", &self.effectiveFrom)
        try v.field(9, "reference", &self.reference)
        try v.field(10, "above", &self.above)
    }

    private var usualPer: Int { self.usageType.hasSuffix("tokens") ? 1_000_000 : 1 }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        try Require.text(self.usageType, "usage_type", upTo: 100)
        if self.provider != nil, self.model == nil { throw .invalid("model", "must be given with a provider") }
        if self.currency == .none { self.currency = .usd }
        if self.per == 0 { self.per = self.usualPer }
        guard self.per == 1 || self.per == 1_000_000 else { throw .invalid("per", "must be 1 or 1000000") }
        guard self.amount >= .zero else { throw .invalid("amount", "must not be negative") }
        guard self.amount <= Metering.highestPrice else {
            throw .invalid("amount", "is \(self.amount); the limit is \(Metering.highestPrice)")
        }
        guard self.amount.picos % Int128(self.per) == 0 else {
            throw .invalid("amount", "\(self.amount) per \(self.per) is finer than 0.000000000001 per unit")
        }
        if let above = self.above {
            if above == 0 { throw .invalid("above", "must be more than 0; leave it out for a price of every request") }
            try Require.quantity(above, "above")
        }
        for other in world.prices(of: self.thing)
        where other.currency == self.currency && other.effectiveFrom == self.effectiveFrom && other.above == self.above
        {
            let tier = self.above.map { ", above \($0) input tokens," } ?? ""
            throw Rejection(
                .alreadyExists,
                "from \(self.effectiveFrom) on the price\(tier) is \(other.amount) \(other.currency) already; set another one "
                    + "from another moment on")
        }
    }

    /// What one unit costs: exact, because a price that is finer is refused.
    package var perUnit: ExactDecimal { ExactDecimal(picos: self.amount.picos / Int128(max(1, self.per))) }

    /// The same for the same thing, moment, currency, amount, units and threshold, so that setting a price twice changes
    /// nothing.
    @usableFromInline package func newID(_ fresh: UInt128) -> UInt128 {
        let currency = self.currency == .none ? .usd : self.currency
        let thing = "\(self.usageType)/\(self.provider ?? "")/\(self.model ?? "")/\(currency)"
        let per = self.per == 0 || self.per == self.usualPer ? "" : "/\(self.per)"
        // Only where there is one: prices without a threshold keep the ids that they always had.
        let above = self.above.map { "/above/\($0)" } ?? ""
        return UUIDv5.named("\(thing)/\(self.effectiveFrom)/\(self.amount)\(per)\(above)", in: Self.namespace)
    }
}

/// What a price is for: a kind of usage, of one model or of any.
@usableFromInline package struct PricedThing: Hashable, Sendable {
    var usageType: String
    var provider: String?
    var model: String?

    /// The provider's model, then the model of any provider, both spelled as here.
    var ofModel: [PricedThing] {
        var things = [self]
        if self.model != nil, self.provider != nil {
            things.append(PricedThing(usageType: self.usageType, provider: nil, model: self.model))
        }
        return things
    }

    /// The usage type of any model; nil if this names none itself.
    var ofAnyModel: PricedThing? {
        if self.model == nil, self.provider == nil { return nil }
        return PricedThing(usageType: self.usageType, provider: nil, model: nil)
    }

    /// What it is billed as where it has no price.
    var substitute: PricedThing? {
        guard self.usageType == "reasoning_tokens" else { return nil }
        var thing = self
        thing.usageType = "output_tokens"
        return thing
    }
}

public typealias PriceID = ID<Price>
@usableFromInline package typealias PriceEvent = FactEvent<Price>
@usableFromInline package typealias PriceCommand = FactCommand<Price>
