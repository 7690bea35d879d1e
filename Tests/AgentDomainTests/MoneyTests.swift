import LedgerDomain
import LedgerEvents
import Seeded
import Testing

/// Random usage, prices, invoices and cancellations, beside a bookkeeper who knows nothing of how the ledger does it.
@Suite("Money")
struct MoneyTests {
    private static var seeds: [UInt64] { [.random(in: 0 ... .max)] }

    @Test(
        "of invoices is to the last unit what a bookkeeper comes to, whatever happens in between", arguments: Self.seeds
    )
    func bookkeeping(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for round in 0..<24 {
            let books = Bookkeeping(organizations: 3)
            for step in 0..<80 {
                let place = "seed \(seed), round \(round), step \(step)"
                switch Int.random(in: 0..<16, using: &random) {
                case 0...7: books.use(.any(&random), of: .random(in: 0..<3, using: &random))
                case 8...11: books.set(.any(&random))
                case 12...13:
                    try books.draft(
                        .random(in: 0..<3, using: &random), PriceTag.currency(&random),
                        through: MoneyTests.moment(&random).day, place)
                case 14: books.cancelAny(&random)
                default: books.voidAny(&random, place)
                }
            }
            // What is left is billed in the end, all but what nobody ever priced.
            for organization in 0..<3 {
                for currency in PriceTag.currencies {
                    try books.draft(
                        organization, currency, through: Day("2025-08-31") ?? .zero, "seed \(seed), the end")
                }
            }
        }
    }

    @Test("comes to the same in whatever order usage and prices are told", arguments: Self.seeds)
    func order(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for round in 0..<12 {
            let uses = (0..<30).map { _ in Use.any(&random) }
            // One price for each thing: of several, the one known when the usage is told would hold.
            let tags = ["image", "output_tokens"].map { usageType in
                var tag = PriceTag.any(&random)
                tag.usageType = usageType
                return tag
            }
            let steps = uses.map { (use: Use?.some($0), tag: PriceTag?.none) } + tags.map { (nil, $0) }
            var first: [[InvoiceLine]]?
            for _ in 0..<3 {
                let books = Bookkeeping(organizations: 1)
                for step in steps.shuffled(using: &random) {
                    if let use = step.use { books.use(use, of: 0) }
                    if let tag = step.tag { books.set(tag) }
                }
                let lines = try PriceTag.currencies.map { currency in
                    try books.draft(0, currency, through: Day("2025-08-31") ?? .zero, "seed \(seed), round \(round)")
                }
                #expect(lines == first ?? lines, "seed \(seed), round \(round)")
                first = lines
            }
        }
    }

    /// Of the first half of August 2025, to the microsecond.
    fileprivate static func moment(_ random: inout SplitMix64) -> Instant {
        Instant(microseconds: 1_754_006_400_000_000 + .random(in: 0..<1_296_000_000_000, using: &random))
    }
}

/// What is used, and when.
private struct Use {
    var usageType: String
    var provider: String?
    var model: String?
    /// Up to 10^12, of any order of magnitude.
    var quantity: Int
    var moment: Instant

    static func any(_ random: inout SplitMix64) -> Use {
        let hasModel = Bool.random(using: &random)
        let limit = (0..<Int.random(in: 0...12, using: &random)).reduce(1) { power, _ in power * 10 }
        return Use(
            usageType: PriceTag.usageTypes.randomElement(using: &random) ?? "",
            provider: hasModel && Bool.random(using: &random) ? "p" : nil, model: hasModel ? "m" : nil,
            quantity: .random(in: 0...limit, using: &random), moment: MoneyTests.moment(&random))
    }
}

/// A price that holds from some moment of some day on.
private struct PriceTag {
    var usageType: String
    var provider: String?
    var model: String?
    /// For one; down to 10^-12.
    var amount: ExactDecimal
    var currency: Currency
    var from: Instant

    static let usageTypes = ["image", "output_tokens", "reasoning_tokens"]
    static let currencies = ["USD", "EUR", "JPY"].compactMap { Currency($0) }

    static func currency(_ random: inout SplitMix64) -> Currency {
        self.currencies.randomElement(using: &random) ?? .usd
    }

    static func any(_ random: inout SplitMix64) -> PriceTag {
        let hasModel = Int.random(in: 0..<3, using: &random) == 0
        let limit = (0..<Int.random(in: 0...11, using: &random)).reduce(Int128(1)) { power, _ in power * 10 }
        return PriceTag(
            usageType: self.usageTypes.randomElement(using: &random) ?? "",
            provider: hasModel && Bool.random(using: &random) ? "p" : nil, model: hasModel ? "m" : nil,
            amount: ExactDecimal(picos: .random(in: 1...limit, using: &random)), currency: self.currency(&random),
            from: MoneyTests.moment(&random))
    }
}

/// The ledger's own world, and beside it a list of everything that was used and who was billed for it.
private final class Bookkeeping {
    private struct Entry {
        var id: UsageRecordID
        var organization: Int
        var use: Use
        /// Known when it was told, and kept.
        var tag: PriceTag?
        var invoice: InvoiceID?
        var isVoid = false
    }

