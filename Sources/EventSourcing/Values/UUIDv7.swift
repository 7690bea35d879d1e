import Crypto

/// Makes time-ordered UUIDs (RFC 9562 section 5.7): later ones sort after earlier ones, so index pages only grow
/// at their end.
///
/// Within one millisecond the 12 bits after the version count up (method 1 of section 6.2), so that the ids of one
/// generator are strictly increasing even when the given time stands still or goes back.
package struct UUIDv7Generator<Random: RandomNumberGenerator> {
    var random: Random
    var milliseconds: UInt64 = 0
    var counter: UInt64 = 0

    package init(random: Random) { self.random = random }

    package mutating func next(at instant: Instant) -> UInt128 {
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
@usableFromInline package enum UUIDv5 {
    @usableFromInline package static func named(_ name: UnsafeRawBufferPointer, in namespace: UInt128) -> UInt128 {
        let bits = self.digest(name, namespace) & ~(UInt128(0xF000) << 64 | UInt128(0xC000_0000_0000_0000))
        return bits | UInt128(0x5000) << 64 | UInt128(0x8000_0000_0000_0000)
    }

    @inlinable
    package static func named(_ name: some Sequence<UInt8>, in namespace: UInt128) -> UInt128 {
        Array(name).withUnsafeBytes { self.named($0, in: namespace) }
    }

    package static func named(_ name: String, in namespace: UInt128) -> UInt128 {
        var name = name
        return name.withUTF8 { self.named(UnsafeRawBufferPointer($0), in: namespace) }
    }

    /// The first 128 bits of the SHA-1 over namespace and name.
    fileprivate static func digest(_ name: UnsafeRawBufferPointer, _ namespace: UInt128) -> UInt128 {
        var hash = Insecure.SHA1()
        withUnsafeBytes(of: namespace.bigEndian) { hash.update(bufferPointer: $0) }
        hash.update(bufferPointer: name)
        return hash.finalize().withUnsafeBytes { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) }
    }
}

/// Name-based UUIDs in the order of time (RFC 9562 section 5.8, version 8, laid out like version 7): the milliseconds of
/// an instant (48 bits), their fraction in 1/4096 (12 bits), then 62 bits of the name's digest.
///
/// For facts from elsewhere that always arrive with the same time: indexes grow at their end, as with ids of our own.
@usableFromInline package enum UUIDv8 {
    @inlinable
    package static func named(_ name: some Sequence<UInt8>, in namespace: UInt128, at instant: Instant) -> UInt128 {
        Array(name).withUnsafeBytes { self.named($0, in: namespace, at: instant) }
    }

    @usableFromInline package static func named(
        _ name: UnsafeRawBufferPointer, in namespace: UInt128, at instant: Instant
    ) -> UInt128 {
        let (milliseconds, rest) = max(0, instant.microseconds).quotientAndRemainder(dividingBy: 1000)
        let high = UInt64(milliseconds) << 16 | 0x8000 | UInt64(rest * 4096 / 1000)
        let low = 0x8000_0000_0000_0000 | UInt64(truncatingIfNeeded: UUIDv5.digest(name, namespace) >> 66)
        return UInt128(high) << 64 | UInt128(low)
    }

    @inlinable
    package static func isOne(_ bits: UInt128) -> Bool { bits >> 76 & 0xF == 8 }
}
