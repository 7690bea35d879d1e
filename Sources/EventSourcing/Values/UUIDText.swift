/// The text form of UUIDs (RFC 9562 section 4), without Foundation.
public enum UUIDText {
    /// The 128 bits of 32 hexadecimal digits with or without dashes; nil for anything else.
    public static func parse(_ text: String) -> UInt128? {
        var text = text
        return text.withUTF8 { Self.parse(UnsafeRawBufferPointer($0)) }
    }

    public static func parse(_ bytes: UnsafeRawBufferPointer) -> UInt128? {
        switch bytes.count {
        case 36:
            let dash = UInt8(ascii: "-")
            guard bytes[8] == dash, bytes[13] == dash, bytes[18] == dash, bytes[23] == dash else { return nil }
            return self.join(
                self.eight(bytes, 0), self.eight(bytes, 9, 14), self.eight(bytes, 19, 24), self.eight(bytes, 28))
        case 32:
            return self.join(
                self.eight(bytes, 0), self.eight(bytes, 8), self.eight(bytes, 16), self.eight(bytes, 24))
        default: return nil
        }
    }

    private static func join(_ a: UInt32?, _ b: UInt32?, _ c: UInt32?, _ d: UInt32?) -> UInt128? {
        guard let a, let b, let c, let d else { return nil }
        return UInt128(UInt64(a) << 32 | UInt64(b)) << 64 | UInt128(UInt64(c) << 32 | UInt64(d))
    }

    private static func eight(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32? {
        self.eight(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
    }

    /// Four digits at each of two places.
    private static func eight(_ bytes: UnsafeRawBufferPointer, _ first: Int, _ second: Int) -> UInt32? {
        let low = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: first, as: UInt32.self))
        let high = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: second, as: UInt32.self))
        return self.eight(UInt64(high) << 32 | UInt64(low))
    }

    /// The value of eight hexadecimal digits, the first in the lowest byte: all at once, a digit in each byte.
    private static func eight(_ text: UInt64) -> UInt32? {
        func each(_ byte: UInt64) -> UInt64 { 0x0101_0101_0101_0101 &* byte }
        let lower = text | each(0x20)
        // The highest bit of a byte tells that it reaches a limit; no sum runs over into the next byte.
        let isDigit = (text &+ each(0x80 - 0x30)) & ~(text &+ each(0x80 - 0x3A))
        let isLetter = (lower &+ each(0x80 - 0x61)) & ~(lower &+ each(0x80 - 0x67))
        guard text & each(0x80) == 0, (isDigit | isLetter) & each(0x80) == each(0x80) else { return nil }
        // A letter's bit 6 is set: it counts nine more than its low four bits.
        var value = (text & each(0x0F)) &+ (text >> 6 & each(1)) &* 9
        value = (value << 4 | value >> 8) & 0x00FF_00FF_00FF_00FF
        value = (value | value >> 8) & 0x0000_FFFF_0000_FFFF
        return UInt32(truncatingIfNeeded: value | value >> 16).byteSwapped
    }

    public static func format(_ bits: UInt128) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            Self.write(bits, to: buffer)
            return 36
        }
    }

    /// The 32 digits alone.
    public static func digits(_ bits: UInt128) -> String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            for nibble in 0..<32 { buffer[nibble] = Self.digit(bits, nibble) }
            return 32
        }
    }

    private static func digit(_ bits: UInt128, _ nibble: Int) -> UInt8 {
        let digit = UInt8(truncatingIfNeeded: bits >> UInt128((31 - nibble) * 4)) & 0xF
        return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }

    /// Writes the canonical 36 characters; `buffer` holds at least 36 bytes.
    public static func write(_ bits: UInt128, to buffer: UnsafeMutableBufferPointer<UInt8>) {
        var at = 0
        for nibble in 0..<32 {
            if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
                buffer[at] = UInt8(ascii: "-")
                at += 1
            }
            buffer[at] = Self.digit(bits, nibble)
            at += 1
        }
    }

    @inlinable
    public static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
