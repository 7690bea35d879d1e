import LedgerEvents

/// Random numbers that a seed repeats on every machine, for ever: SplitMix64 (Steele, Lea and Flood, 2014) and whole
/// numbers only, because the standard library's ways to draw and the last bits of logarithms may change.
struct Dice {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Dice of their own, so that what one story draws does not move the others.
    mutating func fork() -> Dice { Dice(seed: self.next()) }

    /// 0 to `limit` - 1.
    mutating func below(_ limit: Int) -> Int {
        precondition(limit > 0, "there is no number below \(limit)")
        return Int(self.next().multipliedFullWidth(by: UInt64(limit)).high)
    }

    mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + self.below(range.upperBound - range.lowerBound + 1)
    }

    /// Small numbers often, large ones rarely: half lie in the range's first fifth.
    mutating func skewed(_ range: ClosedRange<Int>) -> Int {
        let width = range.upperBound - range.lowerBound + 1
        return range.lowerBound + self.below(1 + self.below(width))
    }

    mutating func chance(perMille: Int) -> Bool { self.below(1000) < perMille }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[self.below(elements.count)] }

    /// A UUIDv7 of this moment. The 12 bits behind the version are the millisecond's fraction (RFC 9562 section 6.2,
    /// method 3): ids sort by time to the quarter of a microsecond, in whatever order they are drawn.
    mutating func id<Entity>(_: Entity.Type = Entity.self, at instant: Instant) -> ID<Entity> {
        let (milliseconds, rest) = UInt64(max(0, instant.microseconds)).quotientAndRemainder(dividingBy: 1000)
        let high = milliseconds << 16 | 0x7000 | rest * 4096 / 1000
        return ID(bits: UInt128(high) << 64 | UInt128(0x8000_0000_0000_0000 | self.next() >> 2))
    }

    /// Lower-case hexadecimal digits.
    mutating func hexadecimal(_ count: Int) -> String {
        String(unsafeUninitializedCapacity: count) { buffer in
            var bits: UInt64 = 0
            for place in 0..<count {
                if place.isMultiple(of: 16) { bits = self.next() }
                let digit = UInt8(truncatingIfNeeded: bits & 0xF)
                buffer[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                bits >>= 4
            }
            return count
        }
    }
}
