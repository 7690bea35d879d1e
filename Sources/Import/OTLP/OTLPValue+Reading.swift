import EventSourcing

extension OTLPAttribute {
    /// Reads a list of KeyValues and appends it.
    static func readList(_ reader: inout JSONReader, into attributes: inout [OTLPAttribute]) throws {
        if try reader.null() { return }
        try reader.array { attributes.append(try OTLPAttribute(&$0)) }
    }

    init(_ reader: inout JSONReader) throws {
        var key = JSONString.empty
        var value = OTLPValue.empty
        do {
            try reader.object { reader, member in
                switch member {
                case "key": key = try reader.borrowedString()
                case "value": value = try OTLPValue(&reader)
                default: try reader.skip()
                }
            }
        } catch let error as JSONError {
            throw error.inside(key.isEmpty ? nil : key)
        }
        self.key = key
        self.value = value
    }
}

extension OTLPValue {
    /// Reads an AnyValue. Of several members, which protobuf forbids, the last counts.
    init(_ reader: inout JSONReader) throws {
        self = .empty
        if try reader.null() { return }
        var value = OTLPValue.empty
        try reader.object { reader, member in
            if try reader.null() { return }
            switch member {
            case "stringValue", "string_value": value = .string(try reader.borrowedString())
            case "intValue", "int_value": value = try Self.readInt(&reader)
            case "doubleValue", "double_value": value = try Self.readDouble(&reader)
            case "boolValue", "bool_value": value = .bool(try reader.bool())
            case "arrayValue", "array_value": value = .array(try reader.raw())
            case "kvlistValue", "kvlist_value": value = .members(try reader.raw())
            case "bytesValue", "bytes_value": value = .bytes(try reader.borrowedString())
            default: try reader.skip()
            }
        }
        self = value
    }

    private static func readInt(_ reader: inout JSONReader) throws -> OTLPValue {
        var again = reader
        let value = try reader.int64()
        return .int(value, text: JSONString(unescaped: try again.decimalText { $0 }))
    }

    /// "NaN", "Infinity" and "-Infinity" are not numbers in JSON, and stay the strings that they come as.
    private static func readDouble(_ reader: inout JSONReader) throws -> OTLPValue {
        if try reader.kind() == .string {
            var again = reader
            let string = try again.borrowedString()
            switch string {
            case "NaN", "Infinity", "-Infinity":
                reader = again
                return .string(string)
            default: break
            }
        }
        return .double(text: JSONString(unescaped: try reader.decimalText { $0 }))
    }
}
