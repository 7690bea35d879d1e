import Crypto

/// Makes time-ordered UUIDs (RFC 9562 section 5.7): later ones sort after earlier ones, so index pages only grow
/// at their end.
///
/// Within one millisecond the 12 bits after the version count up (method 1 of section 6.2), so that the ids of one
/// generator are strictly increasing even when the given time stands still or goes back.
public struct UUIDv7Generator<Random: RandomNumberGenerator> {
    var random: Random
    var milliseconds: UInt64 = 0
    var counter: UInt64 = 0

    public init(random: Random) { self.random = random }

    public mutating func next(at instant: Instant) -> UInt128 {
        let now = UInt64(max(0, instant.microseconds / 1000)) & 0xFFFF_FFFF_FFFF
        if now > self.milliseconds {
            self.milliseconds = now
            self.counter = self.random.next() & 0x3FF
        } else {
            self.counter += 1
            if self.counter > 0xFFF {
                self.milliseconds += 1
                self.counter = 0
            }
        }
        let high = self.milliseconds << 16 | 0x7000 | self.counter
        let low = 0x8000_0000_0000_0000 | (self.random.next() >> 2)
        return UInt128(high) << 64 | UInt128(low)
    }
}

/// Name-based UUIDs (RFC 9562 section 5.5, version 5): the same namespace and name always give the same id, so that
/// a fact from elsewhere keeps its identity however often it arrives.
public enum UUIDv5 {
    public static func named(_ name: some Sequence<UInt8>, in namespace: UInt128) -> UInt128 {
        var hash = Insecure.SHA1()
        withUnsafeBytes(of: namespace.bigEndian) { hash.update(bufferPointer: $0) }
        Array(name).withUnsafeBytes { hash.update(bufferPointer: $0) }
        var bits: UInt128 = 0
        for byte in hash.finalize().prefix(16) { bits = bits << 8 | UInt128(byte) }
        bits &= ~(UInt128(0xF000) << 64)
        bits |= UInt128(0x5000) << 64
        bits &= ~(UInt128(0xC000_0000_0000_0000))
        return bits | UInt128(0x8000_0000_0000_0000)
    }

    public static func named(_ name: String, in namespace: UInt128) -> UInt128 {
        self.named(name.utf8, in: namespace)
    }
}
