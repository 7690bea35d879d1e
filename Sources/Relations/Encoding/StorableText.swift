/// Text as every destination can hold it.
///
/// PostgreSQL holds no U+0000, and no JSON escape of it or of half a surrogate pair. One rule for all destinations, so
/// that all hold the same: each becomes U+FFFD, the replacement character.
package enum StorableText {
    package static func text(_ text: String) -> String {
        guard text.utf8.contains(0) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 }))
    }

    /// Of valid JSON. Line breaks between tokens become spaces, so that a document stays on one line. Numbers beyond
    /// PostgreSQL's range become strings.
    package static func json(_ json: String) -> String { self.storableCharacters(self.quotingOversizedNumbers(json)) }

    private static func storableCharacters(_ json: String) -> String {
        guard json.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 < 0x20 }) else { return json }
        let source = Array(json.utf8)
        var out: [UInt8] = []
        out.reserveCapacity(source.count)
        var at = 0
        while at < source.count {
            let byte = source[at]
            guard byte == UInt8(ascii: "\\"), at + 1 < source.count else {
                out.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte)
                if byte == 0 { out.replaceSubrange(out.count - 1..<out.count, with: "\u{FFFD}".utf8) }
                at += 1
                continue
            }
            guard let unit = codeUnit(source, at: at) else {
                out += source[at...at + 1]
                at += 2
                continue
            }
            let next = codeUnit(source, at: at + 6)
            let isPair = (0xD800..<0xDC00).contains(unit) && next.map { (0xDC00..<0xE000).contains($0) } ?? false
            let isBroken = unit == 0 || (0xD800..<0xE000).contains(unit)
            let length = isPair ? 12 : 6
            if isBroken, !isPair {
                out += #"\ufffd"#.utf8
            } else {
                out += source[at..<at + length]
            }
            at += length
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The number in a `\uXXXX` that starts at `index`.
    private static func codeUnit(_ source: [UInt8], at index: Int) -> UInt16? {
        guard index + 5 < source.count, source[index] == UInt8(ascii: "\\"), source[index + 1] == UInt8(ascii: "u")
        else { return nil }
        return UInt16(String(decoding: source[index + 2..<index + 6], as: UTF8.self), radix: 16)
    }
}