    private let scenario = Scenario()
    private let organizations: [OrganizationID]
    private var entries: [Entry] = []
    private var tags: [PriceTag] = []
    private var invoices: [InvoiceID] = []

    init(organizations count: Int) {
        let scenario = self.scenario
        // With ids that count up by one.
        self.organizations = (0..<count).map { scenario.organization("acme-\($0)") }
    }

    func use(_ use: Use, of organization: Int) {
        self.scenario.now = use.moment.advanced(bySeconds: -1)
        let id = self.scenario.usage(of: self.organizations[organization], use.usageType, use.quantity) {
            $0.provider = use.provider
            $0.model = use.model
        }
        self.entries.append(Entry(id: id, organization: organization, use: use, tag: self.tag(for: use)))
    }

    func set(_ tag: PriceTag) {
        _ = self.scenario.price(tag.usageType, tag.amount.description) {
            $0.provider = tag.provider
            $0.model = tag.model
            $0.per = 1
            $0.currency = tag.currency
            $0.effectiveFrom = tag.from
        }
        self.tags.append(tag)
    }

    /// The nearest thing's latest price in force: the model's of the provider, of any, anybody's; reasoning is output
    /// where it has no price of its own.
    private func tag(for use: Use) -> PriceTag? {
        for usageType in use.usageType == "reasoning_tokens" ? [use.usageType, "output_tokens"] : [use.usageType] {
            for (provider, model) in [(use.provider, use.model), (nil, use.model), (nil, nil)] {
                let inForce = self.tags.filter {
                    $0.usageType == usageType && $0.provider == provider && $0.model == model && $0.from <= use.moment
                }
                if let tag = inForce.max(by: { $0.from < $1.from }) { return tag }
            }
        }
        return nil
    }

    /// Drafts an invoice; its lines, or none where nothing is owed.
    @discardableResult
    func draft(_ organization: Int, _ currency: Currency, through day: Day, _ place: String) throws -> [InvoiceLine] {
        var owed = Int128(0)
        var quantity = Int128(0)
        var billed: [Int] = []
        var unpriced = 0
        for (index, entry) in self.entries.enumerated()
        where entry.organization == organization && entry.invoice == nil && !entry.isVoid
            && entry.use.moment.day <= day
        {
            let tag = entry.tag ?? self.tag(for: entry.use)
            if tag == nil { unpriced += 1 }
            guard let tag, tag.currency == currency else { continue }
            owed += Int128(entry.use.quantity) * tag.amount.picos
            quantity += Int128(entry.use.quantity)
            billed.append(index)
        }
        let drafting = self.scenario.drafting(self.organizations[organization]) {
            $0.currency = currency
            $0.periodEnd = day
        }
        guard !billed.isEmpty, case .invoice(let command) = drafting else {
            self.scenario.refuse(drafting, .ruleBroken, says: "no unbilled usage in \(currency)")
            return []
        }
        self.scenario.accept(drafting, gives: "invoice.drafted")
        let invoice = try self.scenario.require(InvoiceID(bits: command.target))
        for index in billed { self.entries[index].invoice = invoice.id }
        self.invoices.append(invoice.id)
        #expect(invoice.unroundedSubtotal.picos == owed, "\(place)")
        #expect(invoice.lines.reduce(0) { $0 + $1.quantity.units } == quantity, "\(place)")
        #expect(invoice.unpricedRecords == unpriced, "\(place)")
        let coin: Int128 = currency.description == "JPY" ? 1_000_000_000_000 : 10_000_000_000
        for line in invoice.lines {
            #expect(line.unroundedAmount.picos == line.quantity.units * line.unitPrice.picos, "\(place)")
            #expect((line.amount.picos - line.unroundedAmount.picos).magnitude * 2 <= coin, "\(place)")
            #expect(line.amount.picos % coin == 0, "\(place)")
            #expect(try line.price.map { try self.scenario.require($0).currency } == currency, "\(place)")
        }
        return invoice.lines
    }

    func cancelAny(_ random: inout SplitMix64) {
        guard let invoice = self.invoices.randomElement(using: &random) else { return }
        self.invoices.removeAll { $0 == invoice }
        self.scenario.accept(.invoice(.cancel(.with { $0.id = invoice })), gives: "invoice.cancelled")
        for index in self.entries.indices where self.entries[index].invoice == invoice {
            self.entries[index].invoice = nil
        }
    }

    func voidAny(_ random: inout SplitMix64, _ place: String) {
        guard let index = self.entries.indices.randomElement(using: &random), !self.entries[index].isVoid else {
            return
        }
        let void = DomainCommand.usageRecord(.void(.with { $0.id = self.entries[index].id }))
        if self.entries[index].invoice != nil {
            self.scenario.refuse(void, .ruleBroken, says: "cancel or credit that first")
            return
        }
        self.scenario.accept(void, gives: "usage_record.voided")
        self.entries[index].isVoid = true
    }
}
