/// The key of an object's member, as it stands in the text. Valid only inside the closure that it is given to.
///
/// It matches by pattern, without allocating: `switch key { case "name": … case "age": … default: try reader.skip() }`.
@frozen public struct JSONKey {
    /// The bytes between the quotes, validated, not unescaped.
    @usableFromInline let token: JSONStringToken

    @inlinable init(_ token: JSONStringToken) { self.token = token }

    @inlinable public func equals(_ text: StaticString) -> Bool {
        if self.token.hasEscapes { return self.unescapedEquals(text) }
        return text.utf8CodeUnitCount == self.token.raw.count
            && Self.sameBytes(self.token.raw.baseAddress, UnsafeRawPointer(text.utf8Start), text.utf8CodeUnitCount)
    }

    /// The key, unescaped.
    public var string: String { self.token.string }

    @inlinable public static func ~= (pattern: StaticString, key: JSONKey) -> Bool { key.equals(pattern) }
    @inlinable public static func == (key: JSONKey, text: StaticString) -> Bool { key.equals(text) }

    @usableFromInline func unescapedEquals(_ text: StaticString) -> Bool {
        self.token.withUTF8 { utf8 in
            utf8.elementsEqual(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }
    }

    /// Keys are short: eight bytes at a time beats a call to memcmp.
    @inlinable static func sameBytes(_ a: UnsafeRawPointer?, _ b: UnsafeRawPointer, _ count: Int) -> Bool {
        guard let a else { return count == 0 }
        var index = 0
        while index &+ 8 <= count {
            if a.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                != b.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            {
                return false
            }
            index &+= 8
        }
        while index < count {
            if a.load(fromByteOffset: index, as: UInt8.self) != b.load(fromByteOffset: index, as: UInt8.self) {
                return false
            }
            index &+= 1
        }
        return true
    }
}
