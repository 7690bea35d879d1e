import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

@Suite("Usage without a price, in a ledger")
struct UnpricedUsageTests {
    let scratch: Scratch
    let ledger: Ledger
    private static let organizations = [acme, acme.replacing("a1", with: "a2")]

    init() async throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
        for (index, id) in Self.organizations.enumerated() {
            try await self.perform(
                "organization.create", #""organization_id":"\#(id)","name":"N","slug":"acme-\#(index)""#)
        }
    }

    private func perform(_ name: String, _ data: String) async throws {
        let outcome = try await self.ledger.perform(command(name, at: "2025-08-02T10:00:00Z", data))
        #expect(outcome.isAccepted, "\(outcome)")
    }

    private func use(_ type: String, _ quantity: Int, _ organization: Int, _ name: String = "") async throws {
        try await self.perform(
            "usage_record.record",
            #""organization_id":"\#(Self.organizations[organization])","usage_type":"\#(type)","quantity":\#(quantity)"#
                + name)
    }

    private var rows: [[String]] {
        get throws {
            try AgentLedgerTests.rows(
                "SELECT organization_id, provider, model, usage_type, records, quantity FROM unpriced_usage ORDER BY 1, 2, 3, 4",
                of: self.ledger.path)
        }
    }

    @Test("is a table by organization and a list over all of them, and a command from it sets the price")
    func listed() async throws {
        let name = #","provider":"azure","model":"gpt-5""#
        try await self.use("input_tokens", 10, 0, name)
        try await self.use("input_tokens", 20, 1, name)
        try await self.use("image", 1, 1)
        #expect(
            try self.rows == [
                [Self.organizations[0], "azure", "gpt-5", "input_tokens", "1", "10"],
                [Self.organizations[1], "", "", "image", "1", "1"],
                [Self.organizations[1], "azure", "gpt-5", "input_tokens", "1", "20"],
            ])
        let reader = try LedgerReader(at: self.ledger.path)
        let usage = try reader.unpricedUsage()
        #expect(usage.map(\.usageType) == ["input_tokens", "image"])
        #expect(usage.map(\.quantity) == [30, 1])
        #expect(UnpricedModel.list(usage).map(\.model) == ["gpt-5", ""])
        let before = try self.ledger.log.head()
        let priced = try #require(usage.first?.command.replacing("AMOUNT", with: "2"))
        #expect(try await self.ledger.perform(priced).isAccepted)
        #expect(try reader.unpricedUsage().map(\.usageType) == ["image"])
        #expect(try self.rows == [[Self.organizations[1], "", "", "image", "1", "1"]])
        #expect(try reader.unpricedUsage(at: .position(before)).count == 2, "as it was known then")
    }

    @Test("goes with a family's price and with an alias, and comes back when the alias is removed")
    func aliases() async throws {
        try await self.use("input_tokens", 10, 0, #","provider":"gateway","model":"fast""#)
        try await self.perform(
            "price.set", #""usage_type":"input_tokens","provider":"openai","model":"gpt-5","amount":"2""#)
        #expect(try self.rows.count == 1)
        try await self.perform(
            "model_alias.set",
            #""provider":"gateway","model":"fast","price_provider":"azure","price_model":"GPT-5""#)
        #expect(try self.rows == [])
        let id = try AgentLedgerTests.rows("SELECT id FROM model_aliases", of: self.ledger.path)[0][0]
        try await self.perform("model_alias.remove", #""model_alias_id":"\#(id)""#)
        #expect(try self.rows.count == 1)
    }
}
