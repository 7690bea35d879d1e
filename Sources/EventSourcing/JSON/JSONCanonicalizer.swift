/// Rewrites one JSON text in canonical form; see `JSONText`.
struct JSONCanonicalizer {
    private var reader: JSONReader
    private var writer = JSONWriter()
    /// The written keys of the objects that are open, as ranges of `writer.bytes`; canonical keys are equal where their
    /// bytes are.
    private var keys: [Range<Int>] = []

    init(_ bytes: UnsafeRawBufferPointer) {
        self.reader = JSONReader(bytes)
        self.writer.bytes.reserveCapacity(bytes.count)
    }

    mutating func text() throws(JSONError) -> String {
        try self.value()
        try self.reader.end()
        return self.writer.text
    }

    private mutating func value() throws(JSONError) {
        switch try self.reader.kind() {
        case .object: try self.object()
        case .array:
            self.writer.beginArray()
            try self.reader.enter(UInt8(ascii: "["), .array)
            var isFirst = true
            while try self.reader.nextElement(isFirst: isFirst) {
                isFirst = false
                try self.value()
            }
            self.writer.endArray()
        case .string: self.writer.string(try self.reader.borrowedString())
        case .number, .bool, .null: self.writer.raw(try self.reader.raw())
        }
    }

    private mutating func object() throws(JSONError) {
        self.writer.beginObject()
        try self.reader.enter(UInt8(ascii: "{"), .object)
        let outer = self.keys.count
        var hashed: Set<[UInt8]> = []
        while let key = try self.reader.nextKey(isFirst: self.keys.count == outer) {
            let start = self.writer.bytes.count
            self.writer.key(key)
            let written = start..<self.writer.bytes.count
            guard self.isNew(written, since: outer, &hashed) else {
                throw JSONError(
                    offset: self.reader.offset, message: "the key \"\(key.string)\" stands twice in one object")
            }
            self.keys.append(written)
            try self.value()
        }
        self.keys.removeSubrange(outer...)
        self.writer.endObject()
    }

    /// Compares a key with each before it; from the seventeenth on by hash, so that a wide object costs no square.
    private func isNew(_ key: Range<Int>, since outer: Int, _ hashed: inout Set<[UInt8]>) -> Bool {
        let bytes = self.writer.bytes
        // The comma before a key is the writer's: compare from the opening quote.
        func quoted(_ range: Range<Int>) -> ArraySlice<UInt8> { bytes[range].drop { $0 != UInt8(ascii: "\"") } }
        let before = self.keys[outer...]
        if before.count < 16 { return !before.contains { quoted($0).elementsEqual(quoted(key)) } }
        if hashed.isEmpty { hashed = Set(before.map { Array(quoted($0)) }) }
        return hashed.insert(Array(quoted(key))).inserted
    }
}
