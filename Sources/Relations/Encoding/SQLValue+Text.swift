extension SQLValue {
    /// The value as text for a destination that has no type of its own for it: ISO 8601 times, JSON arrays, lower-case
    /// UUIDs, exact decimals. Nil for null, numbers and bytes, which every destination can hold.
    package var text: String? {
        switch self {
        case .null, .bool, .integer, .double, .bytes: return nil
        case .text(let text): return StorableText.text(text)
        case .json(let json): return StorableText.json(json)
        case .uuid, .timestamp, .date, .numeric, .textArray: break
        }
        var encoder = CellEncoder(capacity: 64)
        encoder.appendText(self)
        return encoder.buffer.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}

extension CellEncoder {
    /// Adds `SQLValue.text`, without making a string of it; nothing where that is nil.
    package mutating func appendText(_ value: SQLValue) {
        switch value {
        case .text(let text): self.buffer.append(StorableText.text(text))
        case .json(let json): self.buffer.append(StorableText.json(json))
        case .uuid(let uuid): self.buffer.append(uuid: uuid)
        case .timestamp(let microseconds): self.buffer.append(timestamp: microseconds, as: .iso8601)
        case .date(let days): self.buffer.append(date: days, as: .iso8601)
        case .numeric(let unscaled, let scale): self.buffer.append(numeric: unscaled, scale: scale)
        case .textArray: self.appendJSON(value)
        case .null, .bool, .integer, .double, .bytes: return
        }
    }
}
