extension SecretShape {
    private static let mark = "[masked]"

    /// The text with its secrets replaced by their first four characters and `[masked]`, and their number; nil if there
    /// are none. The text may be the inside of a JSON string.
    ///
    /// - Parameter certainty: that of the name that the text is the value of.
    package static func masking(
        _ text: String, under certainty: SecretName.Certainty = .none
    ) -> (text: String, count: Int)? {
        var text = text
        return text.withUTF8 { utf8 in
            let bytes = UnsafeRawBufferPointer(utf8)
            if certainty != .none, SecretName.isSecret(bytes, under: certainty) {
                // Of "Bearer …", the name of the scheme is no secret.
                let scheme = SecretName.schemeLength(bytes)
                return (self.kept(bytes, from: 0, before: scheme..<bytes.count) + self.mark, 1)
            }
            guard var secret = self.next(in: bytes, from: 0) else { return nil }
            var masked = self.kept(bytes, from: 0, before: secret) + self.mark
            var count = 1
            while let next = self.next(in: bytes, from: secret.upperBound) {
                masked += self.kept(bytes, from: secret.upperBound, before: next) + self.mark
                secret = next
                count += 1
            }
            return (masked + String(decoding: bytes[secret.upperBound...], as: UTF8.self), count)
        }
    }

    /// What lies before a secret, and its first four characters. None of a short secret, of which they would reveal too
    /// much, or where one of them is escaped or not ASCII.
    private static func kept(
        _ bytes: UnsafeRawBufferPointer, from start: Int, before secret: Range<Int>
    ) -> String {
        let isLong = secret.count >= 12
        let isPlain = bytes[secret.prefix(4)].allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
        let end = secret.lowerBound + (isLong && isPlain ? 4 : 0)
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }
}
