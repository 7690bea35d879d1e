import LedgerDomain
import LedgerEvents

extension CanonicalWriter {
    /// Reads a list of KeyValues and writes them as members. Null is an empty list.
    mutating func members(_ reader: inout JSONReader, of object: inout Object, depth: Int = 0) throws {
        if try reader.null() { return }
        try reader.array { try self.member(&$0, of: &object, depth) }
    }

    /// Reads a KeyValue. Its key may follow its value.
    private mutating func member(_ reader: inout JSONReader, of object: inout Object, _ depth: Int) throws {
        let start = self.beginMember(of: object)
        var key: JSONString?
        var keyEnd = 0
        var isWritten = false
        var value: JSONReader?
        do {
            try reader.distinctMembers { reader, name in
                switch name {
                case "key":
                    if try reader.null() { return }
                    key = try reader.borrowedString()
                case "value":
                    value = reader
                    guard let key else { return try reader.skip() }
                    isWritten = true
                    keyEnd = try self.member(key, &reader, of: &object, at: start, depth)
                default: try reader.skip()
                }
            }
            if !isWritten {
                self.quote(key ?? JSONString(unescaped: UnsafeRawBufferPointer(start: nil, count: 0)))
                self.maskKey(from: start)
                keyEnd = self.out.count
                let certainty = self.endKey(from: start, of: &object)
                if var value {
                    try self.value(&value, under: certainty, depth)
                } else {
                    self.out.append("null")
                }
            }
        } catch let error as JSONError {
            throw key.map { JSONError(offset: error.offset, message: "\($0.string): \(error.message)") } ?? error
        }
        self.endMember(key: start, keyEnd)
    }

    private mutating func member(
        _ key: JSONString, _ reader: inout JSONReader, of object: inout Object, at start: Int, _ depth: Int
    ) throws -> Int {
        self.quote(key)
        self.maskKey(from: start)
        let keyEnd = self.out.count
        let certainty = self.endKey(from: start, of: &object)
        try self.value(&reader, under: certainty, depth)
        return keyEnd
    }

    /// Reads an AnyValue. Of several members, which protobuf forbids, the last counts; of none, the value is null.
    mutating func value(_ reader: inout JSONReader, under certainty: SecretName.Certainty, _ depth: Int) throws {
        let start = self.out.count
        let isSecret = certainty == .certain && self.isSecretItself
        if try !reader.null() {
            try reader.distinctMembers { reader, name in
                if try reader.null() { return }
                guard let kind = ValueKind(name) else { return try reader.skip() }
                self.out.truncate(to: start)
                switch kind {
                case .string: self.string(try reader.borrowedString(), under: certainty)
                case .int:
                    self.out.append(decimal: try reader.int64())
                    self.maskNumber(from: start, isSecret)
                case .bool: self.out.append(try reader.bool() ? "true" : "false")
                case .double:
                    try self.double(&reader)
                    self.maskNumber(from: start, isSecret)
                case .bytes: try self.base64(&reader, under: certainty)
                case .list, .members: try self.nested(&reader, kind, under: certainty, depth + 1)
                }
            }
        }
        if self.out.count == start { self.out.append("null") }
    }

    private enum ValueKind {
        case string, int, bool, double, bytes, list, members

        @inline(__always)
        init?(_ name: JSONString) {
            switch name {
            case "stringValue", "string_value": self = .string
            case "intValue", "int_value": self = .int
            case "boolValue", "bool_value": self = .bool
            case "doubleValue", "double_value": self = .double
            case "bytesValue", "bytes_value": self = .bytes
            case "arrayValue", "array_value": self = .list
            case "kvlistValue", "kvlist_value": self = .members
            default: return nil
            }
        }
    }

    /// Reads an ArrayValue or a KeyValueList: `{"values":[…]}`.
    private mutating func nested(
        _ reader: inout JSONReader, _ kind: ValueKind, under certainty: SecretName.Certainty, _ depth: Int
    ) throws {
        guard depth <= Self.depthLimit else {
            throw JSONError(
                offset: reader.offset, message: "a value nests deeper than \(Self.depthLimit) lists")
        }
        // A list takes up to four levels of JSON, and a reader counts to 256.
        var inner = reader
        if depth % 32 == 0 {
            inner = JSONReader(self.source)
            inner.offset = reader.offset
        }
        if kind == .list {
            try self.list(&inner, under: certainty, depth)
        } else {
            var object = self.beginObject(under: certainty)
            try inner.distinctMembers { reader, name in
                guard name == "values" else { return try reader.skip() }
                try self.members(&reader, of: &object, depth: depth)
            }
            self.endObject(object)
        }
        reader.offset = inner.offset
    }

