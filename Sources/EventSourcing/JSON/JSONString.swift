/// A string of a JSON text, as it stands there: a view, valid as long as the text's bytes are, and copied only on demand.
///
/// It matches by pattern, without allocating: `switch key { case "name": … case "age": … default: try reader.skip() }`.
@usableFromInline @frozen package struct JSONString: Equatable {
    /// The bytes between the quotes: validated, so that unescaping cannot fail, but not unescaped.
    @usableFromInline package let raw: UnsafeRawBufferPointer
    @usableFromInline let hasEscapes: Bool

    @inlinable init(raw: UnsafeRawBufferPointer, hasEscapes: Bool) {
        self.raw = raw
        self.hasEscapes = hasEscapes
    }

    /// A string without escapes, from bytes that are known to be UTF-8 (a number's text, for one).
    @inlinable package init(unescaped utf8: UnsafeRawBufferPointer) {
        self.init(raw: utf8, hasEscapes: false)
    }

    /// A copy, unescaped.
    package var string: String {
        guard self.hasEscapes else { return String(decoding: self.raw, as: UTF8.self) }
        return String(unsafeUninitializedCapacity: self.raw.count) {
            self.unescape(into: UnsafeMutableRawBufferPointer($0))
        }
    }

    package var isEmpty: Bool { self.raw.isEmpty }

    /// Inlined for its length check: a `switch` over a dozen keys compares the bytes of one or two.
    @inlinable @inline(__always) package func equals(_ text: StaticString) -> Bool {
        if self.hasEscapes { return self.unescapedEquals(text) }
        return text.utf8CodeUnitCount == self.raw.count
            && Self.sameBytes(self.raw.baseAddress, UnsafeRawPointer(text.utf8Start), text.utf8CodeUnitCount)
    }

    @inlinable @inline(__always) package static func ~= (pattern: StaticString, string: JSONString) -> Bool {
        string.equals(pattern)
    }
    @inlinable package static func == (string: JSONString, text: StaticString) -> Bool { string.equals(text) }

    /// By meaning: an escaped character equals itself unescaped.
    @usableFromInline package static func == (a: JSONString, b: JSONString) -> Bool {
        if !a.hasEscapes, !b.hasEscapes {
            guard a.raw.count == b.raw.count, let bytes = b.raw.baseAddress else { return a.raw.count == b.raw.count }
            return Self.sameBytes(a.raw.baseAddress, bytes, a.raw.count)
        }
        return a.withUTF8 { left in b.withUTF8 { right in left.elementsEqual(right) } }
    }

    @usableFromInline func unescapedEquals(_ text: StaticString) -> Bool {
        self.withUTF8 { utf8 in
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

    /// The string's UTF-8: a view of the text where it has no escapes, else of a temporary copy.
    @inlinable package func withUTF8<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        guard self.hasEscapes else { return try body(self.raw) }
        return try withUnsafeTemporaryAllocation(byteCount: self.raw.count, alignment: 1) { room in
            let count = self.unescape(into: room)
            return try body(UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
    }
}

/// The key of an object's member: valid as long as the text is, like any string of it.
@usableFromInline package typealias JSONKey = JSONString
