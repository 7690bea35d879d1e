import LedgerDomain
import LedgerEvents

extension CanonicalWriter {
    /// Writes a string value of a JSON text, masking the secrets in it.
    mutating func string(_ text: JSONString, under certainty: SecretName.Certainty) {
        let start = self.out.count + 1
        self.quote(text)
        self.mask.apply(to: &self.out, from: start, under: certainty)
    }

    /// Writes a string value from bytes that are UTF-8, masking the secrets in it.
    mutating func string(utf8: UnsafeRawBufferPointer, under certainty: SecretName.Certainty) {
        let start = self.out.count + 1
        self.quote(utf8: utf8)
        self.mask.apply(to: &self.out, from: start, under: certainty)
    }

    /// Quotes a string of a JSON text. Only escapes that are not in canonical form are changed.
    mutating func quote(_ text: JSONString) {
        let raw = text.raw
        self.out.reserve(raw.count + 2)
        self.out.append(UInt8(ascii: "\""))
        var copied = 0
        while let backslash = ByteSearch.backslash(in: raw, from: copied) {
            var end = backslash + 2
            let letter = raw[backslash + 1]
            if letter == UInt8(ascii: "u") || letter == UInt8(ascii: "/") {
                self.out.append(UnsafeRawBufferPointer(rebasing: raw[copied..<backslash]))
                end = letter == UInt8(ascii: "/") ? end : Self.endOfUnicodeEscape(raw, backslash)
                self.unescape(JSONEscape(raw, backslash..<end))
            } else {
                self.out.append(UnsafeRawBufferPointer(rebasing: raw[copied..<end]))
            }
            copied = end
        }
        self.out.append(UnsafeRawBufferPointer(rebasing: raw[copied...]))
        self.out.append(UInt8(ascii: "\""))
    }

    /// A surrogate pair is one escape. The text is validated before.
    private static func endOfUnicodeEscape(_ raw: UnsafeRawBufferPointer, _ start: Int) -> Int {
        let digits = (raw[start + 2] | 0x20, raw[start + 3] | 0x20)
        let isHigh = digits.0 == UInt8(ascii: "d") && digits.1 >= UInt8(ascii: "8")
        return isHigh ? start + 12 : start + 6
    }

    /// Writes the character of an escape: as itself, or escaped if it must be.
    private mutating func unescape(_ escape: JSONEscape) {
        escape.withUTF8 { utf8 in
            for byte in utf8 { self.character(byte) }
        }
    }

    /// Quotes UTF-8.
    mutating func quote(utf8: UnsafeRawBufferPointer) {
        self.out.append(UInt8(ascii: "\""))
        var copied = 0
        while let place = ByteSearch.escaped(in: utf8, from: copied) {
            self.out.append(UnsafeRawBufferPointer(rebasing: utf8[copied..<place]))
            self.character(utf8[place])
            copied = place + 1
        }
        self.out.append(UnsafeRawBufferPointer(rebasing: utf8[copied...]))
        self.out.append(UInt8(ascii: "\""))
    }

    /// Writes one byte of a string in the form of RFC 8785 section 3.2.2.2: the short escapes, else `\u00xx`.
    private mutating func character(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): self.out.append("\\\"")
        case UInt8(ascii: "\\"): self.out.append("\\\\")
        case 0x08: self.out.append("\\b")
        case 0x09: self.out.append("\\t")
        case 0x0A: self.out.append("\\n")
        case 0x0C: self.out.append("\\f")
        case 0x0D: self.out.append("\\r")
        case 0..<0x20:
            self.out.append("\\u00")
            self.out.append(Base16.digit(byte >> 4))
            self.out.append(Base16.digit(byte & 0xF))
        default: self.out.append(byte)
        }
    }
}

/// One escape of a validated JSON string.
private struct JSONEscape {
    private let raw: UnsafeRawBufferPointer

    init(_ raw: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.raw = UnsafeRawBufferPointer(rebasing: raw[range])
    }

    func withUTF8(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        guard self.raw[1] == UInt8(ascii: "u") else {
            return withUnsafePointer(to: self.raw[1]) { body(UnsafeBufferPointer(start: $0, count: 1)) }
        }
        var scalar = self.unit(2)
        if self.raw.count == 12 { scalar = 0x10000 + (scalar - 0xD800) << 10 + (self.unit(8) - 0xDC00) }
        // Validated: never a lone surrogate.
        let character = String(Unicode.Scalar(scalar) ?? "\u{FFFD}")
        var text = character
        text.withUTF8(body)
    }

    private func unit(_ start: Int) -> UInt32 {
        (start..<start + 4).reduce(0) { $0 << 4 | UInt32(Base16.value(self.raw[$1]) ?? 0) }
    }
}

enum Base16 {
    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    @inline(__always)
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit &- UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit &- UInt8(ascii: "a") &+ 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit &- UInt8(ascii: "A") &+ 10
        default: nil
        }
    }

    /// The lower-case hexadecimal digits of `bytes`.
    static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(unsafeUninitializedCapacity: 2 * bytes.count) { digits in
            for place in bytes.indices {
                digits[2 * place] = self.digit(bytes[place] >> 4)
                digits[2 * place + 1] = self.digit(bytes[place] & 0xF)
            }
            return 2 * bytes.count
        }
    }
}
