import Seeded

/// Damages bytes the way that finds faults: bits, telling bytes, numbers at their limits, pieces left out, said twice,
/// or taken from elsewhere.
struct Mutation {
    private var random: SplitMix64
    /// Bytes that mean something to the reader.
    private let telling: [UInt8]

    /// - Parameter seed: the same damage for the same seed.
    init(seed: UInt64, telling: [UInt8]) {
        self.random = SplitMix64(seed: seed)
        self.telling = telling
    }

    /// One of the samples, damaged once or more often.
    mutating func input(from samples: [[UInt8]]) -> [UInt8] {
        var bytes = samples[self.below(samples.count)]
        repeat {
            if bytes.isEmpty { break }
            self.damage(&bytes, samples)
        } while self.below(3) == 0
        return bytes
    }

    private mutating func below(_ limit: Int) -> Int { Int(self.random.next() % UInt64(limit)) }

    private mutating func damage(_ bytes: inout [UInt8], _ samples: [[UInt8]]) {
        let place = self.below(bytes.count)
        let end = min(bytes.count, place + self.below(16))
        switch self.below(24) {
        case 0..<6: bytes[place] ^= 1 << UInt8(self.below(8))
        case 6..<11: bytes[place] = self.telling[self.below(self.telling.count)]
        case 11..<14: bytes.insert(self.telling[self.below(self.telling.count)], at: place)
        case 14..<17: bytes.removeSubrange(place..<end)
        case 17..<19: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        case 19: bytes.removeSubrange(place...)
        case 20:
            for at in place..<min(bytes.count, place + 9) { bytes[at] = 0xFF }
        case 21:
            let other = samples[self.below(samples.count)]
            bytes.replaceSubrange(place..., with: other[min(place, other.count)...])
        case _: bytes.replaceSubrange(place..<end, with: Array("\(self.random.next())".utf8))
        }
    }
}
