/// Names and values that stand beside each other: `{"name":"API_KEY","value":"…"}`.
extension SecretShape {
    /// How far the member before `"value"` names a secret. `key` is that word, in a text in which quotes may be escaped.
    static func certaintyOfPair(
        in bytes: UnsafeRawBufferPointer, _ key: Range<Int>, _ quote: UInt8, from floor: Int
    ) -> SecretName.Certainty {
        guard bytes[key].elementsEqual("value".utf8) else { return .none }
        // From the quote of `"value"` back to the end of the name.
        guard let name = self.quoted(in: bytes, before: key.lowerBound, separator: UInt8(ascii: ","), quote, floor),
            let label = self.quoted(in: bytes, before: name.lowerBound, separator: UInt8(ascii: ":"), quote, floor),
            SecretName.isLabel(UnsafeRawBufferPointer(rebasing: bytes[label]))
        else { return .none }
        return SecretName.certainty(of: UnsafeRawBufferPointer(rebasing: bytes[name]))
    }

    /// The quoted word that ends before `end`, with one separator between the quotes.
    private static func quoted(
        in bytes: UnsafeRawBufferPointer, before end: Int, separator: UInt8, _ quote: UInt8, _ floor: Int
    ) -> Range<Int>? {
        var index = end
        var hasSeparator = false
        // Quotes, escapes and blanks on both sides of the separator.
        while index > floor, end - index < 16 {
            let byte = bytes[index - 1]
            if byte == separator {
                if hasSeparator { return nil }
                hasSeparator = true
            } else if byte > 0x20, byte != quote, byte != UInt8(ascii: "\\") {
                break
            }
            index -= 1
        }
        guard hasSeparator, index > floor else { return nil }
        var start = index
        while start > floor, index - start < 64, self.isKey(bytes[start - 1]) { start -= 1 }
        return start < index ? start..<index : nil
    }
}
