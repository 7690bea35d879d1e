extension JSONReader {
    @usableFromInline mutating func enter(_ bracket: UInt8, _ kind: JSONKind) throws(JSONError) {
        self.skipWhitespace()
        guard self.offset < self.count, self.byte == bracket else {
            throw self.unexpected(kind == .object ? "an object" : "an array")
        }
        guard self.depth < Self.depthLimit else {
            throw self.failure("arrays and objects nest deeper than 256 levels", at: self.offset)
        }
        self.depth &+= 1
        self.offset &+= 1
    }

    /// The next member's key, standing before its value; nil past the closing brace.
    @usableFromInline mutating func nextKey(isFirst: Bool) throws(JSONError) -> JSONKey? {
        self.skipWhitespace()
        guard self.offset < self.count else { throw self.unexpected(isFirst ? "a key or '}'" : "',' or '}'") }
        if self.byte == UInt8(ascii: "}") {
            self.offset &+= 1
            self.depth &-= 1
            return nil
        }
        if !isFirst {
            guard self.byte == UInt8(ascii: ",") else { throw self.unexpected("',' or '}'") }
            self.offset &+= 1
            self.skipWhitespace()
        }
        guard self.offset < self.count, self.byte == UInt8(ascii: "\"") else { throw self.unexpected("a key") }
        let token = try self.scanString()
        self.skipWhitespace()
        guard self.offset < self.count, self.byte == UInt8(ascii: ":") else { throw self.unexpected("':'") }
        self.offset &+= 1
        self.skipWhitespace()
        return token
    }

    /// Whether another element follows, standing before it; false past the closing bracket.
    @usableFromInline mutating func nextElement(isFirst: Bool) throws(JSONError) -> Bool {
        self.skipWhitespace()
        guard self.offset < self.count else { throw self.unexpected(isFirst ? "a value or ']'" : "',' or ']'") }
        if self.byte == UInt8(ascii: "]") {
            self.offset &+= 1
            self.depth &-= 1
            return false
        }
        if !isFirst {
            guard self.byte == UInt8(ascii: ",") else { throw self.unexpected("',' or ']'") }
            self.offset &+= 1
            self.skipWhitespace()
        }
        return true
    }

    /// Skips a value of any kind, validating all of it.
    @usableFromInline package mutating func skip() throws(JSONError) {
        switch try self.kind() {
        case .string: _ = try self.scanString()
        case .number: _ = try self.scanNumber()
        case .bool: _ = try self.bool()
        case .null:
            guard try self.null() else { throw self.unexpected("null") }
        case .object:
            let outer = self.depth
            defer { self.depth = outer }
            try self.enter(UInt8(ascii: "{"), .object)
            var isFirst = true
            while try self.nextKey(isFirst: isFirst) != nil {
                isFirst = false
                try self.skip()
            }
        case .array:
            let outer = self.depth
            defer { self.depth = outer }
            try self.enter(UInt8(ascii: "["), .array)
            var isFirst = true
            while try self.nextElement(isFirst: isFirst) {
                isFirst = false
                try self.skip()
            }
        }
    }

    package mutating func bool() throws(JSONError) -> Bool {
        self.skipWhitespace()
        if self.consume("true") { return true }
        if self.consume("false") { return false }
        throw self.unexpectedWord("a boolean", is: .bool)
    }

    /// Consumes `null` if it is next; returns whether it was.
    @usableFromInline package mutating func null() throws(JSONError) -> Bool {
        self.skipWhitespace()
        guard self.offset < self.count else { throw self.unexpected("a value") }
        guard self.byte == UInt8(ascii: "n") else { return false }
        guard self.consume("null") else { throw self.unexpectedWord("null", is: .null) }
        return true
    }

    private mutating func consume(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard self.offset &+ length <= self.count,
            JSONString.sameBytes(self.base + self.offset, UnsafeRawPointer(word.utf8Start), length)
        else { return false }
        self.offset &+= length
        return true
    }

    /// A misspelt `true` begins like a boolean; "expected a boolean, found a boolean" would help nobody.
    private func unexpectedWord(_ wanted: StaticString, is kind: JSONKind) -> JSONError {
        if self.offset < self.count, JSONKind.beginning(with: self.byte) == kind {
            return self.failure("expected true, false or null, found another word", at: self.offset)
        }
        return self.unexpected(wanted)
    }
}
