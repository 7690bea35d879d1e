extension SQLValue {
    /// The value as text for a destination that has no type of its own for it: ISO 8601 times, JSON arrays, lower-case
    /// UUIDs, exact decimals. Nil for null, numbers and bytes, which every destination can hold.
    public var text: String? {
        var encoder = CellEncoder(capacity: 64)
        switch self {
        case .text(let text): return StorableText.text(text)
        case .json(let json): return StorableText.json(json)
        case .uuid(let uuid): encoder.buffer.append(uuid: uuid)
        case .timestamp(let microseconds): encoder.buffer.append(timestamp: microseconds, as: .iso8601)
        case .date(let days): encoder.buffer.append(date: days, as: .iso8601)
        case .numeric(let unscaled, let scale): encoder.buffer.append(numeric: unscaled, scale: scale)
        case .textArray: encoder.appendJSON(self)
        case .null, .bool, .integer, .double, .bytes: return nil
        }
        return encoder.buffer.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}
