/// The text form of UUIDs (RFC 9562 section 4), without Foundation.
public enum UUIDText {
    /// The 128 bits of 32 hexadecimal digits with or without dashes; nil for anything else.
    public static func parse(_ text: String) -> UInt128? {
        var text = text
        return text.withUTF8 { Self.parse(UnsafeRawBufferPointer($0)) }
    }

    public static func parse(_ bytes: UnsafeRawBufferPointer) -> UInt128? {
        guard bytes.count == 36 || bytes.count == 32 else { return nil }
        var bits: UInt128 = 0
        for (index, byte) in bytes.enumerated() {
            if bytes.count == 36, index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Self.hexDigit(byte) else { return nil }
            bits = bits << 4 | UInt128(digit)
        }
        return bits
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
