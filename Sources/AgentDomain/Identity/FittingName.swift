import LedgerEvents

/// Names from elsewhere, made to fit: nothing is refused because of what somebody calls it.
package enum FittingName {
    package static let mostCharacters = 255
    static let mostBytes = 400

    /// The name as the ledger can keep it: control characters become spaces, white space around it goes, and one that is
    /// too long is cut and ends with a hash of the whole, so that names that differ stay apart. Nil where nothing is left.
    package static func of(_ text: String, upTo limit: Int = mostCharacters) -> String? {
        if self.fits(text, limit) { return text }
        let spaced = Require.isPrintable(text) ? text : self.spaced(text)
        let name = spaced.trimmingWhitespace()
        if name.isEmpty { return nil }
        if name.unicodeScalars.count <= limit, name.utf8.count <= self.mostBytes { return name }
        let end = "~" + self.hash(of: text)
        return self.cut(name, characters: limit - end.utf8.count, bytes: self.mostBytes - end.utf8.count) + end
    }

    /// 16 hexadecimal digits that stand for a name of which only a part can be kept.
    package static func hash(of text: String) -> String {
        Hexadecimal.text(UInt64(truncatingIfNeeded: UUIDv5.named(text, in: 0) >> 64))
    }

    /// Most names are short and plain.
    private static func fits(_ text: String, _ limit: Int) -> Bool {
        let utf8 = text.utf8
        let space = UInt8(ascii: " ")
        return !utf8.isEmpty && utf8.count <= limit && utf8.first != space && utf8.last != space
            && utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    private static func spaced(_ text: String) -> String {
        var spaced = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { spaced.append(Require.isPrintable(String(scalar)) ? scalar : " ") }
        return String(spaced)
    }

    private static func cut(_ name: String, characters: Int, bytes: Int) -> String {
        var (cut, scalars, size) = ("", 0, 0)
        for character in name {
            scalars += character.unicodeScalars.count
            size += character.utf8.count
            if scalars > characters || size > bytes { break }
            cut.append(character)
        }
        return cut.trimmingWhitespace()
    }
}

extension String {
    fileprivate func trimmingWhitespace() -> String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
