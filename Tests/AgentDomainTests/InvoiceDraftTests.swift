import LedgerDomain
import LedgerEvents
import Seeded
import Testing

@Suite("An invoice's draft")
struct InvoiceDraftTests {
    let scenario = Scenario()
    let acme: OrganizationID

    init() { self.acme = self.scenario.organization() }

    @Test("has one line for each kind of usage at each price, in one order whatever order they came in")
    func lines() throws {
        let cheap = self.scenario.price("image", "0.5")
        let dear = self.scenario.price("image", "2") { $0.model = "large" }
        _ = self.scenario.usage(of: self.acme, "image", 3) { $0.model = "large" }
        _ = self.scenario.usage(of: self.acme, "image", 4)
        _ = self.scenario.usage(of: self.acme, "image", 5) { $0.model = "large" }
        let invoice = try self.scenario.draft(self.acme)
        #expect(invoice.lines.map(\.description) == ["image", "large image"])
        #expect(invoice.lines.map(\.quantity) == [4, 8])
        #expect(invoice.lines.map(\.price) == [cheap, dear])
        #expect(invoice.lines.map(\.amount) == [ExactDecimal(2), ExactDecimal(16)])
        #expect(invoice.subtotal == ExactDecimal(18))
        #expect(invoice.status == .draft)
        #expect(invoice.number == nil)
        #expect(invoice.throughPosition == Position(UInt64(self.scenario.events.count - 1)))
    }

    @Test("bills usage at the price it was recorded with, however prices change, and late prices for what had none")
    func pricing() throws {
        _ = self.scenario.price("image", "1")
        let early = self.scenario.usage(of: self.acme, "image", 1)
        let unpriced = self.scenario.usage(of: self.acme, "page", 10)
        _ = self.scenario.price("image", "9") { $0.effectiveFrom = Instant(microseconds: 1) }
        let late = self.scenario.price("page", "0.1")
        let invoice = try self.scenario.draft(self.acme)
        #expect(invoice.lines.map(\.amount.description) == ["1", "1"])
        #expect(invoice.unpricedRecords == 0)
        #expect(self.scenario.cost(of: early)?.description == "1")
        #expect(self.scenario.cost(of: unpriced)?.description == "1")
        #expect(self.scenario.billing(of: unpriced)?.rate?.price == late)
        #expect(self.scenario.billing(of: unpriced)?.invoice == invoice.id)
        // A price that is set later, even for that moment, is not what the invoice was made with.
        _ = self.scenario.price("page", "7") { $0.effectiveFrom = Instant(microseconds: 1) }
        #expect(self.scenario.billing(of: unpriced)?.rate?.price == late)
    }

    @Test("takes usage up to the last day of its period, that day included, and leaves the rest")
    func period() throws {
        _ = self.scenario.price("image", "1")
        func use(at moment: String) -> UsageRecordID {
            self.scenario.now = Instant(moment)!.advanced(bySeconds: -1)
            return self.scenario.usage(of: self.acme, "image", 1)
        }
        let before = use(at: "2025-07-31T23:59:59Z")
        let last = use(at: "2025-08-31T23:59:59Z")
        let after = use(at: "2025-09-01T00:00:00Z")
        #expect(self.scenario.find(last)?.periodStart.description == "2025-08-01")
        #expect(self.scenario.find(last)?.periodEnd.description == "2025-08-31")
        #expect(self.scenario.find(after)?.periodEnd.description == "2025-09-30")
        let invoice = try self.scenario.draft(self.acme)
        // What an earlier period left unbilled is owed still.
        #expect(self.scenario.billing(of: before)?.invoice == invoice.id)
        #expect(self.scenario.billing(of: last)?.invoice == invoice.id)
        #expect(self.scenario.billing(of: after)?.invoice == nil)
    }

    @Test("says on each line what it carries over from before its period")
    func carriedOver() throws {
        _ = self.scenario.price("image", "0.5")
        _ = self.scenario.price("page", "1")
        self.scenario.now = Instant("2025-06-20T10:00:00Z") ?? .zero
        _ = self.scenario.usage(of: self.acme, "image", 3)
        self.scenario.now = Instant("2025-07-30T10:00:00Z") ?? .zero
        _ = self.scenario.usage(of: self.acme, "image", 4)
        self.scenario.now = Instant("2025-08-01T00:00:00Z") ?? .zero
        _ = self.scenario.usage(of: self.acme, "image", 5)
        _ = self.scenario.usage(of: self.acme, "page", 1)
        let invoice = try self.scenario.draft(self.acme)
        #expect(invoice.lines.map(\.usageType) == ["image", "page"])
        #expect(invoice.lines[0].quantity == 12 && invoice.lines[0].unroundedAmount == ExactDecimal(6))
        let carried = try #require(invoice.carriedOver.first)
        #expect(invoice.carriedOver.count == 1 && carried.lineNumber == 1)
        #expect(carried.quantity == 7 && carried.amount == ExactDecimal("3.5") && carried.from == Day("2025-06-20"))
    }

