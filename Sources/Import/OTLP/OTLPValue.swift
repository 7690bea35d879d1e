import EventSourcing

/// One attribute: a key and its value, lent from the line.
public struct OTLPAttribute {
    public var key: JSONString
    public var value: OTLPValue
}

/// The value of an attribute (opentelemetry.proto.common.v1.AnyValue), lent from the line.
public enum OTLPValue {
    case string(JSONString)
    /// With its text, since a decimal may come as an integer.
    case int(Int64, text: JSONString)
    /// The number's exact text; `double` is its value.
    case double(text: JSONString)
    case bool(Bool)
    /// An ArrayValue's JSON: `{"values":[…]}`, its elements being AnyValues.
    case array(UnsafeRawBufferPointer)
    /// A KeyValueList's JSON: `{"values":[{"key":…,"value":…},…]}`.
    case members(UnsafeRawBufferPointer)
    /// Bytes in base64.
    case bytes(JSONString)
    /// An AnyValue that holds nothing.
    case empty

    public var string: JSONString? {
        guard case .string(let string) = self, !string.isEmpty else { return nil }
        return string
    }

    /// A whole number: an integer, or a double or string that is one.
    public var int: Int64? {
        switch self {
        case .int(let value, _): value
        case .double(let text), .string(let text): Self.read(text) { reader in try reader.int64() }
        case .bool, .array, .members, .bytes, .empty: nil
        }
    }

    public var double: Double? {
        self.decimalText.flatMap { Self.read($0) { reader in try reader.double() } }
    }

    /// The exact text of a number, or of a string that holds one.
    public var decimalText: JSONString? {
        switch self {
        case .int(_, let text), .double(let text): text
        case .string(let text): Self.read(text) { reader in JSONString(unescaped: try reader.decimalText { $0 }) }
        case .bool, .array, .members, .bytes, .empty: nil
        }
    }

    /// The number that `text` is; nil where it is none, or one that the caller cannot hold.
    private static func read<R>(_ text: JSONString, _ number: (inout JSONReader) throws -> R) -> R? {
        var reader = JSONReader(text.raw)
        guard let value = try? number(&reader), reader.offset == text.raw.count else { return nil }
        return value
    }
}
