/// Names under which secrets are stored: keys of attributes and of JSON, parameters of URLs, variables.
///
/// A name is judged by its words, wherever it is split: `openai_api_key`, `X-Api-Key`, `dbPassword`, `OPENAI_API_KEY_2`.
package enum SecretName {
    /// How far a name alone says that its value is a secret.
    package enum Certainty: Comparable, Sendable {
        case none
        /// A secret if the value looks random.
        case possible
        /// Like `possible`, but in a configuration every value is one.
        case likely
        case certain
    }

    /// The role of a word at the end of a name.
    enum Role: Sendable {
        /// Says nothing: the word before it decides (`API_KEY_PROD`, `password.value`).
        case neutral
        case secret
        /// `key` and `string`: a secret after `api`, `private` and the like, or after a service's name.
        case key
        /// `token`: the word before it decides.
        case token
        /// `pass`, `pwd`: a secret after `db`, `smtp` and the like.
        case pass
        /// `auth`, `jwt`: a secret if the value looks random.
        case vague
        /// `word` and `phrase`: a secret after `pass`.
        case partOfPassword
    }

    /// How far the name says that values under it are secrets. Cheap for most names: their last two letters decide.
    package static func certainty(of name: UnsafeRawBufferPointer) -> Certainty {
        var end = name.count
        while true {
            // Numbers and separators at the end of a word.
            while end > 0, !SecretShape.isLetter(name[end - 1]) { end -= 1 }
            guard end >= 3, SecretWords.mayEnd(name[end - 2], name[end - 1]) else { return .none }
            let word = self.word(in: name, endingAt: end)
            guard let role = SecretWords.role(of: UnsafeRawBufferPointer(rebasing: name[word])) else { return .none }
            switch role {
            case .neutral: end = word.lowerBound
            case .secret: return .certain
            case .vague: return .possible
            case .key, .token, .pass, .partOfPassword:
                return self.certainty(of: role, in: name, before: word.lowerBound)
            }
        }
    }

    private static func certainty(
        of role: Role, in name: UnsafeRawBufferPointer, before end: Int
    ) -> Certainty {
        var end = end
        while end > 0, !SecretShape.isLetter(name[end - 1]), !SecretShape.isDigit(name[end - 1]) { end -= 1 }
        let word = UnsafeRawBufferPointer(rebasing: name[self.word(in: name, endingAt: end)])
        switch role {
        case .key: return SecretWords.isKeyOwner(word) ? .certain : .none
        case .token:
            if SecretWords.isTokenOwner(word) { return .certain }
            return SecretWords.isTokenCount(word) ? .none : .likely
        case .pass: return SecretWords.isPasswordOwner(word) ? .certain : .possible
        case .partOfPassword: return SecretWords.isPass(word) ? .certain : .none
        case .neutral, .secret, .vague: return .none
        }
    }

    /// Whether a name is that of things each of which is a secret: `secrets`, `awsCredentials`.
    package static func isOfSecrets(_ name: String) -> Bool {
        let letters = name.lowercased()
        return ["secrets", "credentials", "passwords"].contains { letters.hasSuffix($0) }
    }

    /// Whether the end of a text is that of such a name.
    static func isOfSecrets(_ end: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        ["secrets", "dentials", "asswords"].contains {
            zip(end.suffix($0.utf8.count), $0.utf8).allSatisfy { $0 | 0x20 == $1 }
        }
    }

    /// Whether a member of such a thing says something else than a secret.
    package static func isBesideSecrets(_ name: String) -> Bool { SecretWords.besides.contains(name.lowercased()) }

    /// Whether a member holds the name of the value beside it.
    package static func isLabel(_ name: UnsafeRawBufferPointer) -> Bool { SecretWords.isLabel(name) }

    /// The word that ends at `end`: letters and digits up to a separator or, in `camelCase`, to a capital letter.
    private static func word(in name: UnsafeRawBufferPointer, endingAt end: Int) -> Range<Int> {
        var start = end
        while start > 0 {
            let byte = name[start - 1]
            guard SecretShape.isLetter(byte) || SecretShape.isDigit(byte) else { break }
            if start < end {
                let next = name[start]
                let isCapital = self.isCapital(next)
                // `apiKey`, and `APIKey`, where the last capital letter begins the word.
                if isCapital, !self.isCapital(byte) { break }
                if isCapital, self.isCapital(byte), start + 1 < end, !self.isCapital(name[start + 1]) { break }
            }
            start -= 1
        }
        return start..<end
    }

    private static func isCapital(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }

    /// Whether the value of a name of this certainty is a secret in a text or in telemetry.
    package static func isSecret(_ value: UnsafeRawBufferPointer, under certainty: Certainty) -> Bool {
        switch certainty {
        case .none: false
        case .possible, .likely: self.looksRandom(value) && !self.isStandIn(value)
        case .certain: !self.isStandIn(value)
        }
    }

    /// Eight or more characters without a space, letters and digits among them; no path.
    package static func looksRandom(_ value: UnsafeRawBufferPointer) -> Bool {
        let value = UnsafeRawBufferPointer(rebasing: value[self.schemeLength(value)...])
        guard value.count >= 8, value[0] != UInt8(ascii: "/") else { return false }
        var hasDigit = false
        var hasLetter = false
        for byte in value {
            if byte <= 0x20 { return false }
            if SecretShape.isDigit(byte) { hasDigit = true } else if SecretShape.isLetter(byte) { hasLetter = true }
        }
        return hasDigit && hasLetter
    }

    /// Whether a value under a secret name is none: empty, a placeholder or reference, masked already, or a word that only
    /// says whether there is one.
    package static func isStandIn(_ value: UnsafeRawBufferPointer) -> Bool {
        guard let first = value.first, let last = value.last else { return true }
        switch first {
        case UInt8(ascii: "$"):
            if value.count > 1, value[1] == UInt8(ascii: "{") || value[1] == UInt8(ascii: "(") { return true }
            return value.dropFirst().allSatisfy { self.isCapital($0) || $0 == UInt8(ascii: "_") }
        case UInt8(ascii: "{"): return last == UInt8(ascii: "}")
        case UInt8(ascii: "<"): return last == UInt8(ascii: ">")
        case UInt8(ascii: "["): return last == UInt8(ascii: "]")
        case UInt8(ascii: "%"): return last == UInt8(ascii: "%") || value.count > 1 && value[1] == UInt8(ascii: "(")
        case UInt8(ascii: "*"): return value.allSatisfy { $0 == first }
        case _: break
        }
        let scheme = self.schemeLength(value)
        if scheme > 0 { return self.isStandIn(UnsafeRawBufferPointer(rebasing: value[scheme...])) }
        if self.isReference(value) { return true }
        // The first characters before it may be kept.
        if value.count >= 8, zip(value.suffix(8), "[masked]".utf8).allSatisfy(==) { return true }
        guard value.count <= 8 else { return false }
        let word = String(decoding: value, as: UTF8.self).lowercased()
        return SecretWords.standIns.contains(word) || value.allSatisfy { $0 == first }
    }

    /// Whether the value says where a secret lies: `vault:agents/7`, `env:OPENAI_API_KEY`.
    private static func isReference(_ value: UnsafeRawBufferPointer) -> Bool {
        guard let colon = value.prefix(10).firstIndex(of: UInt8(ascii: ":")) else { return false }
        return SecretWords.stores.contains(String(decoding: value[..<colon], as: UTF8.self))
    }

    /// Whether a member of a thing that is named like a secret is the secret itself: `{"password":{"value":"…"}}`.
    package static func isItself(_ name: String) -> Bool { SecretWords.itself.contains(name.lowercased()) }

    /// The length of the name of an authentication scheme with its space, such as `Bearer `; 0 if there is none.
    package static func schemeLength(_ value: UnsafeRawBufferPointer) -> Int {
        guard let first = value.first,
            first | 0x20 == UInt8(ascii: "b") || first | 0x20 == UInt8(ascii: "d")
                || first | 0x20 == UInt8(ascii: "t")
        else { return 0 }
        for scheme in ["bearer ", "basic ", "digest ", "token "] where value.count > scheme.utf8.count {
            if zip(value, scheme.utf8).allSatisfy({ $0 | 0x20 == $1 }) { return scheme.utf8.count }
        }
        return 0
    }

    /// Whether `value` is a secret, being that of a URL parameter.
    static func isSecretParameter(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        let certainty = self.certainty(of: name)
        if certainty == .certain { return value.count >= 4 && !self.isStandIn(value) }
        guard certainty > .none || SecretWords.isParameter(name) else { return false }
        return value.count >= 8 && value.contains(where: SecretShape.isDigit) && !self.isStandIn(value)
    }
}