    @Test("leaves usage in other currencies unbilled, and counts what has no price")
    func leftOver() throws {
        _ = self.scenario.price("image", "1")
        _ = self.scenario.price("page", "1") { $0.currency = Currency("EUR")! }
        _ = self.scenario.usage(of: self.acme, "image", 1)
        let euro = self.scenario.usage(of: self.acme, "page", 1)
        let unpriced = self.scenario.usage(of: self.acme, "video", 1)
        let invoice = try self.scenario.draft(self.acme)
        #expect(invoice.lines.map(\.usageType) == ["image"])
        #expect(invoice.unpricedRecords == 1)
        #expect(self.scenario.billing(of: unpriced)?.invoice == nil)
        #expect(self.scenario.billing(of: euro)?.invoice == nil)
        let second = try self.scenario.draft(self.acme) { $0.currency = Currency("EUR")! }
        #expect(second.lines.map(\.usageType) == ["page"])
        #expect(second.currency.description == "EUR")
    }

    @Test("bills nothing twice: a second draft has nothing left")
    func once() throws {
        _ = self.scenario.price("image", "1")
        _ = self.scenario.usage(of: self.acme, "image", 1)
        _ = try self.scenario.draft(self.acme)
        self.scenario.refuse(self.scenario.drafting(self.acme), .ruleBroken, says: "there is no unbilled usage in USD")
        _ = self.scenario.usage(of: self.acme, "image", 7)
        #expect(try self.scenario.draft(self.acme).lines.map(\.quantity) == [7])
    }

    @Test("does not bill what was voided, and billed usage is not voided before the invoice is cancelled")
    func voided() throws {
        _ = self.scenario.price("image", "1")
        let wrong = self.scenario.usage(of: self.acme, "image", 100)
        let right = self.scenario.usage(of: self.acme, "image", 1)
        self.scenario.accept(.usageRecord(.void(.with { $0.id = wrong })), gives: "usage_record.voided")
        let invoice = try self.scenario.draft(self.acme)
        #expect(invoice.lines.map(\.quantity) == [1])
        #expect(self.scenario.billing(of: wrong)?.invoice == nil)
        let void = DomainCommand.usageRecord(.void(.with { $0.id = right }))
        self.scenario.refuse(void, .ruleBroken, says: "is billed on invoice \(invoice.id); cancel or credit that first")
        self.scenario.accept(.invoice(.cancel(.with { $0.id = invoice.id })), gives: "invoice.cancelled")
        self.scenario.accept(void, gives: "usage_record.voided")
        self.scenario.refuse(self.scenario.drafting(self.acme), .ruleBroken, says: "no unbilled usage")
    }

    @Test("rates what had no price by its own moment, when prices came into force between the day's records")
    func latePrices() throws {
        func use(_ quantity: Int, at moment: String) -> UsageRecordID {
            self.scenario.now = Instant(moment)!.advanced(bySeconds: -1)
            return self.scenario.usage(of: self.acme, "image", quantity)
        }
        let first = use(1, at: "2025-08-05T08:00:00Z")
        _ = use(10, at: "2025-08-05T11:59:59Z")
        let wrong = use(1000, at: "2025-08-05T13:00:00Z")
        let last = use(100, at: "2025-08-05T12:00:00Z")
        self.scenario.accept(.usageRecord(.void(.with { $0.id = wrong })), gives: "usage_record.voided")
        let noon = self.scenario.price("image", "3") { $0.effectiveFrom = Instant("2025-08-05T12:00:00Z")! }
        let early = try self.scenario.draft(self.acme)
        #expect(early.lines.map(\.quantity) == [100])
        #expect(early.unpricedRecords == 2)
        #expect(self.scenario.billing(of: first)?.invoice == nil)
        let morning = self.scenario.price("image", "2") { $0.effectiveFrom = Instant("2025-08-05T09:00:00Z")! }
        let late = try self.scenario.draft(self.acme)
        #expect(late.lines.map(\.quantity) == [10])
        #expect(late.lines.map(\.price) == [morning])
        #expect(late.unpricedRecords == 1)
        #expect(self.scenario.billing(of: last)?.rate?.price == noon)
        // What is given back is rated anew, together with what was left.
        self.scenario.accept(.invoice(.cancel(.with { $0.id = early.id })), gives: "invoice.cancelled")
        let again = try self.scenario.draft(self.acme)
        #expect(again.lines.map(\.quantity) == [100])
        #expect(self.scenario.billing(of: last)?.invoice == again.id)
        #expect(again.unpricedRecords == 1)
    }

