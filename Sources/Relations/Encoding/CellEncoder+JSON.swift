/// One JSON object per line, keys in column order. Numerics are strings, for a JSON reader's numbers are doubles;
/// bytes are Base64 (RFC 4648 section 4); JSON columns stand as they are.
extension CellEncoder {
    package mutating func appendJSONRow(_ cells: [SQLValue], columns: [ColumnDeclaration]) {
        for index in cells.indices {
            self.buffer.append(UInt8(ascii: index == 0 ? "{" : ","))
            self.appendJSON(string: columns[index].name)
            self.buffer.append(UInt8(ascii: ":"))
            self.appendJSON(cells[index])
        }
        self.buffer.append("}\n")
    }

    package mutating func appendJSON(_ value: SQLValue) {
        switch value {
        case .null: self.buffer.append("null")
        case .bool(let value): self.buffer.append(value ? "true" : "false" as StaticString)
        case .integer(let value): self.buffer.append(decimal: value)
        case .double(let value) where value.isFinite: self.buffer.append(double: value)
        case .text(let text): self.appendJSON(string: text)
        case .json(let json): self.buffer.append(StorableText.json(json))
        case .textArray(let elements): self.appendJSON(array: elements)
        case .double, .uuid, .timestamp, .date, .numeric, .bytes:
            self.buffer.append(UInt8(ascii: "\""))
            self.appendPlain(value)
            self.buffer.append(UInt8(ascii: "\""))
        }
    }

    /// The values whose JSON string needs no escapes.
    private mutating func appendPlain(_ value: SQLValue) {
        switch value {
        case .double(let value): self.buffer.append(double: value)
        case .uuid(let uuid): self.buffer.append(uuid: uuid)
        case .timestamp(let microseconds): self.buffer.append(timestamp: microseconds, as: .iso8601)
        case .date(let days): self.buffer.append(date: days, as: .iso8601)
        case .numeric(let unscaled, let scale): self.buffer.append(numeric: unscaled, scale: scale)
        case .bytes(let bytes): self.buffer.append(base64: bytes)
        case .null, .bool, .integer, .text, .json, .textArray: break
        }
    }

    private mutating func appendJSON(array elements: [String]) {
        self.buffer.append(UInt8(ascii: "["))
        for index in elements.indices {
            if index > 0 { self.buffer.append(UInt8(ascii: ",")) }
            self.appendJSON(string: elements[index])
        }
        self.buffer.append(UInt8(ascii: "]"))
    }

    private static let special = ByteClass(Array(0..<0x20) + [UInt8(ascii: "\""), UInt8(ascii: "\\")])

    package mutating func appendJSON(string: String) {
        var string = string
        self.buffer.append(UInt8(ascii: "\""))
        string.withUTF8 { bytes in
            self.buffer.append(bytes, escapingWhere: Self.special) { byte, out in
                switch byte {
                case 0x00: out.append("\u{FFFD}")
                case 0x08: out.append(#"\b"#)
                case 0x09: out.append(#"\t"#)
                case 0x0A: out.append(#"\n"#)
                case 0x0C: out.append(#"\f"#)
                case 0x0D: out.append(#"\r"#)
                case UInt8(ascii: "\""): out.append(#"\""#)
                case UInt8(ascii: "\\"): out.append(#"\\"#)
                default:
                    out.append(#"\u00"#)
                    out.append(hex: [byte])
                }
            }
        }
        self.buffer.append(UInt8(ascii: "\""))
    }
}

extension RowBuffer {
    mutating func append(base64 bytes: [UInt8]) {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                let isPadding = place > group.count
                self.append(isPadding ? UInt8(ascii: "=") : alphabet[bits >> (18 - 6 * place) & 63])
            }
        }
    }
}
