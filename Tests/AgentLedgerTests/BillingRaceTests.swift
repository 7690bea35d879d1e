import AgentLedger
import LedgerDomain
import LedgerEvents
import LedgerViews
import Seeded
import Testing

/// Usage is recorded and voided, prices and aliases are set, invoices are drafted, issued and cancelled, all at once and at random.
@Suite("However billing is raced for")
struct BillingRaceTests {
    private static var seeds: [UInt64] { [.random(in: 0 ... .max)] }
    /// Ids that count up by one, as a client may choose them.
    private static let organizations = [acme, acme.replacing("a1", with: "a2")]

    let racers: Racers

    init() async throws {
        self.racers = try Racers()
        try await self.racers.prepare(
            Self.organizations.enumerated().map {
                command("organization.create", #""organization_id":"\#($1)","name":"N","slug":"acme-\#($0)""#)
            } + [
                Self.price("image", "0.0000335", from: "2025-01-01"),
                Self.price("video", "0.07", currency: "EUR", from: "2025-01-01"),
            ])
    }

    private static func price(
        _ type: String, _ amount: String, currency: String = "USD", from time: String, _ more: String = ""
    ) -> String {
        command(
            "price.set",
            #""usage_type":"\#(type)","amount":"\#(amount)","currency":"\#(currency)","effective_from":"\#(time)""#
                + more)
    }

    /// Names that find prices by every step of `PriceMatching`.
    private static let names = [
        "", #","model":"GPT-4.1""#, #","provider":"openai","model":"gpt-4.1-2025-04-14""#,
        #","provider":"Azure","model":"gpt-4.1""#, #","provider":"gateway","model":"fast""#,
    ]
    private static let priceNames = [
        "", #","model":"gpt-4.1""#, #","provider":"openai","model":"gpt-4.1""#,
        #","provider":"azure_openai","model":"gpt-4.1""#, #","provider":"openai","model":"gpt-4o""#,
    ]
    private static let thresholds = ["", "", #","above":100"#, #","above":200"#]

    private static let alias = {
        var alias = ModelAliasSet()
        alias.provider = "gateway"
        alias.model = "fast"
        return ModelAliasID(bits: alias.newID(0)).description
    }()

    /// A moment of the first half of August 2025.
    private static func moment(_ random: inout SplitMix64) -> String {
        Instant(microseconds: 1_754_006_400_000_000).advanced(bySeconds: .random(in: 0..<1_296_000, using: &random))
            .description
    }

    /// What was asked for, to be accounted for in the end.
    private struct Told {
        var usage: [String] = []
        var invoices: [String] = []
    }

    private func anyCommand(_ told: inout Told, _ random: inout SplitMix64) -> String {
        let organization = Self.organizations.randomElement(using: &random) ?? acme
        switch Int.random(in: 0..<22, using: &random) {
        case 0...1:
            return command(
                "usage_record.void", #""usage_record_id":"\#(told.usage.randomElement(using: &random) ?? acme)""#)
        case 2...5:
            told.invoices.append(self.racers.newID())
            let currency = ["USD", "EUR"].randomElement(using: &random) ?? "USD"
            let day = Int.random(in: 1...16, using: &random)
            return command(
                "invoice.draft",
                #""invoice_id":"\#(told.invoices.last ?? "")","organization_id":"\#(organization)","#
                    + #""currency":"\#(currency)","period_start":"2025-08-01","period_end":"2025-08-\#(day + 9)""#)
        case 6...7:
            let name = ["invoice.issue", "invoice.cancel"].randomElement(using: &random) ?? ""
            return command(name, #""invoice_id":"\#(told.invoices.randomElement(using: &random) ?? acme)""#)
        case 8:
            let amount = ExactDecimal(picos: .random(in: 1...3_000_000_000_000, using: &random))
            let currency = ["USD", "EUR"].randomElement(using: &random) ?? "USD"
            return Self.price(
                ["image", "page"].randomElement(using: &random) ?? "", amount.description, currency: currency,
                from: Self.moment(&random),
                (Self.priceNames.randomElement(using: &random) ?? "")
                    + (Self.thresholds.randomElement(using: &random) ?? ""))
        case 9:
            if Int.random(in: 0..<3, using: &random) == 0 {
                return command("model_alias.remove", #""model_alias_id":"\#(Self.alias)""#)
            }
            let model = ["gpt-4.1", "gpt-4o"].randomElement(using: &random) ?? ""
            return command(
                "model_alias.set",
                #""provider":"gateway","model":"fast","price_provider":"openai","price_model":"\#(model)""#)
        default:
            told.usage.append(self.racers.newID())
            let type = ["image", "video", "page"].randomElement(using: &random) ?? ""
            return command(
                "usage_record.record", at: Self.moment(&random),
                #""usage_record_id":"\#(told.usage.last ?? "")","organization_id":"\#(organization)","#
                    + #""usage_type":"\#(type)","quantity":\#(Int.random(in: 0...1_000_000_000_000, using: &random)),"#
                    + #""request_tokens":\#(Int.random(in: 0...300, using: &random))"#
                    + (Self.names.randomElement(using: &random) ?? ""))
        }
    }

    @Test("each unit of usage is voided, on one invoice or unbilled", arguments: Self.seeds)
    func conservation(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        var told = Told()
        for _ in 0..<40 {
            _ = try await self.racers.race((0..<8).map { _ in self.anyCommand(&told, &random) })
        }
        let reader = try LedgerReader(at: self.racers.path)
        let accounts = try Accounts(of: told.usage.compactMap { ID($0) }, in: try reader.views())
        #expect(accounts.recorded == accounts.billed.merging(accounts.unbilled, uniquingKeysWith: +), "seed \(seed)")
        #expect(accounts.unbilled == accounts.books, "seed \(seed)")
        #expect(!accounts.invoices.isEmpty, "seed \(seed)")
        for invoice in accounts.invoices {
            #expect(accounts.amounts[invoice.id, default: .zero] == invoice.unroundedSubtotal, "seed \(seed)")
            let found = try #require(try reader.recompute(invoice.id))
            #expect(found.isEqual, "seed \(seed): \(found)")
        }
        #expect(accounts.foreignLines == 0, "seed \(seed)")
        try self.racers.expectSound("seed \(seed)")
    }

    @Test("invoices issued at once are numbered without gaps, in each organization", arguments: Self.seeds)
    func numbers(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        var issued = [0, 0]
        for round in 0..<6 {
            var commands: [String] = []
            for organization in Self.organizations {
                for _ in 0..<Int.random(in: 2...5, using: &random) {
                    let invoice = self.racers.newID()
                    try await self.racers.prepare([
                        command(
                            "usage_record.record",
                            #""organization_id":"\#(organization)","usage_type":"image","quantity":1"#),
                        command(
                            "invoice.draft",
                            #""invoice_id":"\#(invoice)","organization_id":"\#(organization)","#
                                + #""period_start":"2025-01-01","period_end":"2099-12-31""#),
                    ])
                    commands.append(command("invoice.issue", #""invoice_id":"\#(invoice)""#))
                    // Also twice, and together with its cancellation: a number that was given stays given.
                    if Bool.random(using: &random) { commands.append(commands[commands.count - 1]) }
                    if Bool.random(using: &random) {
                        commands.append(command("invoice.cancel", #""invoice_id":"\#(invoice)""#))
                    }
                }
            }
            _ = try await self.racers.race(commands.shuffled(using: &random))
            for (place, organization) in Self.organizations.enumerated() {
                let numbers = try rows(
                    "SELECT invoice_number FROM invoices WHERE invoice_number IS NOT NULL AND organization_id = "
                        + "'\(organization)' ORDER BY 1", of: self.racers.path
                ).map { $0[0] }
                let sequence = numbers.indices.map { String(1_000_001 + $0).suffix(6) }
                #expect(numbers.map { $0.suffix(6) } == sequence, "seed \(seed), round \(round)")
                #expect(numbers.count >= issued[place], "seed \(seed), round \(round)")
                issued[place] = numbers.count
            }
        }
        #expect(issued.allSatisfy { $0 > 0 }, "seed \(seed)")
        try self.racers.expectSound("seed \(seed)")
    }
}

/// Where usage went, added up in two ways: from the records, and from invoices and the sums that they are made of.
private struct Accounts {
    struct Kind: Hashable {
        var organization: OrganizationID
        var usageType: String
    }

    /// Quantities, without what was voided: of the records, of those that no invoice bills, and of invoices' lines.
    private(set) var recorded: [Kind: Int128] = [:]
    private(set) var unbilled: [Kind: Int128] = [:]
    private(set) var billed: [Kind: Int128] = [:]
    /// Unbilled, by the sums that invoices are made of.
    private(set) var books: [Kind: Int128] = [:]
    /// That are not cancelled.
    private(set) var invoices: [Invoice] = []
    /// What the records of each invoice come to.
    private(set) var amounts: [InvoiceID: ExactDecimal] = [:]
    /// Lines of an invoice at a price in another currency than its own.
    private(set) var foreignLines = 0

    init(of records: [UsageRecordID], in views: Views) throws {
        let world = StateCache(over: views, at: views.position)
        for usage in records.compactMap({ world.find($0) }) {
            let voidedAt = world.changedAt(ID<UsageVoid>(bits: usage.id.bits))
            let history = BillingHistory(of: usage.organization, in: world)
            let billing = history.billing(of: usage, voidedAt: voidedAt, in: world)
            if voidedAt != nil {
                #expect(billing.invoice == nil, "voided usage is on an invoice")
                continue
            }
            let kind = Kind(organization: usage.organization, usageType: usage.usageType)
            self.recorded[kind, default: 0] += usage.quantity.units
            if let invoice = billing.invoice, let rate = billing.rate {
                self.amounts[invoice, default: .zero] += usage.cost(at: rate)
            } else {
                self.unbilled[kind, default: 0] += usage.quantity.units
            }
        }
        try views.forEach(Invoice.self) { _, loaded in
            let invoice = loaded.state
            if invoice.status == .cancelled { return }
            self.invoices.append(invoice)
            for line in invoice.lines {
                let kind = Kind(organization: invoice.organization, usageType: line.usageType ?? "")
                self.billed[kind, default: 0] += line.quantity.units
                let price = try line.price.flatMap { try views.find($0) }
                if price?.currency != invoice.currency { self.foreignLines += 1 }
            }
        }
        try views.forEach(UnbilledUsage.self) { _, loaded in
            for sum in loaded.state.sums {
                let kind = Kind(organization: loaded.state.organization, usageType: sum.usageType)
                self.books[kind, default: 0] += sum.quantity.picos / ExactDecimal.picosPerUnit
            }
        }
    }
}
