import LedgerDomain
import LedgerEvents

/// The tokens of one request as totals: the input with what was cached, the output with reasoning, whatever the source
/// includes in its counts.
struct TokenCounts: Equatable, Sendable {
    /// Nil where the source does not say, or says no count.
    var input: Int?
    var cacheRead = 0
    var cacheWrite = 0
    var output: Int?
    var reasoning = 0
    /// Columns of details whose value is no count.
    var invalidDetails: [String] = []
    /// What the source's input includes; nil where nothing was cached.
    var rule: InputTokenRule?
    var basis: InputTokenBasis?

    /// Whether the source counts anything.
    var isKnown: Bool { self.input != nil || self.output != nil }
    /// How much is known, to choose between spans of one request.
    var richness: Int {
        (self.input != nil ? 8 : 0) + (self.output != nil ? 8 : 0) + (self.cacheRead > 0 ? 1 : 0)
            + (self.cacheWrite > 0 ? 1 : 0) + (self.reasoning > 0 ? 1 : 0)
    }
    /// Input that neither came from a cache nor was written to one.
    var uncachedInput: Int { max(0, (self.input ?? 0) - self.cacheRead - self.cacheWrite) }
    var plainOutput: Int { max(0, (self.output ?? 0) - self.reasoning) }

    /// Takes the details that another span of the same request knows better.
    mutating func add(_ other: TokenCounts) {
        if self.input == nil {
            (self.input, self.rule, self.basis) = (other.input, other.rule, other.basis)
            (self.cacheRead, self.cacheWrite) = (other.cacheRead, other.cacheWrite)
        } else if self.input == other.input {
            if other.cacheRead + other.cacheWrite > self.cacheRead + self.cacheWrite {
                (self.rule, self.basis) = (other.rule, other.basis)
            }
            self.cacheRead = max(self.cacheRead, other.cacheRead)
            self.cacheWrite = max(self.cacheWrite, other.cacheWrite)
        }
        if self.output == nil { self.output = other.output }
        if self.output == other.output { self.reasoning = max(self.reasoning, other.reasoning) }
        self.invalidDetails = self.invalidDetails.filter(other.invalidDetails.contains)
    }
}

/// The counts as a source writes them, under whatever names.
struct ReportedCounts {
    var input: Int?
    /// Input that was not cached, where that is what the source counts.
    var uncached: Int?
    var output: Int?
    var cacheRead: Int?
    var cacheWrite: Int?
    var cacheWriteParts: Int?
    var reasoning: Int?
    var total: Int?
    /// The provider's own count of input tokens, beside that of the instrumentation.
    var providerInput: Int?
    /// What the names of the counts say.
    var namedRule: InputTokenRule?
    var invalid: [String] = []

    var isEmpty: Bool { self.input == nil && self.uncached == nil && self.output == nil }

    init() {}

    init(_ values: borrowing AttributeValues) {
        self.input = values.count(.inputTokens)
        self.uncached = values.count(.uncachedInput)
        self.output = values.count(.outputTokens)
        self.cacheRead = values.count(.cacheRead)
        self.cacheWrite = values.count(.cacheWrite)
        self.cacheWriteParts = Self.sum(values.count(.cacheWriteShort), values.count(.cacheWriteLong))
        self.reasoning = values.count(.reasoning)
        self.total = values.count(.totalTokens)
        self.providerInput = values.count(.providerInput)
        if values.isInvalidCount(.cacheRead) { self.invalid.append("cached_input_tokens") }
        if values.isInvalidCount(.cacheWrite) { self.invalid.append("cache_write_tokens") }
        if values.isInvalidCount(.reasoning) { self.invalid.append("reasoning_tokens") }
        for details in values.details { self.fill(from: ReportedCounts(text: details)) }
        if let text = values.raw(.usageText) { self.add(providerText: ReportedCounts(text: text)) }
    }

