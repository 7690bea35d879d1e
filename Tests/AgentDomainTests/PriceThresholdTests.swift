import LedgerEvents
import Testing

@testable import LedgerDomain

@Suite("A price above a threshold")
struct PriceThresholdTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let run: WorkflowExecutionID

    init() {
        self.acme = self.scenario.organization()
        self.run = self.scenario.running(self.scenario.workflow("weekly report", of: self.acme))
    }

    @discardableResult
    private func call(_ fill: (inout ModelCall) -> Void) throws -> ModelCall {
        let events = self.scenario.accept(self.scenario.modelCall(in: self.run, fill), gives: "model_call.recorded")
        guard case .modelCall(.recorded(let call)) = try #require(events.first) else { return ModelCall() }
        return call
    }

    private func price(_ usageType: String, _ amount: String, above: Int? = nil) -> PriceID {
        self.scenario.price(usageType, amount) { $0.above = above }
    }

    @Test("holds for all tokens of a request with more input tokens in all, and not for one with as many")
    func whole() throws {
        _ = self.price("input_tokens", "3")
        _ = self.price("input_tokens", "6", above: 200_000)
        _ = self.price("output_tokens", "15")
        _ = self.price("output_tokens", "22.5", above: 200_000)
        for (input, output, cost) in [
            (200_000, 1_000_000, "15.6"), (200_001, 1_000_000, "23.700006"), (1_000_000, 0, "6"), (0, 1_000_000, "15"),
        ] {
            let call = try self.call {
                $0.inputTokens = input
                $0.outputTokens = output
            }
            #expect(call.computedCost?.amount.description == cost, "\(input)")
        }
    }

    @Test("counts plain, cached and written tokens of the request together")
    func allInput() throws {
        _ = self.price("cache_write_tokens", "6.25")
        _ = self.price("cache_write_tokens", "12.5", above: 200_000)
        _ = self.price("input_tokens", "0")
        _ = self.price("cached_input_tokens", "0")
        let call = try self.call {
            $0.inputTokens = 100_000
            $0.cachedInputTokens = 100_000
            $0.cacheWriteTokens = 1
        }
        #expect(call.computedCost?.amount.description == "0.0000125")
        // Of the case that asked for this: all of one request's tokens written to the cache.
        let large = try self.call { $0.cacheWriteTokens = 585_659 }
        #expect(large.computedCost?.description == "7.3207375 USD")
    }

    @Test("that is the greatest below the request's tokens wins, whenever it came into force")
    func greatest() throws {
        let base = self.price("input_tokens", "1")
        let high = self.price("input_tokens", "4", above: 500_000)
        let low = self.price("input_tokens", "2", above: 100_000)
        let later = self.scenario.price("input_tokens", "1.5") { $0.effectiveFrom = Instant("2025-01-01")! }
        for (tokens, price) in [(1, later), (100_001, low), (500_000, low), (500_001, high), (9_000_000, high)] {
            try self.call { $0.inputTokens = tokens }
            #expect(self.scenario.usageRecords.last?.price == price, "\(tokens)")
        }
        #expect(base != later)
    }

    @Test("does not fall to usage outside of requests")
    func otherUsage() {
        _ = self.price("input_tokens", "6", above: 200_000)
        let plain = self.scenario.usage(of: self.acme, "input_tokens", 1_000_000)
        #expect(self.scenario.find(plain)?.cost == nil)
        let told = self.scenario.usage(of: self.acme, "input_tokens", 1_000_000) { $0.requestTokens = 1_000_000 }
        #expect(self.scenario.find(told)?.cost?.amount.description == "6")
    }

    @Test("is one price for its thing, moment and currency, beside the one of every request and other thresholds")
    func overlaps() {
        func set(_ amount: String, above: Int?) -> DomainCommand {
            var price = Price()
            price.usageType = "input_tokens"
            price.amount = ExactDecimal(amount)!
            price.above = above
            price.id = PriceID(bits: price.newID(0))
            return .price(.record(price))
        }
        self.scenario.accept(set("1", above: nil), gives: "price.set")
        self.scenario.accept(set("1", above: 200_000), gives: "price.set")
        self.scenario.accept(set("1", above: 300_000), gives: "price.set")
        self.scenario.refuse(
            set("2", above: 200_000), .alreadyExists, says: "the price, above 200000 input tokens, is 1 USD already")
        self.scenario.refuse(set("2", above: nil), .alreadyExists, says: "the price is 1 USD already")
        self.scenario.refuse(set("2", above: 0), .invalidValue, says: "above must be more than 0")
        self.scenario.refuse(set("2", above: -1), .invalidValue, says: "above is -1")
    }

    @Test("does not change the ids of prices without one")
    func ids() {
        var price = Price()
        price.usageType = "input_tokens"
        price.provider = "openai"
        price.model = "gpt-4.1"
        price.amount = ExactDecimal(2)
        // As the version before gave it.
        let id = UUIDv5.named("input_tokens/openai/gpt-4.1/USD/\(price.effectiveFrom)/2", in: Price.namespace)
        #expect(price.newID(0) == id)
        price.above = 200_000
        #expect(price.newID(0) != id)
    }

    @Test("that is set later bills each request of a day by its own size")
    func billedLater() throws {
        for tokens in [100_000, 200_000, 300_000, 400_000] { try self.call { $0.inputTokens = tokens } }
        let image = self.scenario.usage(of: self.acme, "image", 1)
        let base = self.price("input_tokens", "1")
        let tier = self.price("input_tokens", "2", above: 200_000)
        _ = self.price("image", "5")
        let invoice = try self.scenario.draft(self.acme)
        let tokens = invoice.lines.filter { $0.usageType == "input_tokens" }
        #expect(Set(tokens.map { [$0.price: $0.quantity] }) == [[base: 300_000], [tier: 700_000]])
        for usage in self.scenario.usageRecords where usage.usageType == "input_tokens" {
            let expected = usage.quantity > 200_000 ? tier : base
            #expect(self.scenario.billing(of: usage.id)?.rate?.price == expected)
        }
        #expect(self.scenario.billing(of: image)?.invoice == invoice.id)
        // What is billed is taken out of the sums, part by part.
        self.scenario.refuse(self.scenario.drafting(self.acme), .ruleBroken, says: "no unbilled usage")
        self.scenario.accept(.invoice(.cancel(.with { $0.id = invoice.id })), gives: "invoice.cancelled")
        #expect(try self.scenario.draft(self.acme).lines == invoice.lines)
    }

    @Test("is found for usage that an earlier version recorded, by its call")
    func olderUsage() throws {
        let call = try self.call { $0.inputTokens = 300_000 }
        // As the version before wrote the usage of a second call: no field `request_tokens`.
        var older = call
        older.id = self.scenario.newID()
        older.inputTokens = 250_000
        try self.scenario.given(.modelCall(.recorded(older)))
        for event in Metering.usage(of: older, at: self.scenario.now, in: self.scenario) {
            guard case .usageRecord(.recorded(var usage)) = event else { continue }
            usage.requestTokens = nil
            try self.scenario.given(.usageRecord(.recorded(usage)))
        }
        let tier = self.price("input_tokens", "2", above: 200_000)
        let invoice = try self.scenario.draft(self.acme)
        let lines = invoice.lines.filter { $0.usageType == "input_tokens" }
        #expect(lines.map(\.price) == [tier])
        #expect(lines.map(\.quantity) == [550_000])
        let again = try #require(self.scenario.events.compactMap(\.draft).last).recomputed(in: self.scenario)
        #expect(again.lines.isEmpty, "all of it is billed")
    }

    @Test("in a what-if list re-rates each request by its own size")
    func otherPrices() throws {
        _ = self.price("input_tokens", "1")
        for tokens in [100_000, 300_000] { try self.call { $0.inputTokens = tokens } }
        var draft = InvoiceDrafted()
        draft.organization = self.acme
        draft.currency = .usd
        draft.periodEnd = Day("2025-08-31")!
        draft.throughPosition = self.scenario.position
        draft.priceMatching = PriceMatching.current.rawValue
        var others = OtherPrices()
        for (amount, above) in [("3", nil), ("6", 200_000)] {
            var price = Price()
            price.usageType = "input_tokens"
            price.amount = ExactDecimal(amount)!
            price.above = above
            try others.set(price, CommandContext(actor: .system("tests"), occurredAt: .zero))
        }
        let lines = try draft.recomputed(in: self.scenario, with: Repricing(with: others)).lines
        #expect(lines.filter { $0.usageType == "input_tokens" }.map(\.amount.description).sorted() == ["0.3", "1.8"])
    }
}

extension DomainEvent {
    fileprivate var draft: InvoiceDrafted? {
        if case .invoice(.drafted(let draft)) = self { draft } else { nil }
    }
}
