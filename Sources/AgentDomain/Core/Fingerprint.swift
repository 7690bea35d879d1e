/// FNV-1a over words and texts: 64 bits by which contents are told apart, the same on every machine. Not for use against
/// somebody who looks for collisions.
struct Fingerprint {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ byte: UInt8) { self.value = (self.value ^ UInt64(byte)) &* 0x100_0000_01B3 }

    mutating func add(_ word: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { self.add(UInt8(truncatingIfNeeded: word >> UInt64(shift))) }
    }

    mutating func add(_ text: String) {
        for byte in text.utf8 { self.add(byte) }
        self.add(UInt8(0xFF))
    }
}
