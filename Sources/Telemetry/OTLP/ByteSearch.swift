/// Searches of eight bytes at a time.
enum ByteSearch {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let high: UInt64 = 0x8080_8080_8080_8080

    /// The next backslash.
    @inline(__always)
    static func backslash(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let found = self.equal(word, 0x5C)
            if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < bytes.count {
            if bytes[index] == 0x5C { return index }
            index &+= 1
        }
        return nil
    }

    /// The next byte that a JSON string must escape.
    @inline(__always)
    static func escaped(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let controls = (word &- self.ones &* 0x20) & ~word & self.high
            let found = controls | self.equal(word, 0x22) | self.equal(word, 0x5C)
            if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { return index }
            index &+= 1
        }
        return nil
    }

    /// The next quote or backslash.
    @inline(__always)
    static func quoteOrBackslash(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let found = self.equal(word, 0x22) | self.equal(word, 0x5C)
            if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < bytes.count {
            if bytes[index] == 0x22 || bytes[index] == 0x5C { return index }
            index &+= 1
        }
        return nil
    }

    /// The high bit of each byte that equals `byte`; exact up to the first, which is the one that callers use.
    @inline(__always)
    private static func equal(_ word: UInt64, _ byte: UInt64) -> UInt64 {
        let zeros = word ^ (self.ones &* byte)
        return (zeros &- self.ones) & ~zeros & self.high
    }
}
