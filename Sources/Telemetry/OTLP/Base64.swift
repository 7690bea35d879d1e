/// Base64 (RFC 4648), with padding as it is written.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of a digit of either alphabet; 255 for other characters.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in Self.digits.enumerated() { values[Int(digit)] = UInt8(value) }
        values[Int(UInt8(ascii: "-"))] = 62
        values[Int(UInt8(ascii: "_"))] = 63
        return values
    }()

    /// Appends the text of `bytes`.
    static func append(bytes: UnsafeRawBufferPointer, to out: inout OutputBytes) {
        out.reserve((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let rest = bytes.count - index
            let group =
                UInt32(bytes[index]) << 16 | (rest > 1 ? UInt32(bytes[index + 1]) << 8 : 0)
                | (rest > 2 ? UInt32(bytes[index + 2]) : 0)
            self.append(group, digits: min(rest, 3) + 1, to: &out)
            index += 3
        }
    }

    /// Appends a text of either alphabet, with or without padding, in standard form. Returns false if it is no base64.
    static func append(_ text: UnsafeRawBufferPointer, to out: inout OutputBytes) -> Bool {
        var count = text.count
        while count > 0, text.count - count < 2, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
        guard count % 4 != 1 else { return false }
        var index = 0
        while index < count {
            let length = min(4, count - index)
            var group: UInt32 = 0
            for place in 0..<4 {
                let value = place < length ? self.values[Int(text[index + place])] : 0
                guard value != 255 else { return false }
                group = group << 6 | UInt32(value)
            }
            // Bits after the last byte mean nothing.
            if length < 4 { group &= length == 2 ? 0xFF_0000 : 0xFF_FF00 }
            self.append(group, digits: length, to: &out)
            index += 4
        }
        return true
    }

    /// The bytes of a text in standard form.
    static func bytes(of text: UnsafeRawBufferPointer) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var (group, bits) = (UInt32(0), 0)
        for digit in text where self.values[Int(digit)] != 255 {
            group = group << 6 | UInt32(self.values[Int(digit)])
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            }
        }
        return bytes
    }

    private static func append(_ group: UInt32, digits: Int, to out: inout OutputBytes) {
        for place in 0..<4 {
            out.append(place < digits ? self.digits[Int(group >> (18 - 6 * UInt32(place)) & 63)] : UInt8(ascii: "="))
        }
    }
}
