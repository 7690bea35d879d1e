/// The names under which secrets are kept: keys of attributes and of JSON, parameters of URLs.
package enum SecretName {
    /// Without case, dashes and underscores. A key is secret if it ends with one of them: `openai.api_key`,
    /// `http.request.header.x-api-key`, `DB_PASSWORD`. None ends in "tokens": their counts are no secrets.
    private static let endings: [[UInt8]] = [
        "authorization", "apikey", "password", "passwd", "passphrase", "secret", "clientsecret", "accesstoken",
        "refreshtoken", "authtoken", "bearertoken", "apitoken", "idtoken", "sessiontoken", "securitytoken",
        "privatekey", "secretkey", "secretaccesskey", "accesskey", "signingkey", "encryptionkey", "cookie",
    ].map { Array($0.utf8) }

    /// Whether values under this key are secrets.
    package static func isSecret(_ key: UnsafeRawBufferPointer) -> Bool {
        guard key.count >= 6, self.mayEnd(key[key.count - 2] | 0x20, key[key.count - 1] | 0x20) else { return false }
        return self.endings.contains { self.ends(key, with: $0) }
    }

    /// Whether an ending has these last letters. Most keys are told by them alone.
    @inline(__always)
    private static func mayEnd(_ a: UInt8, _ b: UInt8) -> Bool {
        switch (a, b) {
        case (UInt8(ascii: "o"), UInt8(ascii: "n")), (UInt8(ascii: "e"), UInt8(ascii: "n")),
            (UInt8(ascii: "e"), UInt8(ascii: "y")), (UInt8(ascii: "r"), UInt8(ascii: "d")),
            (UInt8(ascii: "w"), UInt8(ascii: "d")), (UInt8(ascii: "s"), UInt8(ascii: "e")),
            (UInt8(ascii: "e"), UInt8(ascii: "t")), (UInt8(ascii: "i"), UInt8(ascii: "e")):
            true
        case _: false
        }
    }

    private static func ends(_ key: UnsafeRawBufferPointer, with ending: [UInt8]) -> Bool {
        var place = key.count - 1
        var letter = ending.count - 1
        while letter >= 0 {
            guard place >= 0 else { return false }
            let byte = key[place]
            if byte | 0x20 == ending[letter] {
                letter -= 1
            } else if (byte != UInt8(ascii: "_") && byte != UInt8(ascii: "-")) || letter == ending.count - 1 {
                return false
            }
            place -= 1
        }
        // A part of the key, not the end of another word; a capital letter begins one.
        guard place >= 0 else { return true }
        let isLetter = SecretShape.isLetter(key[place])
        let first = key[place + 1]
        return !isLetter || first & 0x20 == 0 && SecretShape.isLetter(first) && key[place] & 0x20 != 0
    }

    /// Whether a value under a secret name is none: empty, a placeholder or reference, masked already, or a word that only
    /// says whether there is one.
    package static func isStandIn(_ value: UnsafeRawBufferPointer) -> Bool {
        guard let first = value.first else { return true }
        switch first {
        case UInt8(ascii: "$"), UInt8(ascii: "{"), UInt8(ascii: "<"), UInt8(ascii: "["), UInt8(ascii: "*"),
            UInt8(ascii: "%"):
            return true
        case _: break
        }
        let scheme = self.schemeLength(value)
        if scheme > 0 { return self.isStandIn(UnsafeRawBufferPointer(rebasing: value[scheme...])) }
        if ["vault:", "ref:", "arn:"].contains(where: { value.starts(with: $0.utf8) }) { return true }
        guard value.count <= 8 else { return false }
        let word = String(decoding: value, as: UTF8.self).lowercased()
        return ["true", "false", "null", "none", "nil", "yes", "no", "0", "1", "redacted", "masked"].contains(word)
            || value.allSatisfy { $0 == first }
    }

    /// The length of the name of an authentication scheme with its space, such as `Bearer `; 0 if there is none.
    package static func schemeLength(_ value: UnsafeRawBufferPointer) -> Int {
        for scheme in ["bearer ", "basic ", "digest ", "token "] where value.count > scheme.utf8.count {
            if zip(value, scheme.utf8).allSatisfy({ $0 | 0x20 == $1 }) { return scheme.utf8.count }
        }
        return 0
    }

    /// Names of URL parameters that hold a secret if the value looks random.
    private static let parameters: [[UInt8]] = [
        "key", "token", "sig", "signature", "x-amz-signature", "x-amz-security-token",
    ].map { Array($0.utf8) }

    static func mayBeParameter(_ name: UnsafeRawBufferPointer) -> Bool {
        self.isSecret(name)
            || self.parameters.contains { $0.count == name.count && zip(name, $0).allSatisfy { $0 | 0x20 == $1 } }
    }

    /// Whether `value` is a secret, being that of a URL parameter whose name may be that of one.
    static func isSecretParameter(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        if self.isStandIn(value) { return false }
        if self.isSecret(name) { return value.count >= 4 }
        return value.count >= 8 && value.contains(where: SecretShape.isDigit)
    }
}
