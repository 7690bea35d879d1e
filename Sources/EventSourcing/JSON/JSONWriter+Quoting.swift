extension JSONWriter {
    mutating func quote(_ text: String) {
        var text = text
        text.withUTF8 { self.quote(UnsafeRawBufferPointer($0)) }
    }

    /// Quotes UTF-8, escaping only what must be (RFC 8259 section 7), in the form of RFC 8785 section 3.2.2.2: the five
    /// short escapes, else `\u00xx`.
    mutating func quote(_ utf8: UnsafeRawBufferPointer) {
        self.bytes.append(UInt8(ascii: "\""))
        var copied = 0
        var index = 0
        while index < utf8.count {
            if index &+ 8 <= utf8.count,
                Self.escapes(in: utf8.loadUnaligned(fromByteOffset: index, as: UInt64.self)) == 0
            {
                index &+= 8
                continue
            }
            let byte = utf8[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                self.bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: utf8[copied..<index]))
                self.escape(byte)
                copied = index + 1
            }
            index &+= 1
        }
        self.bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: utf8[copied...]))
        self.bytes.append(UInt8(ascii: "\""))
    }

    /// Not zero where the word holds a byte to be escaped.
    private static func escapes(in word: UInt64) -> UInt64 {
        let high: UInt64 = 0x8080_8080_8080_8080
        return JSONReader.stops(in: word & ~high) & ~word & high
    }

    private mutating func escape(_ byte: UInt8) {
        self.bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: self.bytes.append(UInt8(ascii: "b"))
        case 0x09: self.bytes.append(UInt8(ascii: "t"))
        case 0x0A: self.bytes.append(UInt8(ascii: "n"))
        case 0x0C: self.bytes.append(UInt8(ascii: "f"))
        case 0x0D: self.bytes.append(UInt8(ascii: "r"))
        case 0..<0x20:
            self.bytes.append(contentsOf: "u00".utf8)
            self.bytes.append(UInt8(ascii: "0") + byte >> 4)
            let low = byte & 0xF
            self.bytes.append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
        default: self.bytes.append(byte)
        }
    }
}
