/// Reads the one small JSON object that a ledger's identity is: texts without escapes and whole numbers.
enum FlatJSON {
    enum Value: Hashable {
        case text(String)
        case number(Int)
    }

    /// Nil for anything else.
    static func members(_ bytes: [UInt8]) -> [String: Value]? {
        var reader = Reader(rest: bytes[...])
        return reader.members()
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func members() -> [String: Value]? {
            var members: [String: Value] = [:]
            guard self.take("{") else { return nil }
            repeat {
                guard let name = self.text(), self.take(":"), let value = self.value(), members[name] == nil else {
                    return nil
                }
                members[name] = value
            } while self.take(",")
            guard self.take("}") else { return nil }
            self.skipSpace()
            return self.rest.isEmpty ? members : nil
        }

        mutating func value() -> Value? {
            if let text = self.text() { return .text(text) }
            let digits = self.rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            self.rest = self.rest.dropFirst(digits.count)
            return Int(String(decoding: digits, as: UTF8.self)).map(Value.number)
        }

        mutating func text() -> String? {
            guard self.take("\"") else { return nil }
            let text = self.rest.prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 >= 0x20 }
            self.rest = self.rest.dropFirst(text.count)
            guard self.rest.first == UInt8(ascii: "\"") else { return nil }
            self.rest = self.rest.dropFirst()
            return String(validating: text, as: UTF8.self)
        }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            self.skipSpace()
            guard self.rest.first == UInt8(ascii: character) else { return false }
            self.rest = self.rest.dropFirst()
            return true
        }

        mutating func skipSpace() {
            self.rest = self.rest.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        }
    }
}
