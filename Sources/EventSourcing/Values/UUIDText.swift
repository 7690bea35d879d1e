/// The text form of UUIDs (RFC 9562 section 4), without Foundation.
@usableFromInline package enum UUIDText {
    /// The 128 bits of 32 hexadecimal digits with or without dashes; nil for anything else.
    package static func parse(_ text: String) -> UInt128? {
        var text = text
        return text.withUTF8 { Self.parse(UnsafeRawBufferPointer($0)) }
    }

    package static func parse(_ bytes: UnsafeRawBufferPointer) -> UInt128? {
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

    package static func format(_ bits: UInt128) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            Self.write(bits, to: buffer)
            return 36
        }
    }

    /// The 32 digits alone.
    package static func digits(_ bits: UInt128) -> String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            let text = UnsafeMutableRawBufferPointer(buffer)
            for part in 0..<4 {
                let word = UInt32(truncatingIfNeeded: bits >> UInt128((3 - part) * 32))
                text.storeBytes(of: Self.digits(word), toByteOffset: part * 8, as: UInt64.self)
            }
            return 32
        }
    }

    /// Eight hexadecimal digits in the order of memory: all at once, a digit in each byte.
    private static func digits(_ word: UInt32) -> UInt64 {
        var nibbles = UInt64(word.byteSwapped)
        nibbles = (nibbles | nibbles << 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles >> 4 | nibbles << 8) & 0x0F0F_0F0F_0F0F_0F0F
        // 1 in each byte that holds more than 9, whose letters begin 39 behind the digits' end.
        let isLetter = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (nibbles &+ 0x3030_3030_3030_3030 &+ isLetter &* 39).littleEndian
    }

    /// Writes the canonical 36 characters; `buffer` holds at least 36 bytes.
    package static func write(_ bits: UInt128, to buffer: UnsafeMutableBufferPointer<UInt8>) {
        let text = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<36])
        func word(_ part: Int) -> UInt64 {
            self.digits(UInt32(truncatingIfNeeded: bits >> UInt128((3 - part) * 32)))
        }
        func store(_ digits: UInt64, half: Int, at offset: Int) {
            let four = UInt32(truncatingIfNeeded: digits.littleEndian >> (half * 32)).littleEndian
            text.storeBytes(of: four, toByteOffset: offset, as: UInt32.self)
        }
        text.storeBytes(of: word(0), as: UInt64.self)
        store(word(1), half: 0, at: 9)
        store(word(1), half: 1, at: 14)
        store(word(2), half: 0, at: 19)
        store(word(2), half: 1, at: 24)
        text.storeBytes(of: word(3), toByteOffset: 28, as: UInt64.self)
        let dash = UInt8(ascii: "-")
        (text[8], text[13], text[18], text[23]) = (dash, dash, dash, dash)
    }

    @inlinable
    package static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
