extension SecretShape {
    private static let mark = "[masked]"

    /// The text with its secrets replaced by `[masked]`, and their number; nil if there are none. The text may be the inside
    /// of a JSON string.
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

    /// What lies before a secret.
    private static func kept(
        _ bytes: UnsafeRawBufferPointer, from start: Int, before secret: Range<Int>
    ) -> String {
        String(decoding: bytes[start..<secret.lowerBound], as: UTF8.self)
    }
}