    private mutating func list(_ reader: inout JSONReader, under certainty: SecretName.Certainty, _ depth: Int) throws {
        self.out.append(UInt8(ascii: "["))
        let first = self.out.count
        let isSecret = certainty == .certain && self.isSecretItself
        try reader.distinctMembers { reader, name in
            guard name == "values" else { return try reader.skip() }
            if try reader.null() { return }
            var count = 0
            try reader.array { reader in
                let pair = count == 1 ? self.certaintyOfPair(inListFrom: first) : .none
                count += 1
                if self.out.count > first { self.out.append(UInt8(ascii: ",")) }
                self.isSecretItself = isSecret
                try self.value(&reader, under: max(certainty, pair), depth)
            }
        }
        self.out.append(UInt8(ascii: "]"))
    }

    private mutating func double(_ reader: inout JSONReader) throws {
        if try reader.kind() == .string {
            var string = reader
            let text = try string.borrowedString()
            switch text {
            case "NaN", "Infinity", "-Infinity":
                reader = string
                return self.notANumber(text.string)
            default: break
            }
        }
        var number = reader
        let text = try number.decimalText { $0 }
        if CanonicalNumber.isCanonical(text) {
            reader = number
            return self.out.append(text)
        }
        let value = try reader.double()
        if CanonicalNumber.significantDigits(text) > 17 {
            self.out.append(text)
            if !CanonicalNumber.hasPointOrExponent(text) { self.out.append(".0") }
        } else {
            self.out.append(value.description)
        }
    }

    /// Writes a double that came as one.
    mutating func double(_ value: Double) {
        if value.isFinite { return self.out.append(value.description) }
        self.notANumber(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }

    private mutating func notANumber(_ name: String) {
        self.out.append("{\"$double\":\"")
        self.out.append(name)
        self.out.append("\"}")
    }

    private mutating func base64(_ reader: inout JSONReader, under certainty: SecretName.Certainty) throws {
        _ = try reader.kind()
        let start = reader.offset
        let member = self.out.count
        self.out.append("{\"$bytes\":\"")
        let first = self.out.count
        try reader.withString { text in
            guard Base64.append(text, to: &self.out) else {
                throw JSONError(offset: start, message: "the bytes are not base64")
            }
        }
        let bytes = Base64.bytes(
            of: UnsafeRawBufferPointer(start: self.out.base + first, count: self.out.count - first))
        if bytes.withUnsafeBytes({ self.mask.hides($0, under: certainty) }) {
            self.out.truncate(to: member)
            return self.out.append("\"[masked]\"")
        }
        self.out.append("\"}")
    }
}

/// The text of numbers that are doubles.
enum CanonicalNumber {
    /// Whether the text of a JSON number is the shortest that reads back as the same double, in the form of
    /// `Double.description`. Says no where that is not obvious.
    static func isCanonical(_ text: UnsafeRawBufferPointer) -> Bool {
        // Up to 15 digits survive a double (C, DBL_DIG), so no shorter text means the same.
        guard text.count >= 3, text.count <= 16 else { return false }
        var index = text[0] == UInt8(ascii: "-") ? 1 : 0
        let whole = index
        while index < text.count, text[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        guard index < text.count, text[index] == UInt8(ascii: ".") else { return false }
        let point = index
        index += 1
        while index < text.count, text[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        // No exponent; a fraction does not end in zeros but where there is none.
        guard index == text.count, index - point == 2 || text[index - 1] != UInt8(ascii: "0"),
            text.count - whole <= 16
        else { return false }
        // Below 0.0001 there is an exponent.
        guard point - whole == 1, text[whole] == UInt8(ascii: "0") else { return true }
        return point + 4 < text.count
            ? text[point + 1..<point + 5].contains { $0 != UInt8(ascii: "0") }
            : text[(point + 1)...].contains { $0 != UInt8(ascii: "0") } || text.count - point == 2
    }

    static func significantDigits(_ text: UnsafeRawBufferPointer) -> Int {
        var count = 0
        for byte in text {
            if byte | 0x20 == UInt8(ascii: "e") { break }
            if byte &- UInt8(ascii: "0") < 10, count > 0 || byte != UInt8(ascii: "0") { count += 1 }
        }
        return count
    }

    static func hasPointOrExponent(_ text: UnsafeRawBufferPointer) -> Bool {
        text.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
    }
}
