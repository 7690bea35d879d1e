/// The keys of an object that were read so far, by meaning: an escaped character equals itself unescaped. Valid as long as
/// the text is.
@usableFromInline package struct JSONKeySet {
    private var first: JSONKey?
    private var few: [JSONKey] = []
    private var many: Set<[UInt8]> = []

    @usableFromInline package init() {}

    /// Adds a key; returns whether it is new. Few keys are compared, many are hashed, so that a wide object costs no square.
    @usableFromInline package mutating func insert(_ key: JSONKey) -> Bool {
        guard let first = self.first else {
            // Most objects have one key or two.
            self.first = key
            return true
        }
        if key == first { return false }
        if self.many.isEmpty {
            if self.few.isEmpty { self.few.reserveCapacity(16) }
            if self.few.contains(where: { $0 == key }) { return false }
            self.few.append(key)
            if self.few.count == 16 { self.many = Set(self.few.map(Self.bytes(of:))) }
            return true
        }
        return self.many.insert(Self.bytes(of: key)).inserted
    }

    private static func bytes(of key: JSONKey) -> [UInt8] { key.withUTF8 { Array($0) } }
}

extension JSONReader {
    /// Reads an object as `object` does, and throws where a key stands twice.
    @inlinable package mutating func distinctMembers(_ body: (inout JSONReader, JSONKey) throws -> Void) throws {
        var keys = JSONKeySet()
        try self.object { reader, key in
            guard keys.insert(key) else { throw JSONError(repeated: key, before: reader.offset) }
            try body(&reader, key)
        }
    }
}
