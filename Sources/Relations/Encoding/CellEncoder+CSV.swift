/// RFC 4180 with line feeds, each cell as PostgreSQL's `COPY … (FORMAT csv, HEADER)` reads it: null is nothing, the
/// empty string is `""`.
extension CellEncoder {
    package mutating func appendCSVRow(_ cells: [SQLValue]) {
        for index in cells.indices {
            if index > 0 { self.buffer.append(UInt8(ascii: ",")) }
            self.appendCSV(cells[index])
        }
        self.buffer.append(UInt8(ascii: "\n"))
    }

    mutating func appendCSV(_ value: SQLValue) {
        switch value {
        case .null: break
        case .bool(let value): self.buffer.append(value ? "true" : "false" as StaticString)
        case .integer(let value): self.buffer.append(decimal: value)
        case .double(let value): self.buffer.append(double: value)
        case .text(let text): self.appendCSV(quoting: text)
        case .uuid(let uuid): self.buffer.append(uuid: uuid)
        case .timestamp(let microseconds): self.buffer.append(timestamp: microseconds, as: .postgreSQL)
        case .date(let days): self.buffer.append(date: days, as: .postgreSQL)
        case .numeric(let unscaled, let scale): self.buffer.append(numeric: unscaled, scale: scale)
        case .json(let json): self.appendCSV(quoting: StorableText.json(json))
        case .bytes(let bytes):
            self.buffer.append(#"\x"#)
            self.buffer.append(hex: bytes)
        case .textArray(let elements): self.appendCSV(quoting: Self.arrayLiteral(elements))
        }
    }

    private static let quoteOrNUL = ByteClass([0x00, UInt8(ascii: "\"")])
    /// A backslash asks for quotes because a line of `\.` ends COPY's data; a space because many readers trim.
    private static let asksForQuotes = ByteClass(#"",\ "#.utf8.map { $0 } + [0x00, 0x09, 0x0A, 0x0D])

    private mutating func appendCSV(quoting text: String) {
        var text = text
        text.withUTF8 { bytes in
            guard bytes.isEmpty || bytes.contains(where: { Self.asksForQuotes.contains($0) }) else {
                return self.buffer.append(bytes)
            }
            self.buffer.append(UInt8(ascii: "\""))
            self.buffer.append(bytes, escapingWhere: Self.quoteOrNUL) { byte, out in
                out.append(byte == 0 ? "\u{FFFD}" : "\"\"" as StaticString)
            }
            self.buffer.append(UInt8(ascii: "\""))
        }
    }
}
