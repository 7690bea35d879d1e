/// Numbers in JSON that PostgreSQL's `numeric`, and so its `jsonb`, cannot hold: more than 131,072 digits before the
/// decimal point or more than 16,383 after it (PostgreSQL manual, "Numeric Types"). One rule for all destinations: such
/// a number is written as a string with the same characters.
enum StorableNumber {
    static let integerDigits = 131_072
    static let fractionDigits = 16_383

    /// Whether a closer look is needed: an exponent of five digits or more, or a text long enough for so many digits.
    static func mayNeedQuotes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if bytes.count > self.fractionDigits { return true }
        guard bytes.count > 6 else { return false }
        for at in 1..<bytes.count - 5 where bytes[at] | 0x20 == UInt8(ascii: "e") && self.isDigit(bytes[at - 1]) {
            let first = self.isDigit(bytes[at + 1]) ? at + 1 : at + 2
            if first + 5 <= bytes.count, bytes[first..<first + 5].allSatisfy(self.isDigit) { return true }
        }
        return false
    }

    /// Calls `body` with the range of every number that needs quotes. `json` is valid JSON.
    static func forEachOversized(in json: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
        var at = 0
        while at < json.count {
            let byte = json[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                while at < json.count, json[at] != UInt8(ascii: "\"") { at += json[at] == UInt8(ascii: "\\") ? 2 : 1 }
                at += 1
            } else if byte == UInt8(ascii: "-") || self.isDigit(byte) {
                let start = at
                while at < json.count, self.isNumberByte(json[at]) { at += 1 }
                if self.isOversized(json[start..<at]) { body(start..<at) }
            } else {
                at += 1
            }
        }
    }

    private static func isOversized(_ number: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let exponentAt = number.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? number.endIndex
        let mantissa = number[..<exponentAt]
        let point = mantissa.firstIndex(of: UInt8(ascii: ".")) ?? mantissa.endIndex
        let whole = mantissa[..<point].count { self.isDigit($0) }
        let fraction = mantissa.endIndex - min(point + 1, mantissa.endIndex)
        var exponent = 0
        for byte in number[exponentAt...] where self.isDigit(byte) {
            exponent = min(exponent * 10 + Int(byte - UInt8(ascii: "0")), 1 << 40)
        }
        if number[exponentAt...].contains(UInt8(ascii: "-")) { exponent = -exponent }
        return whole + exponent > self.integerDigits || fraction - exponent > self.fractionDigits
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): true
        case _: self.isDigit(byte)
        }
    }
}

extension StorableText {
    /// How many numbers of a JSON document are written as strings, by the rule of `StorableNumber`.
    package static func numbersAsText(in json: String) -> Int {
        var count = 0
        self.withOversized(in: json) { _ in count += 1 }
        return count
    }

    static func quotingOversizedNumbers(_ json: String) -> String {
        var ranges: [Range<Int>] = []
        self.withOversized(in: json) { ranges.append($0) }
        if ranges.isEmpty { return json }
        let source = Array(json.utf8)
        var out: [UInt8] = []
        var at = 0
        for range in ranges {
            out += source[at..<range.lowerBound]
            out.append(UInt8(ascii: "\""))
            out += source[range]
            out.append(UInt8(ascii: "\""))
            at = range.upperBound
        }
        out += source[at...]
        return String(decoding: out, as: UTF8.self)
    }

    private static func withOversized(in json: String, _ body: (Range<Int>) -> Void) {
        var json = json
        json.withUTF8 { bytes in
            if StorableNumber.mayNeedQuotes(bytes) { StorableNumber.forEachOversized(in: bytes, body) }
        }
    }
}
