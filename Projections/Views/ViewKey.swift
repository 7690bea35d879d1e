import LedgerEvents
import LedgerLMDB

/// The key of a state: its UUID, most significant byte first, so that keys sort as ids do.
struct ViewKey: DatabaseBytes {
    let bits: UInt128

    init(_ bits: UInt128) { self.bits = bits }

    init(_ bytes: RawSpan) {
        if bytes.byteCount == 16 {
            let high = UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self))
            let low = UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self))
            self.bits = UInt128(high) << 64 | UInt128(low)
            return
        }
        var bits: UInt128 = 0
        for index in bytes.byteOffsets {
            bits = bits << 8 | UInt128(bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self))
        }
        self.bits = bits
    }

    var bytes: [UInt8] { self.withBytes { Array($0) } }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withUnsafeBytes(of: self.bits.bigEndian, body)
    }

    func withDatabaseBytes<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        let words: [2 of UInt64] = [
            UInt64(truncatingIfNeeded: self.bits >> 64).bigEndian, UInt64(truncatingIfNeeded: self.bits).bigEndian,
        ]
        return try body(words.span.bytes)
    }
}
