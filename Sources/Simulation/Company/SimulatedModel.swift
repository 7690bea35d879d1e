import LedgerDomain
import LedgerEvents

/// A model that agents call, and what its provider asks for it.
struct SimulatedModel {
    var provider: String
    var name: String
    /// What answers say that they come from.
    var version: String
    /// Dollars for a million tokens; none while nobody knows them.
    var prices: [(usageType: String, dollars: ExactDecimal)]
    var readsCache = false
    var writesCache = false
    var reasons = false
    /// Whether answers state what they cost.
    var reportsCost = false

    static let known: [SimulatedModel] = [
        SimulatedModel(
            provider: "openai", name: "gpt-4.1", version: "gpt-4.1-2025-04-14",
            prices: [
                ("input_tokens", .cents(200)), ("cached_input_tokens", .cents(50)), ("output_tokens", .cents(800)),
            ],
            readsCache: true),
        SimulatedModel(
            provider: "openai", name: "gpt-4.1-mini", version: "gpt-4.1-mini-2025-04-14",
            prices: [
                ("input_tokens", .cents(40)), ("cached_input_tokens", .cents(10)), ("output_tokens", .cents(160)),
            ],
            readsCache: true),
        SimulatedModel(
            provider: "openai", name: "o4-mini", version: "o4-mini-2025-04-16",
            prices: [
                ("input_tokens", .cents(110)), ("cached_input_tokens", .cents(28)), ("output_tokens", .cents(440)),
            ],
            readsCache: true, reasons: true),
        SimulatedModel(
            provider: "anthropic", name: "claude-sonnet-4", version: "claude-sonnet-4-20250514",
            prices: [
                ("input_tokens", .cents(300)), ("cached_input_tokens", .cents(30)), ("cache_write_tokens", .cents(375)),
                ("output_tokens", .cents(1500)),
            ], readsCache: true, writesCache: true),
        SimulatedModel(
            provider: "google", name: "gemini-2.5-flash", version: "gemini-2.5-flash",
            prices: [
                ("input_tokens", .cents(30)), ("output_tokens", .cents(250)), ("reasoning_tokens", .cents(250)),
            ],
            reasons: true),
        SimulatedModel(
            provider: "mistral", name: "mistral-medium-2505", version: "mistral-medium-2505",
            prices: [("input_tokens", .cents(40)), ("output_tokens", .cents(200))], reportsCost: true),
    ]

    /// The model that is being tried out in this quarter: nobody knows its price before the quarter has ended.
    static func preview(on day: Day) -> SimulatedModel {
        let (year, month, _) = day.yearMonthDay
        let name = "nova-preview-\(year)q\((month + 2) / 3)"
        return SimulatedModel(provider: "nova", name: name, version: name, prices: [])
    }

    /// What a quarter's preview cost, once it is known.
    static let previewPrices: [(usageType: String, dollars: ExactDecimal)] = [
        ("input_tokens", .cents(80)), ("output_tokens", .cents(320)),
    ]

    /// Prices of other things than tokens, by unit.
    static let unitPrices: [(usageType: String, dollars: ExactDecimal)] = [
        ("workflow_execution", .cents(2)), ("storage_gb_days", .cents(1)),
    ]
}

extension ExactDecimal {
    static func cents(_ cents: Int) -> ExactDecimal { ExactDecimal(picos: Int128(cents) * 10_000_000_000) }
}

extension Day {
    /// The first day of this day's quarter.
    var startOfQuarter: Day {
        var day = self.startOfMonth
        while !(day.yearMonthDay.month - 1).isMultiple(of: 3) { day = day.advanced(byDays: -1).startOfMonth }
        return day
    }
}
