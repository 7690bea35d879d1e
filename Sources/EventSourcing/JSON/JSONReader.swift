/// A pull reader over JSON text: strict RFC 8259, at most 256 levels deep, no allocation unless a String is asked for.
///
/// It borrows the bytes: use it, and whatever it lends, only inside the closure that lends the bytes. A read that finds
/// a value of another kind consumes nothing and throws; after any other error the reader's place is undefined.
/// No input makes it trap.
@usableFromInline @frozen package struct JSONReader {
    /// How deep arrays and objects may nest.
    package static let depthLimit = 256

    @usableFromInline let base: UnsafeRawPointer
    @usableFromInline let count: Int
    @usableFromInline var depth = 0
    /// Where reading stands, in bytes from the start.
    @usableFromInline package var offset = 0

    @inlinable package init(_ bytes: UnsafeRawBufferPointer) {
        // An empty buffer may have no address; nothing is ever loaded from this one.
        self.base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
        self.count = bytes.count
    }

    @inlinable package static func reading<R>(
        _ bytes: [UInt8], _ body: (inout JSONReader) throws -> R
    ) rethrows -> R {
        try bytes.withUnsafeBytes { buffer in
            var reader = JSONReader(buffer)
            return try body(&reader)
        }
    }

    @inlinable package static func reading<R>(
        _ text: String, _ body: (inout JSONReader) throws -> R
    ) rethrows -> R {
        var text = text
        return try text.withUTF8 { utf8 in
            var reader = JSONReader(UnsafeRawBufferPointer(utf8))
            return try body(&reader)
        }
    }

    /// What the next value is; consumes only white space.
    @inlinable package mutating func kind() throws(JSONError) -> JSONKind {
        self.skipWhitespace()
        guard self.offset < self.count, let kind = JSONKind.beginning(with: self.byte) else {
            throw self.unexpected("a value")
        }
        return kind
    }

    /// Reads an object: `body` is called for each member, in the text's order, and must consume its value
    /// (`skip()` where it is not wanted). Duplicate keys are the body's business.
    @inlinable package mutating func object(_ body: (inout JSONReader, JSONKey) throws -> Void) throws {
        let outer = self.depth
        defer { self.depth = outer }
        try self.enter(UInt8(ascii: "{"), .object)
        var isFirst = true
        while let key = try self.nextKey(isFirst: isFirst) {
            isFirst = false
            let start = self.offset
            try body(&self, key)
            precondition(self.offset > start, "the body must consume the member's value; skip() does")
        }
    }

    /// Reads an array: `body` is called before each element and must consume it.
    @inlinable package mutating func array(_ body: (inout JSONReader) throws -> Void) throws {
        let outer = self.depth
        defer { self.depth = outer }
        try self.enter(UInt8(ascii: "["), .array)
        var isFirst = true
        while try self.nextElement(isFirst: isFirst) {
            isFirst = false
            let start = self.offset
            try body(&self)
            precondition(self.offset > start, "the body must consume the element; skip() does")
        }
    }

    /// Skips a value of any kind, validating it, and returns its exact bytes.
    @inlinable package mutating func raw() throws(JSONError) -> UnsafeRawBufferPointer {
        self.skipWhitespace()
        let start = self.offset
        try self.skip()
        return self.slice(start, self.offset)
    }

    /// Throws unless only white space remains.
    package mutating func end() throws(JSONError) {
        self.skipWhitespace()
        guard self.offset == self.count else { throw self.unexpected("the end") }
    }

    @inlinable var byte: UInt8 { self.base.load(fromByteOffset: self.offset, as: UInt8.self) }

    @inlinable func slice(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self.base + start, count: end &- start)
    }

    @inlinable @inline(__always) mutating func skipWhitespace() {
        // Mostly there is none.
        if self.offset < self.count, self.byte > 0x20 { return }
        self.skipSomeWhitespace()
    }

    @inline(never) @usableFromInline mutating func skipSomeWhitespace() {
        while self.offset < self.count {
            switch self.byte {
            case 0x20, 0x0A, 0x0D, 0x09: self.offset &+= 1
            default: return
            }
        }
    }

    /// "expected `wanted`, found …", at the next byte.
    @inline(never) @usableFromInline func unexpected(_ wanted: StaticString) -> JSONError {
        let found: String
        if self.offset >= self.count {
            found = "the end"
        } else if let kind = JSONKind.beginning(with: self.byte) {
            found = kind.description
        } else if self.byte > 0x20 && self.byte < 0x7F {
            found = "'\(Character(Unicode.Scalar(self.byte)))'"
        } else {
            found = "byte 0x" + String(self.byte, radix: 16, uppercase: true)
        }
        return JSONError(offset: self.offset, message: "expected \(wanted), found \(found)")
    }

    @inline(never) @usableFromInline func failure(_ message: StaticString, at offset: Int) -> JSONError {
        JSONError(offset: offset, message: message.description)
    }
}
