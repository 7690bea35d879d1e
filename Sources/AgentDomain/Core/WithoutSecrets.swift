import LedgerEvents

extension JSONText {
    /// The value with a placeholder in the place of each secret that a configuration must not hold, and their number.
    package func withoutSecrets() -> (json: JSONText, count: Int) {
        var replacement = SecretReplacement()
        do {
            try self.reading { try replacement.copy(&$0, under: SecretContext()) }
        } catch {
            preconditionFailure("JSON that was read once can be read again: \(error)")
        }
        if replacement.count == 0 { return (self, 0) }
        return (JSONText(uncheckedCanonical: replacement.json.text), replacement.count)
    }
}

extension String {
    /// The text, or a placeholder where it holds a secret.
    package func withoutSecret() -> (text: String, isSecret: Bool) {
        SecretShape.isFound(in: self) ? (SecretReplacement.placeholder, true) : (self, false)
    }
}

/// Copies JSON, replacing what `Require.noSecrets` would refuse.
private struct SecretReplacement {
    static let placeholder = "${MASKED}"

    var json = JSONWriter()
    var count = 0

    mutating func copy(_ reader: inout JSONReader, under context: SecretContext) throws {
        switch try reader.kind() {
        case .object:
            self.json.beginObject()
            let inner = context.ofObject(reader)
            try reader.object { reader, key in
                let name = key.string
                let isSecret = SecretShape.isFound(in: name)
                if isSecret { self.count += 1 }
                // Names stay different.
                self.json.key(isSecret ? "masked_\(self.count)" : name)
                try self.copy(&reader, under: inner.ofMember(name))
            }
            self.json.endObject()
        case .array:
            self.json.beginArray()
            var inner = context.ofArray(reader)
            try reader.array {
                try self.copy(&$0, under: inner)
                inner.advance()
            }
            self.json.endArray()
        case .string:
            let value = try JSONText(reading: &reader)
            let text = try value.reading { try $0.string() }
            self.add(value, isSecret: SecretShape.isFound(in: text) || Require.isSecret(text, under: context))
        case .number:
            self.add(try JSONText(reading: &reader), isSecret: context.certainty == .certain && !context.isOfSecrets)
        case .bool, .null: self.add(try JSONText(reading: &reader), isSecret: false)
        }
    }

    private mutating func add(_ value: JSONText, isSecret: Bool) {
        if isSecret {
            self.count += 1
            self.json.string(Self.placeholder)
        } else {
            self.json.raw(value)
        }
    }
}
