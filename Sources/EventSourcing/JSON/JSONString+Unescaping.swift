extension JSONString {
    /// Writes the unescaped bytes, which are never more than the raw ones, and returns how many.
    @usableFromInline func unescape(into room: UnsafeMutableRawBufferPointer) -> Int {
        var read = 0
        var written = 0
        while read < self.raw.count {
            let byte = self.raw[read]
            read += 1
            guard byte == UInt8(ascii: "\\") else {
                room[written] = byte
                written += 1
                continue
            }
            let letter = self.raw[read]
            read += 1
            guard letter == UInt8(ascii: "u") else {
                room[written] = Self.unescaped(letter)
                written += 1
                continue
            }
            var scalar = self.fourHexDigits(at: read)
            read += 4
            if scalar >= 0xD800 && scalar < 0xDC00 {
                let low = self.fourHexDigits(at: read + 2)
                read += 6
                scalar = 0x10000 + ((scalar - 0xD800) << 10) + (low - 0xDC00)
            }
            written += Self.encode(scalar, into: room, at: written)
        }
        return written
    }

    /// Writes a scalar value as UTF-8 and returns how many bytes that took.
    private static func encode(_ scalar: UInt32, into room: UnsafeMutableRawBufferPointer, at index: Int) -> Int {
        func continuation(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(scalar >> shift & 0x3F) }
        switch scalar {
        case 0..<0x80:
            room[index] = UInt8(scalar)
            return 1
        case 0..<0x800:
            room[index] = 0xC0 | UInt8(scalar >> 6)
            room[index + 1] = continuation(0)
            return 2
        case 0..<0x10000:
            room[index] = 0xE0 | UInt8(scalar >> 12)
            room[index + 1] = continuation(6)
            room[index + 2] = continuation(0)
            return 3
        default:
            room[index] = 0xF0 | UInt8(scalar >> 18)
            room[index + 1] = continuation(12)
            room[index + 2] = continuation(6)
            room[index + 3] = continuation(0)
            return 4
        }
    }

    private static func unescaped(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }

    private func fourHexDigits(at index: Int) -> UInt32 {
        var value: UInt32 = 0
        for position in index..<index + 4 {
            value = value << 4 | UInt32(JSONReader.hexDigit(self.raw[position]) ?? 0)
        }
        return value
    }
}
