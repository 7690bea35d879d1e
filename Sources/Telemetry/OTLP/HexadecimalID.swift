import LedgerEvents

/// Trace and span ids as OTLP/JSON writes them: hexadecimal digits, not the base64 of the protobuf mapping
/// (opentelemetry.io/docs/specs/otlp, "JSON Protobuf Encoding").
enum HexadecimalID {
    /// The id of `bytes` bytes; 0 for the empty string and for zeros, which both mean "none".
    static func read<ID: FixedWidthInteger>(_: ID.Type, _ reader: inout JSONReader) throws -> ID {
        _ = try reader.kind()
        let start = reader.offset
        return try reader.withString { utf8 in
            let digits = ID.bitWidth / 4
            guard !utf8.isEmpty else { return 0 }
            guard utf8.count == digits else {
                let base64 = utf8.count == (ID.bitWidth / 8 + 2) / 3 * 4 ? "; base64 is not OTLP/JSON" : ""
                throw JSONError(
                    offset: start, message: "expected \(digits) hexadecimal digits, found \(utf8.count) bytes\(base64)")
            }
            var id: ID = 0
            for byte in utf8 {
                guard let digit = UUIDText.hexDigit(byte) else {
                    throw JSONError(
                        offset: start, message: "expected \(digits) hexadecimal digits, found another character")
                }
                id = id << 4 | ID(truncatingIfNeeded: digit)
            }
            return id
        }
    }
}