    /// Reads a text of usage. A name that occurs under several others counts once, with its greatest value.
    init(text: UnsafeRawBufferPointer) {
        var short: Int?
        var long: Int?
        var thoughtsAreBeside = false
        LooseText.leaves(ofValue: text) { leaf in
            guard let known = DialectIndex.insideText(leaf.key), let count = ScalarValue.count(leaf.value) else {
                return true
            }
            if let rule = known.rule, self.namedRule == nil || known.concept == .inputTokens { self.namedRule = rule }
            switch known.concept {
            case .inputTokens: self.input = max(self.input ?? 0, count)
            case .uncachedInput: self.uncached = max(self.uncached ?? 0, count)
            case .outputTokens: self.output = max(self.output ?? 0, count)
            case .cacheRead: self.cacheRead = max(self.cacheRead ?? 0, count)
            case .cacheWrite: self.cacheWrite = max(self.cacheWrite ?? 0, count)
            case .cacheWriteShort: short = max(short ?? 0, count)
            case .cacheWriteLong: long = max(long ?? 0, count)
            case .reasoning:
                self.reasoning = max(self.reasoning ?? 0, count)
                thoughtsAreBeside = leaf.key.equals("output_reasoning_tokens")
            case .totalTokens: self.total = max(self.total ?? 0, count)
            default: break
            }
            return true
        }
        self.cacheWriteParts = Self.sum(short, long)
        if thoughtsAreBeside, let output = self.output { self.output = output + (self.reasoning ?? 0) }
    }

    private static func sum(_ a: Int?, _ b: Int?) -> Int? { a == nil && b == nil ? nil : (a ?? 0) + (b ?? 0) }

    /// Takes what is missing.
    private mutating func fill(from other: ReportedCounts) {
        self.cacheRead = Self.better(self.cacheRead, other.cacheRead)
        self.cacheWrite = Self.better(self.cacheWrite, other.cacheWrite)
        self.cacheWriteParts = Self.better(self.cacheWriteParts, other.cacheWriteParts)
        self.reasoning = Self.better(self.reasoning, other.reasoning)
    }

    /// A zero may stand for "not told".
    private static func better(_ a: Int?, _ b: Int?) -> Int? { a ?? 0 > 0 ? a : b ?? a }

    /// Takes the provider's usage object: all of it where the attributes count nothing, else the details.
    private mutating func add(providerText text: ReportedCounts) {
        if self.isEmpty {
            let invalid = self.invalid
            self = text
            self.invalid = invalid
            return
        }
        self.fill(from: text)
        if text.namedRule == .excludesCached { self.providerInput = self.providerInput ?? text.input ?? text.uncached }
    }
}

extension TokenCounts {
    /// Brings the counts to totals.
    /// - Parameter scopeRule: what the scope and provider are known to do.
    init(_ reported: ReportedCounts, scopeRule: InputTokenRule?) {
        self.cacheRead = reported.cacheRead ?? 0
        self.cacheWrite = max(reported.cacheWrite ?? 0, reported.cacheWriteParts ?? 0)
        self.output = reported.output
        self.reasoning = reported.reasoning ?? 0
        self.invalidDetails = reported.invalid
        let cached = self.cacheRead + self.cacheWrite
        if let uncached = reported.uncached {
            self.input = uncached + cached
            if cached > 0 { (self.rule, self.basis) = (.excludesCached, .names) }
        } else if let input = reported.input {
            let (rule, basis) = Self.rule(reported, input: input, cached: cached, scopeRule)
            self.input = rule == .includesCached ? input : input + cached
            if cached > 0 { (self.rule, self.basis) = (rule, basis) }
        }
        // Reasoning is part of the output, unless there is more of it.
        if let output = self.output, self.reasoning > output { self.output = output + self.reasoning }
        // No request has neither input nor output: the source counted nothing.
        if self.input == 0, self.output ?? 0 == 0 { (self.input, self.output) = (nil, nil) }
    }

    private static func rule(
        _ reported: ReportedCounts, input: Int, cached: Int, _ scopeRule: InputTokenRule?
    ) -> (InputTokenRule, InputTokenBasis) {
        // What is greater than the whole is not part of it, whoever says so.
        if cached > input { return (.excludesCached, scopeRule == .excludesCached ? .scope : .total) }
        if let scopeRule { return (scopeRule, .scope) }
        if let named = reported.namedRule { return (named, .names) }
        if let own = reported.providerInput, cached > 0 {
            if own + cached == input { return (.includesCached, .total) }
            if own == input { return (.excludesCached, .total) }
        }
        if let total = reported.total, cached > 0, let output = reported.output, total == input + cached + output {
            return (.excludesCached, .total)
        }
        return (.includesCached, .convention)
    }
}