    @Test("takes what a cancelled one gave back, once, whichever of several it is")
    func cancelled() throws {
        _ = self.scenario.price("image", "1")
        let usage = self.scenario.usage(of: self.acme, "image", 5)
        let first = try self.scenario.draft(self.acme)
        _ = self.scenario.usage(of: self.acme, "image", 7)
        let second = try self.scenario.draft(self.acme)
        #expect(second.lines.map(\.quantity) == [7])
        self.scenario.accept(.invoice(.cancel(.with { $0.id = first.id })), gives: "invoice.cancelled")
        #expect(self.scenario.billing(of: usage)?.invoice == nil)
        let third = try self.scenario.draft(self.acme)
        #expect(third.lines.map(\.quantity) == [5])
        #expect(self.scenario.billing(of: usage)?.invoice == third.id)
        self.scenario.refuse(self.scenario.drafting(self.acme), .ruleBroken, says: "no unbilled usage")
    }

    @Test("leaves what others recorded behind its decision to the next one")
    func lateUsage() throws {
        _ = self.scenario.price("image", "1")
        _ = self.scenario.usage(of: self.acme, "image", 5)
        guard case .invoice(.draft(var draft)) = self.scenario.drafting(self.acme) else { return }
        draft.currency = .usd
        draft.throughPosition = self.scenario.position
        let late = self.scenario.usage(of: self.acme, "image", 7)
        try self.scenario.given(.invoice(.drafted(draft)))
        #expect(self.scenario.billing(of: late)?.invoice == nil)
        #expect(try self.scenario.draft(self.acme).lines.map(\.quantity) == [7])
    }

    @Test("of another organization does not touch this one's usage")
    func organizations() throws {
        let other = self.scenario.organization("apex")
        _ = self.scenario.price("image", "1")
        let own = self.scenario.usage(of: self.acme, "image", 1)
        self.scenario.refuse(self.scenario.drafting(other), .ruleBroken, says: "no unbilled usage")
        _ = self.scenario.usage(of: other, "image", 2)
        #expect(try self.scenario.draft(other).lines.map(\.quantity) == [2])
        #expect(self.scenario.billing(of: own)?.invoice == nil)
    }

    @Test("does not mix up the days of organizations whose ids count up by one")
    func neighbours() throws {
        let other = self.scenario.organization("apex")
        #expect(other.bits == self.acme.bits + 1)
        _ = self.scenario.price("image", "1")
        for day in 4...11 {
            for (organization, quantity) in [(self.acme, 1), (other, 100)] {
                self.scenario.now = Instant("2025-08-\(day < 10 ? "0" : "")\(day)T12:00:00Z")!
                _ = self.scenario.usage(of: organization, "image", quantity)
            }
        }
        #expect(try self.scenario.draft(self.acme).lines.map(\.quantity) == [8])
        #expect(try self.scenario.draft(other).lines.map(\.quantity) == [800])
    }

    @Test("needs a period that ends after it begins, a tax rate that is a fraction, and a live organization")
    func refusals() {
        _ = self.scenario.price("image", "1")
        _ = self.scenario.usage(of: self.acme, "image", 1)
        let scenario = self.scenario
        scenario.refuse(
            scenario.drafting(self.acme) { $0.periodEnd = Day("2025-07-31")! }, .invalidValue, says: "lies before")
        for rate in ["-0.1", "1", "19"] {
            scenario.refuse(
                scenario.drafting(self.acme) { $0.taxRate = ExactDecimal(rate)! }, .invalidValue,
                says: "tax_rate is \(rate)"
            )
        }
        scenario.refuse(
            scenario.drafting(self.acme) { $0.taxRate = ExactDecimal("0.1234567")! }, .invalidValue,
            says: "tax_rate is 0.1234567")
        scenario.refuse(scenario.drafting(self.acme) { $0.id = .zero }, .invalidValue, says: "invoice_id")
        scenario.refuse(scenario.drafting(ID(bits: 99)), .notFound, says: "there is no organization")
    }

    @Test("whose line would come to more than an invoice can hold is refused")
    func overflow() {
        for _ in 0..<3 { _ = self.scenario.usage(of: self.acme, "image", 1_000_000_000_000) }
        _ = self.scenario.price("image", "1000000000")
        self.scenario.refuse(self.scenario.drafting(self.acme), .ruleBroken, says: "image")
    }

