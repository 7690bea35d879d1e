import AgentLedger
import Conformance
import Foundation
import LedgerEvents
import Testing

/// What real runs cost, by what the model servers counted: the ledger's costs and invoices are the same.
@Suite("With a price list, real traces")
struct TrueCostTests {
    private typealias Amount = LedgerEvents.ExactDecimal

    /// In dollars for a million tokens: a million times what they cost, so that invoices, which round to cents, lose nothing.
    private static let prices: [String: [(usage: String, dollars: Int)]] = [
        "gpt-4o-mini": [
            ("input_tokens", 150_000), ("cached_input_tokens", 75_000), ("cache_write_tokens", 150_000),
            ("output_tokens", 600_000),
        ],
        "text-embedding-3-small": [("input_tokens", 20_000)],
        "claude-sonnet-4-5": [
            ("input_tokens", 3_000_000), ("cached_input_tokens", 300_000), ("cache_write_tokens", 3_750_000),
            ("output_tokens", 15_000_000),
        ],
        "gemini-2.5-flash": [
            ("input_tokens", 300_000), ("cached_input_tokens", 75_000), ("cache_write_tokens", 300_000),
            ("output_tokens", 2_500_000),
        ],
        "llama3.1:8b": [("input_tokens", 50_000), ("output_tokens", 80_000)],
    ]

    /// Set-ups whose spans do not show all tokens are left out: `KnownLoss` says why for each.
    private static let setups = Setups.names.filter { name in
        let tokens: Set = ["input_uncached", "cache_read", "cache_write", "output_all"]
        return !KnownLoss.all.contains { $0.setup == name && !tokens.isDisjoint(with: $0.values.keys) }
    }

    @Test("cost to the last digit what the servers' counts cost, in calls and on invoices", arguments: setups)
    func cost(_ name: String) async throws {
        let ledger = try TelemetryLedger()
        try await ledger.take(Self.commands)
        try await ledger.take(try Setups.lines(name), assembling: true)
        let truth = try Self.truth(name)
        #expect(truth > .zero)
        #expect(
            try ledger.rows("SELECT provider, model, usage_type FROM unpriced_usage WHERE usage_type LIKE '%tokens'")
                == [])
        let calls = try ledger.rows("SELECT computed_cost, computed_currency FROM model_calls WHERE computed_cost > 0")
        #expect(calls.reduce(.zero) { $0 + (Amount($1[0]) ?? .zero) } == truth, "\(name): the calls")
        #expect(calls.allSatisfy { $0[1] == "USD" })

        let spans = try ledger.rows(
            "SELECT organization_id, min(period_start), max(period_end) FROM usage_records GROUP BY 1")
        try await ledger.take(
            spans.map { row in
                """
                {"command":"invoice.draft","data":{"organization_id":"\(row[0])",\
                "period_start":"\(row[1].prefix(10))","period_end":"\(row[2].prefix(10))"}}
                """
            })
        let invoiced = try ledger.rows("SELECT subtotal FROM invoices")
        #expect(invoiced.count == spans.count)
        #expect(invoiced.reduce(.zero) { $0 + (Amount($1[0]) ?? .zero) } == truth, "\(name): the invoices")
    }

    private static var commands: [String] {
        Self.prices.sorted { $0.key < $1.key }.flatMap { model, prices in
            prices.map { price in
                let amount = price.dollars
                return """
                    {"command":"price.set","data":{"usage_type":"\(price.usage)","model":"\(model)",\
                    "amount":"\(amount)","effective_from":"2024-01-01"}}
                    """
            }
        }
    }

    /// What the servers counted, at the prices.
    private static func truth(_ name: String) throws -> Amount {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(Setups.folder)/\(name).expected.json"))
        let file = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        var sum: Int128 = 0
        for run in file["runs"] as? [[String: Any]] ?? [] {
            for call in run["model_calls"] as? [[String: Any]] ?? [] where call["status"] as? Int == 200 {
                func count(_ name: String) -> Int { call[name] as? Int ?? 0 }
                // The older files count cached tokens among the input.
                let isIncluded = call["api"] == nil
                let counts = [
                    "input_tokens": count("input") - (isIncluded ? count("cached") : 0),
                    "cached_input_tokens": count("cached"), "cache_write_tokens": count("cache_write"),
                    "output_tokens": count("output"),
                ]
                let prices = try #require(Self.prices[call["model"] as? String ?? ""])
                for price in prices { sum += Int128(price.dollars * (counts[price.usage] ?? 0)) }
            }
        }
        return Amount(picos: sum * 1_000_000)
    }
}
