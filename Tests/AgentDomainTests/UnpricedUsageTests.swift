import LedgerEvents
import Testing

@testable import LedgerDomain

@Suite("Usage without a price")
struct UnpricedUsageTests {
    let scenario = Scenario()
    let acme: OrganizationID

    init() { self.acme = self.scenario.organization() }

    private func use(_ usageType: String, _ quantity: Int, _ provider: String?, _ model: String?) {
        _ = self.scenario.usage(of: self.acme, usageType, quantity) {
            $0.provider = provider
            $0.model = model
        }
    }

    private var list: [UnpricedUsage] { UnpricedUsage.list(of: self.acme, in: self.scenario) }

    @Test("is listed by provider, model and kind, with the command that would set its price")
    func listed() {
        self.use("output_tokens", 5, "openai", "gpt-5")
        self.scenario.now = Instant("2025-08-03T10:00:00Z")!
        self.use("input_tokens", 7, "openai", "gpt-5")
        self.use("input_tokens", 8, "openai", "gpt-5")
        self.use("image", 1, nil, nil)
        #expect(self.list.map(\.usageType) == ["image", "input_tokens", "output_tokens"])
        #expect(self.list.map(\.records) == [1, 2, 1])
        #expect(self.list.map(\.quantity) == [1, 15, 5])
        #expect(self.list.map(\.firstDay.description) == ["2025-08-03", "2025-08-03", "2025-08-01"])
        #expect(
            self.list.map(\.command) == [
                #"{"command":"price.set","data":{"usage_type":"image","amount":"AMOUNT","effective_from":"2025-08-03"}}"#,
                #"{"command":"price.set","data":{"usage_type":"input_tokens","provider":"openai","model":"gpt-5","#
                    + #""amount":"AMOUNT","effective_from":"2025-08-03"}}"#,
                #"{"command":"price.set","data":{"usage_type":"output_tokens","provider":"openai","model":"gpt-5","#
                    + #""amount":"AMOUNT","effective_from":"2025-08-01"}}"#,
            ])
        let both = UnpricedUsage.sum([self.list, self.list])
        #expect(both.map(\.records) == [2, 4, 2])
    }

    @Test("leaves the list when a price is set for it, also by another spelling, and when it is voided")
    func leaves() {
        self.use("input_tokens", 7, "azure", "GPT-5")
        let image = self.scenario.usage(of: self.acme, "image", 1)
        #expect(self.list.count == 2)
        _ = self.scenario.price("input_tokens", "1") {
            $0.provider = "openai"
            $0.model = "gpt-5"
        }
        #expect(self.list.map(\.usageType) == ["image"])
        self.scenario.accept(
            .usageRecord(
                .void(
                    .with {
                        $0.id = image
                        $0.reason = "test"
                    })), gives: "usage_record.voided")
        #expect(self.list == [])
    }

    @Test("counts the records before a price's moment, and the requests below a threshold, alone")
    func parts() {
        self.use("image", 1, nil, nil)
        self.scenario.now = Instant("2025-08-01T12:00:00Z")!
        self.use("image", 2, nil, nil)
        _ = self.scenario.price("image", "1") { $0.effectiveFrom = Instant("2025-08-01T11:00:00Z")! }
        #expect(self.list.map(\.quantity) == [1])
        for tokens in [100, 300] {
            _ = self.scenario.usage(of: self.acme, "input_tokens", tokens) { $0.requestTokens = tokens }
        }
        _ = self.scenario.price("input_tokens", "1") { $0.above = 200 }
        #expect(self.list.map(\.quantity) == [1, 100])
    }

    @Test("is not what a call lacks that used no tokens")
    func failedCalls() throws {
        let run = self.scenario.running(self.scenario.workflow("weekly report", of: self.acme))
        func call(_ fill: (inout ModelCall) -> Void) throws -> ModelCall {
            let events = self.scenario.accept(self.scenario.modelCall(in: run, fill), gives: "model_call.recorded")
            guard case .modelCall(.recorded(let call)) = try #require(events.first) else { return ModelCall() }
            return call
        }
        let failed = try call { $0.errorType = "timeout" }
        #expect(failed.computedCost == nil && !Metering.isUnpriced(failed))
        #expect(Metering.isUnpriced(try call { $0.outputTokens = 1 }))
        _ = self.scenario.price("output_tokens", "1")
        #expect(!Metering.isUnpriced(try call { $0.outputTokens = 1 }))
    }
}
