import EventSourcing

extension OTLPValue {
    /// Writes the value as plain JSON: arrays as arrays, key-value lists as objects, bytes in base64, nothing as null.
    ///
    /// Throws where an array or a list, which reading took unseen, is not what OTLP says; its offsets count from the
    /// value's own JSON.
    public func write(to json: inout JSONWriter) throws {
        switch self {
        case .string(let text), .bytes(let text): json.string(text)
        case .int(let value, _): json.int(value)
        case .double(let text): json.raw(text.raw)
        case .bool(let value): json.bool(value)
        case .empty: json.null()
        case .array(let raw):
            json.beginArray()
            try Self.forEachValue(of: raw) { try OTLPValue(&$0).write(to: &json) }
            json.endArray()
        case .members(let raw):
            var members: [OTLPAttribute] = []
            try Self.forEachValue(of: raw) { members.append(try OTLPAttribute(&$0)) }
            try members[...].write(to: &json)
        }
    }

    /// The strings of an array, or the one string: `["stop"]` and `stop` say the same.
    public var strings: [String] {
        switch self {
        case .string(let string): return [string.string]
        case .array(let raw):
            var strings: [String] = []
            // An array of something else names nothing; the line's own syntax is checked already.
            try? Self.forEachValue(of: raw) {
                if case .string(let string) = try OTLPValue(&$0) { strings.append(string.string) }
            }
            return strings
        case .int, .double, .bool, .members, .bytes, .empty: return []
        }
    }

    /// The elements of `{"values":[…]}`.
    private static func forEachValue(
        of raw: UnsafeRawBufferPointer, _ body: (inout JSONReader) throws -> Void
    ) throws {
        var reader = JSONReader(raw)
        try reader.object { reader, key in
            switch key {
            case "values": if try !reader.null() { try reader.array(body) }
            default: try reader.skip()
            }
        }
    }
}

extension ArraySlice<OTLPAttribute> {
    /// Writes the attributes as one plain JSON object; of a key that stands twice, which OTLP forbids, the last counts.
    public func write(to json: inout JSONWriter) throws {
        json.beginObject()
        for (index, attribute) in zip(self.indices, self) where !self.hasLater(attribute.key, than: index) {
            json.key(attribute.key)
            try attribute.value.write(to: &json)
        }
        json.endObject()
    }

    private func hasLater(_ key: JSONString, than index: Int) -> Bool {
        self[(index + 1)...].contains { $0.key == key }
    }
}
