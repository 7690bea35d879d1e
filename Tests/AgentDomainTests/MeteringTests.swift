import LedgerDomain
import LedgerEvents
import Testing

@Suite("Metering")
struct MeteringTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let report: WorkflowID
    let run: WorkflowExecutionID

    init() {
        self.acme = self.scenario.organization()
        self.report = self.scenario.workflow("weekly report", of: self.acme)
        self.run = self.scenario.running(self.report)
    }

    /// Records a call and gives what it cost, and the usage that came with it.
    @discardableResult
    private func call(_ fill: (inout ModelCall) -> Void) throws -> (cost: Money?, usage: [UsageRecord]) {
        let before = self.scenario.usageRecords.count
        let events = self.scenario.accept(self.scenario.modelCall(in: self.run, fill), gives: "model_call.recorded")
        guard case .modelCall(.recorded(let call)) = try #require(events.first) else { return (nil, []) }
        return (call.computedCost, Array(self.scenario.usageRecords.dropFirst(before)))
    }

    @Test("a call brings one usage record for each bucket that was used, in the same append")
    func buckets() throws {
        let usage = try self.call {
            $0.inputTokens = 1
            $0.cachedInputTokens = 2
            $0.cacheWriteTokens = 3
            $0.outputTokens = 4
            $0.reasoningTokens = 5
        }.usage
        #expect(
            usage.map(\.usageType) == [
                "input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens",
            ])
        #expect(usage.map(\.quantity) == [1, 2, 3, 4, 5])
        #expect(
            usage.allSatisfy { $0.organization == self.acme && $0.model == "large" && $0.resourceKind == "model_call" })
        #expect(Set(usage.map(\.id)).count == 5)
        #expect(try self.call { $0.outputTokens = 1 }.usage.map(\.usageType) == ["output_tokens"])
        #expect(try self.call { _ in }.usage.isEmpty)
    }

    @Test("usage has the same id whenever its call is recorded, and things with neighbouring ids never share one")
    func ids() throws {
        func fill(_ call: inout ModelCall, _ bits: UInt128) {
            call.id = ID(bits: bits)
            call.inputTokens = 1
            call.cachedInputTokens = 1
            call.cacheWriteTokens = 1
            call.outputTokens = 1
            call.reasoningTokens = 1
        }
        var ids: Set<UsageRecordID> = []
        for bits in 0x1000..<0x1040 as Range<UInt128> {
            let usage = try self.call { fill(&$0, bits) }.usage
            #expect(usage.count == 5, "call \(bits)")
            ids.formUnion(usage.map(\.id))
        }
        #expect(ids.count == 64 * 5)
        let again = Scenario()
        let run = again.running(again.workflow(of: again.organization()))
        again.accept(again.modelCall(in: run) { fill(&$0, 0x1000) }, gives: "model_call.recorded")
        #expect(again.usageRecords.count == 5)
        #expect(again.usageRecords.allSatisfy { ids.contains($0.id) })
    }

    @Test("a run and a call with the same id are used up separately")
    func sameID() throws {
        let before = self.scenario.usageRecords.count
        try self.call {
            $0.id = ID(bits: self.run.bits)
            $0.inputTokens = 1
        }
        self.scenario.accept(
            .workflowExecution(.complete(.with { $0.id = self.run })), gives: "workflow_execution.completed")
        #expect(
            self.scenario.usageRecords.dropFirst(before).map(\.usageType) == ["input_tokens", "workflow_execution"])
    }

    @Test("each attempt of a run that came to its own end is one use; a cancelled one is none")
    func runs() {
        func uses(_ status: WorkflowExecution.Status) -> Int {
            let before = self.scenario.usageRecords.count
            self.scenario.reach(status, self.scenario.run(of: self.report))
            return self.scenario.usageRecords.count - before
        }
        #expect(uses(.completed) == 1)
        #expect(uses(.failed) == 1)
        #expect(uses(.timeout) == 1)
        #expect(uses(.cancelled) == 0)
        let run = self.scenario.run(of: self.report)
        let before = self.scenario.usageRecords.count
        self.scenario.reach(.failed, run)
        self.scenario.accept(
            .workflowExecution(.scheduleRetry(.with { $0.id = run })), gives: "workflow_execution.retry_scheduled")
        self.scenario.reach(.completed, run)
        #expect(self.scenario.usageRecords.dropFirst(before).map(\.quantity) == [1, 1])
    }

    @Test("without a price a call is unpriced, which is not zero; with one of nothing it costs nothing")
    func unpriced() throws {
        let call = try self.call { $0.inputTokens = 10 }
        #expect(call.cost == nil)
        #expect(call.usage.map(\.cost) == [nil])
        #expect(call.usage.map(\.price) == [nil])
        let price = self.scenario.price("input_tokens", "0")
        let free = try self.call { $0.inputTokens = 10 }
        #expect(free.cost == Money(.zero, .usd))
        #expect(free.usage.map(\.price) == [price])
        // One bucket without a price: the whole call has none, the other bucket's usage does.
        let half = try self.call {
            $0.inputTokens = 10
            $0.outputTokens = 1
        }
        #expect(half.cost == nil)
        #expect(half.usage.map { $0.cost == nil } == [false, true])
    }

    @Test("prices are per million tokens, and costs exact")
    func exact() throws {
        _ = self.scenario.price("input_tokens", "2.50") { $0.model = "large" }
        _ = self.scenario.price("cached_input_tokens", "0.000003") { $0.model = "large" }
        let call = try self.call {
            $0.inputTokens = 3
            $0.cachedInputTokens = 1
        }
        #expect(call.cost?.description == "0.000007500003 USD")
        #expect(call.usage.map { $0.cost?.description } == ["0.0000075 USD", "0.000000000003 USD"])
        #expect(call.usage.map { $0.unitPrice?.description } == ["0.0000025", "0.000000000003"])
    }

    @Test("the nearest price holds: the provider's model, the model anywhere, any model")
    func nearest() throws {
        _ = self.scenario.price("input_tokens", "1")
        #expect(try self.call { $0.inputTokens = 1_000_000 }.cost?.amount == ExactDecimal(1))
        _ = self.scenario.price("input_tokens", "2") { $0.model = "large" }
        #expect(try self.call { $0.inputTokens = 1_000_000 }.cost?.amount == ExactDecimal(2))
        _ = self.scenario.price("input_tokens", "3") {
            $0.provider = "acme-ai"
            $0.model = "large"
        }
        #expect(try self.call { $0.inputTokens = 1_000_000 }.cost?.amount == ExactDecimal(3))
        let other = try self.call {
            $0.provider = "elsewhere"
            $0.inputTokens = 1_000_000
        }
        #expect(other.cost?.amount == ExactDecimal(2))
        let small = try self.call {
            $0.model = "small"
            $0.inputTokens = 1_000_000
        }
        #expect(small.cost?.amount == ExactDecimal(1))
    }

    @Test("reasoning is billed as output, until it has a price of its own, be it for any model")
    func reasoning() throws {
        _ = self.scenario.price("output_tokens", "8")
        let output = try self.call { $0.reasoningTokens = 1_000_000 }
        #expect(output.cost?.amount == ExactDecimal(8))
        #expect(output.usage.map(\.usageType) == ["reasoning_tokens"])
        _ = self.scenario.price("reasoning_tokens", "5")
        #expect(try self.call { $0.reasoningTokens = 1_000_000 }.cost?.amount == ExactDecimal(5))
        _ = self.scenario.price("reasoning_tokens", "4") { $0.model = "large" }
        #expect(try self.call { $0.reasoningTokens = 1_000_000 }.cost?.amount == ExactDecimal(4))
    }

    @Test("a price holds from its moment on, until the next one")
    func effectiveDates() throws {
        let (july, august) = (Instant("2025-07-01")!, Instant("2025-08-01")!)
        _ = self.scenario.price("input_tokens", "2") { $0.effectiveFrom = august }
        _ = self.scenario.price("input_tokens", "1") { $0.effectiveFrom = july }
        for (moment, amount) in [
            ("2025-06-30T23:59:58Z", nil), ("2025-06-30T23:59:59Z", "1"), ("2025-07-31T23:59:58Z", "1"),
            ("2025-07-31T23:59:59Z", "2"), ("2030-01-01", "2"),
        ] {
            // The clock moves on by a second with the command.
            self.scenario.now = Instant(moment)!
            #expect(
                try self.call { $0.inputTokens = 1_000_000 }.cost?.amount.description == amount,
                "a second after \(moment)")
        }
    }

    @Test("buckets priced in different currencies have no common cost")
    func currencies() throws {
        _ = self.scenario.price("input_tokens", "1") { $0.currency = Currency("EUR")! }
        _ = self.scenario.price("output_tokens", "1")
        let call = try self.call {
            $0.inputTokens = 1
            $0.outputTokens = 1
        }
        #expect(call.cost == nil)
        #expect(call.usage.map { $0.cost?.currency.description } == ["EUR", "USD"])
    }

    @Test("usage of a provider without a model has the price of any model")
    func providerWithoutModel() {
        let price = self.scenario.price("image", "2")
        let id = self.scenario.usage(of: self.acme, "image", 3) { $0.provider = "acme-ai" }
        #expect(self.scenario.find(id)?.price == price)
        #expect(self.scenario.find(id)?.cost?.description == "6 USD")
    }

    @Test("slashes in names do not lend one model the price of another")
    func slashes() {
        _ = self.scenario.price("image", "2") {
            $0.provider = "a/b"
            $0.model = "c"
        }
        let id = self.scenario.usage(of: self.acme, "image", 1) {
            $0.provider = "a"
            $0.model = "b/c"
        }
        #expect(self.scenario.find(id)?.cost == nil)
    }

    @Test("usage is voided once, with a reason, and what does not exist is not")
    func voiding() {
        let id = self.scenario.usage(of: self.acme, "image", 1)
        let void = DomainCommand.usageRecord(
            .void(
                .with {
                    $0.id = id
                    $0.reason = "test"
                }))
        self.scenario.accept(void, gives: "usage_record.voided")
        #expect(self.scenario.find(ID<UsageVoid>(bits: id.bits))?.reason == "test")
        self.scenario.refuse(.usageRecord(.void(.with { $0.id = ID(bits: 99) })), .notFound, says: "there is no")
    }

    @Test("an id that the ledger itself would give is refused, so that no usage stands twice under one id")
    func ownIDs() {
        var usage = UsageRecorded()
        usage.id = UsageRecordID("01990000-0000-8000-8000-000000000001")!
        usage.organization = self.acme
        usage.usageType = "image"
        self.scenario.refuse(.usageRecord(.record(usage)), .invalidValue, says: "version 8", "use version 4 or 7")
    }

    @Test("usage needs a kind, an organization, and a quantity that sums can hold")
    func usageRefusals() {
        func record(_ fill: (inout UsageRecorded) -> Void) -> DomainCommand {
            var usage = UsageRecorded()
            usage.id = self.scenario.newID()
            usage.organization = self.acme
            usage.usageType = "image"
            usage.quantity = 1
            fill(&usage)
            return .usageRecord(.record(usage))
        }
        self.scenario.refuse(record { $0.usageType = "" }, .invalidValue, says: "usage_type")
        self.scenario.refuse(record { $0.quantity = -1 }, .invalidValue, says: "quantity is -1")
        self.scenario.refuse(record { $0.quantity = Quantity(Int.max) }, .invalidValue, says: "quantity is")
        self.scenario.refuse(record { $0.organization = ID(bits: 99) }, .notFound, says: "there is no organization")
        _ = self.scenario.price("image", "1000000000")
        self.scenario.refuse(record { $0.quantity = 1_000_000_000_000 }, .invalidValue, says: "1000000000000000000000")
    }

    @Test("usage may be a part of a unit, and costs as much of the price, to the last digit")
    func fractions() throws {
        _ = self.scenario.price("compute_hour", "0.3")
        for text in ["1.5", "0.25", "2"] {
            var usage = UsageRecorded()
            usage.id = self.scenario.newID()
            usage.organization = self.acme
            usage.usageType = "compute_hour"
            usage.quantity = Quantity(try #require(ExactDecimal(text)))
            self.scenario.accept(.usageRecord(.record(usage)), gives: "usage_record.recorded")
        }
        let costs = self.scenario.usageRecords.suffix(3).map { $0.cost?.amount }
        #expect(costs == [ExactDecimal("0.45"), ExactDecimal("0.075"), ExactDecimal("0.6")])
        let line = try #require(try self.scenario.draft(self.acme).lines.first)
        #expect(line.quantity.decimal == ExactDecimal("3.75") && line.unroundedAmount == ExactDecimal("1.125"))
        // Finer than the twelfth digit, the product goes to the even neighbour.
        let half = Quantity(ExactDecimal(picos: 500_000_000_000))
        #expect(
            half.cost(at: ExactDecimal(picos: 1)) == .zero
                && half.cost(at: ExactDecimal(picos: 3)) == ExactDecimal(picos: 2))
    }

    @Test(
        "a whole quantity is stored as the whole number that it was before quantities had fractions",
        arguments: [
            "0", "1", "-7", "1000000000000", "0.5", "-1.000000000001", "123456789.25",
        ])
    func storedQuantities(text: String) throws {
        var usage = UsageRecorded()
        usage.quantity = Quantity(try #require(ExactDecimal(text)))
        let bytes = try WireEncoder.encode(usage)
        let read = try bytes.withUnsafeBytes { try WireDecoder.decode(UsageRecorded.self, $0) }
        #expect(read.quantity == usage.quantity)
        guard let whole = Int(text) else { return }
        let varint = { (value: UInt64) -> [UInt8] in
            var (rest, bytes) = (value, [UInt8]())
            while rest > 0x7f {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            return bytes + [UInt8(rest)]
        }
        #expect(bytes == (whole == 0 ? [] : [4 << 3] + varint(UInt64(bitPattern: Int64(whole)))))
    }
}

@Suite("A price")
struct PriceTests {
    let scenario = Scenario()

    private func set(_ usageType: String, _ amount: String, _ fill: (inout Price) -> Void = { _ in }) -> DomainCommand {
        var price = Price()
        price.usageType = usageType
        price.amount = ExactDecimal(amount) ?? .zero
        fill(&price)
        if price.id == .zero { price.id = ID(bits: price.newID(0)) }
        return .price(.record(price))
    }

    @Test("is in dollars, per million tokens or per piece, unless it says otherwise")
    func defaults() throws {
        let tokens = try #require(self.scenario.find(self.scenario.price("input_tokens", "3")))
        #expect(tokens.per == 1_000_000)
        #expect(tokens.currency == .usd)
        #expect(tokens.perUnit.description == "0.000003")
        let runs = try #require(self.scenario.find(self.scenario.price("workflow_execution", "3")))
        #expect(runs.per == 1)
        #expect(runs.perUnit.description == "3")
    }

    @Test("that is finer than 1e-12 per unit is refused, at that it is not")
    func fineness() {
        self.scenario.accept(self.set("input_tokens", "0.000001"), gives: "price.set")
        self.scenario.refuse(
            self.set("output_tokens", "0.0000001"), .invalidValue, says: "finer than 0.000000000001 per unit")
        self.scenario.refuse(self.set("output_tokens", "1.0000001"), .invalidValue, says: "finer")
        self.scenario.accept(self.set("output_tokens", "1.0000001") { $0.per = 1 }, gives: "price.set")
    }

    @Test("set twice changes nothing; another amount for the same moment is refused")
    func twice() {
        // `accept` sets it twice.
        self.scenario.accept(self.set("input_tokens", "3"), gives: "price.set")
        self.scenario.accept(self.set("input_tokens", "3.00"))
        self.scenario.refuse(self.set("input_tokens", "4"), .alreadyExists, says: "the price is 3 USD already")
        self.scenario.accept(self.set("input_tokens", "4") { $0.currency = Currency("EUR")! }, gives: "price.set")
        self.scenario.accept(
            self.set("input_tokens", "4") { $0.effectiveFrom = Instant(microseconds: 1) }, gives: "price.set")
        self.scenario.accept(self.set("input_tokens", "4") { $0.model = "large" }, gives: "price.set")
    }

    @Test("of the same amount for another number of units is another price, and refused for the same moment")
    func otherUnits() {
        self.scenario.accept(self.set("input_tokens", "3"), gives: "price.set")
        self.scenario.refuse(self.set("input_tokens", "3") { $0.per = 1 }, .alreadyExists, says: "3 USD already")
    }

    @Test("is a whole rule: a kind of usage, an amount that is not negative nor beyond sums, one unit or a million")
    func refusals() {
        self.scenario.refuse(self.set("", "3"), .invalidValue, says: "usage_type")
        self.scenario.refuse(self.set("image", "-1"), .invalidValue, says: "amount must not be negative")
        self.scenario.refuse(self.set("image", "1000000001"), .invalidValue, says: "amount is 1000000001")
        self.scenario.refuse(self.set("image", "1") { $0.per = 1000 }, .invalidValue, says: "per must be 1 or 1000000")
        self.scenario.refuse(self.set("image", "1") { $0.per = -1 }, .invalidValue, says: "per must be")
        self.scenario.refuse(
            self.set("image", "1") { $0.provider = "a" }, .invalidValue, says: "model must be given with a provider")
    }
}
