/// The tokens of one request, in buckets that do not overlap and are never negative: their sum is what was used.
public struct GenAIUsage: Hashable, Sendable {
    /// Input that neither came from a cache nor was written to one.
    public var input: Int
    public var cacheRead: Int
    public var cacheWrite: Int
    /// Output without reasoning.
    public var output: Int
    public var reasoning: Int

    /// The most that one request can count: sums of any number of requests stay far from the end of Int.
    public static let limit = 1_000_000_000_000

    /// From counts as sources report them. By the conventions the input includes what was cached, and the output
    /// includes reasoning: the parts are taken out of their whole. Parts that are greater than their whole cannot be in
    /// it, so that source reported them beside it (as some providers' own counters do), and the whole stays. A negative
    /// count counts as 0, one beyond `limit` as the limit.
    public init(input: Int64, cacheRead: Int64, cacheWrite: Int64, output: Int64, reasoning: Int64) {
        self.cacheRead = Self.clamped(cacheRead)
        self.cacheWrite = Self.clamped(cacheWrite)
        self.reasoning = Self.clamped(reasoning)
        self.input = Self.rest(of: Self.clamped(input), without: self.cacheRead + self.cacheWrite)
        self.output = Self.rest(of: Self.clamped(output), without: self.reasoning)
    }

    private static func clamped(_ count: Int64) -> Int { min(max(Int(count), 0), Self.limit) }

    private static func rest(of whole: Int, without part: Int) -> Int { part > whole ? whole : whole - part }
}
