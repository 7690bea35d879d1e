extension JSONReader {
    /// Reads a string. The only read that allocates.
    @usableFromInline package mutating func string() throws(JSONError) -> String {
        try self.borrowedString().string
    }

    /// Reads a string and lends its UTF-8: the text's own bytes where nothing is escaped, else a temporary copy.
    @inlinable package mutating func withString<R>(_ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
        try self.borrowedString().withUTF8(body)
    }

    /// Reads a string and lends it as it stands: valid as long as the text is.
    @usableFromInline package mutating func borrowedString() throws(JSONError) -> JSONString {
        self.skipWhitespace()
        guard self.offset < self.count, self.byte == UInt8(ascii: "\"") else { throw self.unexpected("a string") }
        return try self.scanString()
    }

    /// Scans and validates the string whose opening quote is next.
    @usableFromInline mutating func scanString() throws(JSONError) -> JSONString {
        let base = self.base
        let count = self.count
        let start = self.offset &+ 1
        var index = start
        var hasEscapes = false
        while true {
            while index &+ 8 <= count {
                let stops = Self.stops(
                    in: UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
                if stops != 0 {
                    index &+= stops.trailingZeroBitCount >> 3
                    break
                }
                index &+= 8
            }
            guard index < count else { throw self.failure("the string has no closing quote", at: self.offset) }
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            if byte == UInt8(ascii: "\"") {
                self.offset = index &+ 1
                return JSONString(raw: self.slice(start, index), hasEscapes: hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                index = try self.endOfEscape(at: index)
            } else if byte < 0x20 {
                throw self.failure("a control character must be escaped in a string", at: index)
            } else if byte < 0x80 {
                index &+= 1
            } else {
                index = try self.endOfScalar(at: index)
            }
        }
    }

    /// The high bit of each byte that is a quote, a backslash, a control or not ASCII. Exact up to the first such byte,
    /// which is all that is asked (borrows of the subtraction only spoil higher bytes).
    @inlinable static func stops(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let found =
            ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes) | ((word &- ones &* 0x20) | word)
        return found & (ones &* 0x80)
    }

    /// Validates the escape at `start` and returns where it ends; a surrogate pair is one escape.
    private func endOfEscape(at start: Int) throws(JSONError) -> Int {
        guard start &+ 1 < self.count else { throw self.failure("the string has no closing quote", at: self.offset) }
        switch self.base.load(fromByteOffset: start &+ 1, as: UInt8.self) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start &+ 2
        case UInt8(ascii: "u"):
            let unit = try self.codeUnit(at: start)
            guard unit & 0xF800 == 0xD800 else { return start &+ 6 }
            guard unit < 0xDC00, start &+ 7 < self.count,
                self.base.load(fromByteOffset: start &+ 6, as: UInt8.self) == UInt8(ascii: "\\"),
                self.base.load(fromByteOffset: start &+ 7, as: UInt8.self) == UInt8(ascii: "u"),
                try self.codeUnit(at: start &+ 6) & 0xFC00 == 0xDC00
            else { throw self.failure("a lone surrogate is not a character", at: start) }
            return start &+ 12
        default:
            throw self.failure("no such escape", at: start)
        }
    }

    /// The value of the `\uXXXX` at `start`.
    private func codeUnit(at start: Int) throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for index in start &+ 2..<start &+ 6 {
            guard index < self.count, let digit = Self.hexDigit(self.base.load(fromByteOffset: index, as: UInt8.self))
            else { throw self.failure("\\u needs four hexadecimal digits", at: start) }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    @inlinable static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
        default: nil
        }
    }

    /// Validates the UTF-8 sequence of two to four bytes at `start` (Unicode 16, table 3-7) and returns where it ends.
    private func endOfScalar(at start: Int) throws(JSONError) -> Int {
        let first = self.base.load(fromByteOffset: start, as: UInt8.self)
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw self.failure("the string is not UTF-8", at: start)
        }
        guard start &+ length <= self.count,
            second.contains(self.base.load(fromByteOffset: start &+ 1, as: UInt8.self))
        else { throw self.failure("the string is not UTF-8", at: start) }
        for index in start &+ 2..<start &+ length
        where self.base.load(fromByteOffset: index, as: UInt8.self) & 0xC0 != 0x80 {
            throw self.failure("the string is not UTF-8", at: start)
        }
        return start &+ length
    }
}
