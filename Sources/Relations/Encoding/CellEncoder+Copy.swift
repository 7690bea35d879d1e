/// PostgreSQL's COPY text format: tabs between cells, `\N` for null, backslash escapes.
/// https://www.postgresql.org/docs/current/sql-copy.html, "Text Format".
extension CellEncoder {
    package mutating func appendCopyRow(_ cells: [SQLValue]) {
        for index in cells.indices {
            if index > 0 { self.buffer.append(UInt8(ascii: "\t")) }
            self.appendCopy(cells[index])
        }
        self.buffer.append(UInt8(ascii: "\n"))
    }

    mutating func appendCopy(_ value: SQLValue) {
        switch value {
        case .null: self.buffer.append(#"\N"#)
        case .bool(let value): self.buffer.append(UInt8(ascii: value ? "t" : "f"))
        case .integer(let value): self.buffer.append(decimal: value)
        case .double(let value): self.buffer.append(double: value)
        case .text(let text): self.appendCopy(escaping: text)
        case .uuid(let uuid): self.buffer.append(uuid: uuid)
        case .timestamp(let microseconds): self.buffer.append(timestamp: microseconds, as: .postgreSQL)
        case .date(let days): self.buffer.append(date: days, as: .postgreSQL)
        case .numeric(let unscaled, let scale): self.buffer.append(numeric: unscaled, scale: scale)
        case .json(let json): self.appendCopy(escaping: StorableText.json(json))
        case .bytes(let bytes):
            self.buffer.append(#"\\x"#)
            self.buffer.append(hex: bytes)
        case .textArray(let elements): self.appendCopy(escaping: Self.arrayLiteral(elements))
        }
    }

    private static let special = ByteClass([0x00, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, UInt8(ascii: "\\")])

    private mutating func appendCopy(escaping text: String) {
        var text = text
        text.withUTF8 { bytes in
            self.buffer.append(bytes, escapingWhere: Self.special) { byte, out in
                switch byte {
                case 0x00: out.append("\u{FFFD}")
                case 0x08: out.append(#"\b"#)
                case 0x09: out.append(#"\t"#)
                case 0x0A: out.append(#"\n"#)
                case 0x0B: out.append(#"\v"#)
                case 0x0C: out.append(#"\f"#)
                case 0x0D: out.append(#"\r"#)
                default: out.append(#"\\"#)
                }
            }
        }
    }
}