    @Test("rounds once for each line, half to even, and keeps what it was before")
    func rounding() throws {
        for (type, amount) in [("a", "0.125"), ("b", "0.135"), ("c", "0.0049"), ("d", "2.675000000001")] {
            _ = self.scenario.price(type, amount)
            _ = self.scenario.usage(of: self.acme, type, 1)
        }
        let invoice = try self.scenario.draft(self.acme) { $0.taxRate = ExactDecimal("0.19")! }
        #expect(invoice.lines.map(\.amount.description) == ["0.12", "0.14", "0", "2.68"])
        #expect(
            invoice.lines.map(\.unroundedAmount.description) == ["0.125", "0.135", "0.0049", "2.675000000001"])
        #expect(invoice.subtotal.description == "2.94")
        #expect(invoice.unroundedSubtotal.description == "2.939900000001")
        // 0.5586, rounded once.
        #expect(invoice.tax.description == "0.56")
        #expect(invoice.total.description == "3.5")
    }

    @Test(
        "rounds to the currency's own coin",
        arguments: [("JPY", "13", "1"), ("USD", "12.5", "1.25"), ("KWD", "12.5", "1.25")])
    func coins(currency: String, amount: String, tax: String) throws {
        _ = self.scenario.price("image", "12.5") { $0.currency = Currency(currency)! }
        _ = self.scenario.usage(of: self.acme, "image", 1)
        let invoice = try self.scenario.draft(self.acme) {
            $0.currency = Currency(currency)!
            $0.taxRate = ExactDecimal("0.1")!
        }
        // 12.5 yen is a tie, and 12 is even.
        #expect(invoice.subtotal.description == (currency == "JPY" ? "12" : amount))
        #expect(invoice.tax.description == tax)
    }

    @Test(
        "has unrounded lines that sum to quantity times unit price over all usage, exactly",
        arguments: [0xB111 as UInt64])
    func exactness(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for round in 0..<30 {
            let scenario = Scenario()
            let acme = scenario.organization()
            let prices = (0..<5).map { kind in
                ExactDecimal(picos: Int128.random(in: 1...1_000_000_000, using: &random) * (kind == 0 ? 1 : 1000))
            }
            var steps: [(kind: Int, quantity: Int?)] = prices.indices.map { ($0, nil) }
            for _ in 0..<40 {
                let digits = Int.random(in: 0...12, using: &random)
                let limit = (0..<digits).reduce(1) { power, _ in power * 10 }
                steps.append((.random(in: 0..<5, using: &random), .random(in: 0...limit, using: &random)))
            }
            var expected = Int128(0)
            // Prices come anywhere among the usage: before it, or late.
            for (kind, quantity) in steps.shuffled(using: &random) {
                if let quantity {
                    _ = scenario.usage(of: acme, "kind_\(kind)", quantity)
                    expected += Int128(quantity) * prices[kind].picos
                } else {
                    _ = scenario.price("kind_\(kind)", prices[kind].description)
                }
            }
            let invoice = try scenario.draft(acme)
            #expect(invoice.unroundedSubtotal.picos == expected, "seed \(seed), round \(round)")
            #expect(invoice.unpricedRecords == 0, "seed \(seed), round \(round)")
            let costs = scenario.usageRecords.reduce(ExactDecimal.zero) { $0 + (scenario.cost(of: $1.id) ?? .zero) }
            #expect(costs.picos == expected, "seed \(seed), round \(round)")
            for line in invoice.lines {
                #expect((line.amount.picos - line.unroundedAmount.picos).magnitude <= 5_000_000_000, "seed \(seed)")
                #expect(line.amount.picos % 10_000_000_000 == 0, "seed \(seed)")
            }
        }
    }
}

extension Scenario {
    func billing(of id: UsageRecordID) -> BillingHistory.Billing? {
        self.find(id).map { usage in
            let voidedAt = self.changedAt(ID<UsageVoid>(bits: id.bits))
            return BillingHistory(of: usage.organization, in: self).billing(of: usage, voidedAt: voidedAt, in: self)
        }
    }

    /// What a record costs on its invoice, else by the price that it was recorded with.
    func cost(of id: UsageRecordID) -> ExactDecimal? {
        guard let usage = self.find(id), let rate = self.billing(of: id)?.rate else { return nil }
        return usage.cost(at: rate)
    }

    func drafting(_ organization: OrganizationID, _ fill: (inout InvoiceDrafted) -> Void = { _ in }) -> DomainCommand {
        var draft = InvoiceDrafted()
        draft.id = self.newID()
        draft.organization = organization
        draft.periodStart = Day("2025-08-01") ?? .zero
        draft.periodEnd = Day("2025-08-31") ?? .zero
        fill(&draft)
        return .invoice(.draft(draft))
    }

    func draft(_ organization: OrganizationID, _ fill: (inout InvoiceDrafted) -> Void = { _ in }) throws -> Invoice {
        let command = self.drafting(organization, fill)
        self.accept(command, gives: "invoice.drafted")
        guard case .invoice(let draft) = command else { throw Rejection(.notFound, "not an invoice") }
        return try self.require(InvoiceID(bits: draft.target))
    }
}
