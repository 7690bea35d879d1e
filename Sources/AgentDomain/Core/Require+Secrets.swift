import LedgerEvents

/// Secrets never enter an event: what stands for one is its hash, its first characters, or where it lies. No message
/// repeats what was given.
extension Require {
    /// What stands for an API key: its SHA-256 and the few characters that people recognize it by.
    static func apiKey(hash: String, prefix: String) throws(Rejection) {
        try self.digest(hash, "key_hash", note: ", never the key itself")
        guard (1...12).contains(prefix.utf8.count), self.isToken(prefix) else {
            throw .invalid("key_prefix", "must be the key's first 1 to 12 characters, no more of it")
        }
    }

    /// Schemes that are made for passwords, as they begin in the PHC string format and in crypt(5).
    private static let passwordSchemes: Set<Substring> = [
        "argon2id", "argon2i", "argon2d", "2a", "2b", "2x", "2y", "scrypt", "7", "y", "gy", "pbkdf2", "pbkdf2-sha1",
        "pbkdf2-sha256", "pbkdf2-sha512", "5", "6", "bcrypt-sha256",
    ]

    /// A password's hash in a form that names its scheme: `$argon2id$v=19$…`, `$2b$12$…`, `$scrypt$…`, `$pbkdf2-…$…`.
    static func passwordHash(_ value: String, _ field: String) throws(Rejection) {
        let parts = value.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].isEmpty, self.passwordSchemes.contains(parts[1]),
            (20...255).contains(value.utf8.count), self.isToken(value), (parts.last?.utf8.count ?? 0) >= 16
        else {
            throw .invalid(
                field,
                "must be a hash such as $argon2id$…, $2b$…, $scrypt$… or $pbkdf2-sha256$…, never the password itself")
        }
    }

    /// Where a secret lies (`vault:path`, `ref:name`).
    static func secretReference(_ value: String, _ field: String) throws(Rejection) {
        guard self.isSecretReference(value) else {
            throw .invalid(field, "must say where the secret lies, such as vault:users/7/totp, never the secret")
        }
    }

    /// Where a secret lies, or the secret as ciphertext that only the platform's key service opens: a JWE in compact
    /// form (RFC 7516), or `kms:`, `vault:` or `enc:` before base64.
    static func sealedSecret(_ value: String, _ field: String) throws(Rejection) {
        let scheme = String(value.prefix { $0 != ":" })
        if SecretWords.stores.contains(scheme), self.isSecretReference(value) { return }
        let sections = value.split(separator: ".", omittingEmptySubsequences: false)
        let isEncrypted = sections.count == 5 && value.hasPrefix("eyJ") && !sections[3].isEmpty
        let isMarked =
            ["kms", "vault", "enc"].contains(scheme) && self.isBase64(value.split(separator: ":").last ?? "")
            && !SecretShape.isFound(in: value)
        guard isEncrypted || isMarked, self.isToken(value), (8...10_000).contains(value.utf8.count) else {
            throw .invalid(
                field,
                "must say where the secret lies, such as vault:integrations/7 "
                    + "(\(SecretWords.stores.joined(separator: ", "))), or be ciphertext (a JWE, or kms:, vault: or enc: before "
                    + "base64), never the secret")
        }
    }

    /// Of 16 characters or more: a word is no ciphertext.
    private static func isBase64(_ text: Substring) -> Bool {
        text.utf8.count >= 16
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"),
                    UInt8(ascii: "_"), UInt8(ascii: "="):
                    true
                case _: false
                }
            }
    }

    private static func isSecretReference(_ value: String) -> Bool {
        let parts = value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, value.count <= 255, self.isToken(value), !parts[1].isEmpty, parts[0] != "otpauth",
            parts[0].utf8.first.map({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) == true
        else { return false }
        // A bare base32 secret is not a path.
        let isBare = parts[1].utf8.count >= 16 && parts[1].allSatisfy { $0.isUppercase || $0.isNumber }
        return !isBare && !SecretShape.isFound(in: value)
    }

    /// A text in which no key or password stands that can be told by its looks.
    static func noSecret(_ value: String?, _ field: String) throws(Rejection) {
        if let value, SecretShape.isFound(in: value) { throw .secretFound(field) }
    }

    /// A configuration in which no secret stands: nothing that looks like a key, and under names such as `password` or
    /// `api_key` only placeholders (`${NAME}`) and references (`vault:path`).
    static func noSecrets(in value: JSONText?, _ field: String) throws(Rejection) {
        guard let value else { return }
        var search = SecretSearch(path: field)
        do {
            try value.reading { try search.read(&$0, under: SecretContext()) }
        } catch let rejection as Rejection {
            throw rejection
        } catch {
            preconditionFailure("JSON that was read once can be read again: \(error)")
        }
    }

    static func certainty(of name: String?) -> SecretName.Certainty {
        guard var name else { return .none }
        return name.withUTF8 { SecretName.certainty(of: UnsafeRawBufferPointer($0)) }
    }

    /// Whether the value of a configuration's member is a secret by where it stands.
    static func isSecret(_ value: String, under context: SecretContext) -> Bool {
        if self.isStandIn(value) { return false }
        let certainty = context.certainty
        if certainty > .possible { return true }
        if certainty == .none, !context.isPaired { return false }
        var value = value
        return value.withUTF8 { SecretName.looksRandom(UnsafeRawBufferPointer($0)) }
    }

    private static func isStandIn(_ value: String) -> Bool {
        value.isEmpty || SecretShape.isPlaceholder(value) || self.isSecretReference(value)
    }
}

extension Rejection {
    package static func secretFound(_ place: String) -> Rejection {
        .invalid(
            place,
            "holds a secret in clear; put it where secrets are kept and give a placeholder such as ${API_TOKEN}, or a "
                + "reference such as vault:agents/7")
    }
}

/// Walks through a configuration, knowing where it is.
private struct SecretSearch {
    var path: String

    mutating func read(_ json: inout JSONReader, under context: SecretContext) throws {
        switch try json.kind() {
        case .object:
            let outer = self.path
            var search = self
            let inner = context.ofObject(json)
            try json.object { json, key in
                let name = key.string
                if SecretShape.isFound(in: name) { throw Rejection.secretFound(outer) }
                search.path = "\(outer).\(name)"
                try search.read(&json, under: inner.ofMember(name))
            }
        case .array:
            var search = self
            var inner = context.ofArray(json)
            try json.array {
                try search.read(&$0, under: inner)
                inner.advance()
            }
        case .string:
            let text = try json.string()
            if SecretShape.isFound(in: text) || Require.isSecret(text, under: context) {
                throw Rejection.secretFound(self.path)
            }
        case .number:
            if context.certainty == .certain, !context.isOfSecrets { throw Rejection.secretFound(self.path) }
            try json.skip()
        case .bool, .null: try json.skip()
        }
    }
}
