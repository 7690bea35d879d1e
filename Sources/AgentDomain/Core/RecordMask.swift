import LedgerEvents

/// Masks secrets in the texts of a record, also in those inside of JSON, and counts them.
package struct RecordMask: FieldVisitor, TextVisitor {
    /// How many were masked.
    package private(set) var count = 0
    /// The first field in which there was one.
    package private(set) var field: StaticString?

    package init() {}

    /// Fields that hold a hash, a reference or ciphertext, which their own rules check.
    private static let sealed: Set<String> = ["key_hash", "password_hash", "credentials", "mfa_secret_reference"]
    private static let sealedLengths = Self.sealed.reduce(UInt64(0)) { $0 | 1 << UInt64($1.utf8.count) }

    package mutating func field<Value: FieldValue>(
        _ number: Int, _ name: StaticString, _ value: inout Value
    ) throws {
        // Their lengths spare making a string of most names.
        if Self.sealedLengths & 1 << UInt64(min(name.utf8CodeUnitCount, 63)) != 0,
            Self.sealed.contains(name.description)
        {
            return
        }
        try value.visitTexts(&self)
        if self.count > 0, self.field == nil { self.field = name }
    }

    package mutating func visit(_ text: inout String) {
        if let masked = self.masked(text) { text = masked }
    }

    package mutating func visit(_ json: inout JSONText) throws {
        guard SecretShape.isFound(in: json.text) || Self.mayPlaceSecrets(json.text) else { return }
        let before = self.count
        var writer = JSONWriter()
        try json.reading { try self.rewrite(&$0, under: SecretContext(), to: &writer) }
        if self.count > before { json = try JSONText(parsing: writer.text) }
    }

    /// Whether a text has pairs of a name and a value, things of secrets, or a secret's name before an object or a number:
    /// what does not show in the values alone.
    private static func mayPlaceSecrets(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in
            guard utf8.count > 12 else { return false }
            for place in 1..<utf8.count where utf8[place] == UInt8(ascii: "\"") {
                let before = utf8[place - 1]
                if before == UInt8(ascii: "[") { return true }
                if before | 0x20 == UInt8(ascii: "s"), place > 7, SecretName.isOfSecrets(utf8[place - 8..<place]) {
                    return true
                }
                if self.isNameOfSecret(UnsafeRawBufferPointer(utf8), endingAt: place) { return true }
            }
            return false
        }
    }

    /// Whether the quote at `end` closes the name of a secret that is an object or a number.
    private static func isNameOfSecret(_ text: UnsafeRawBufferPointer, endingAt end: Int) -> Bool {
        guard end + 2 < text.count, text[end + 1] == UInt8(ascii: ":"),
            text[end + 2] == UInt8(ascii: "{") || SecretShape.isDigit(text[end + 2])
        else { return false }
        var start = end
        while start > 0, end - start < 64, text[start - 1] != UInt8(ascii: "\"") { start -= 1 }
        return SecretName.certainty(of: UnsafeRawBufferPointer(rebasing: text[start..<end])) > .none
    }

    private mutating func rewrite(
        _ json: inout JSONReader, under context: SecretContext, to writer: inout JSONWriter
    ) throws {
        switch try json.kind() {
        case .object:
            writer.beginObject()
            let inner = context.ofObject(json)
            try json.object { json, key in
                let name = key.string
                // Names stay different.
                writer.key(self.masked(name) == nil ? name : "masked_\(self.count)")
                try self.rewrite(&json, under: inner.ofMember(name), to: &writer)
            }
            writer.endObject()
        case .array:
            writer.beginArray()
            var inner = context.ofArray(json)
            try json.array {
                try self.rewrite(&$0, under: inner, to: &writer)
                inner.advance()
            }
            writer.endArray()
        case .string:
            let text = try json.string()
            let certainty = max(context.certainty, context.isPaired ? .possible : .none)
            writer.string(self.masked(text, under: certainty) ?? text)
        case .number:
            let number = String(decoding: try json.raw(), as: UTF8.self)
            // Shorter ones say how many there are, or whether there is one.
            guard context.certainty == .certain, !context.isOfSecrets, number.utf8.count >= 4 else {
                return writer.raw(number)
            }
            writer.string("[masked]")
            self.count += 1
        case .bool, .null: writer.raw(String(decoding: try json.raw(), as: UTF8.self))
        }
    }

    /// Nil if there is nothing to mask.
    private mutating func masked(_ text: String, under certainty: SecretName.Certainty = .none) -> String? {
        guard let masked = SecretShape.masking(text, under: certainty) else { return nil }
        self.count += masked.count
        return masked.text
    }
}

extension DomainCommand {
    /// The command with its secrets masked; nil if there are none.
    ///
    /// One pass over its texts. Only commands of the catalogue are looked at: others are the ledger's own.
    package func masked() throws -> MaskedCommand? {
        var masking = CommandMasking()
        try self.accept(&masking)
        return masking.result
    }
}

/// A command whose secrets are masked, how many they were, and the field of the first.
package struct MaskedCommand {
    package var command: DomainCommand
    package var count: Int
    package var field: String
}

private struct CommandMasking: EntityCommandVisitor, TargetedVisitor {
    var result: MaskedCommand?

    mutating func visit<E: Entity>(
        _: E.Type, _ command: E.Rules.Command, _: (E.Rules.Event) -> DomainEvent
    ) throws {
        try command.accept(&self)
    }

    mutating func visit<Payload: Targeted>(_ payload: consuming Payload) throws {
        var mask = RecordMask()
        try payload.fields(&mask)
        if mask.count == 0 { return }
        let kind = ObjectIdentifier(Payload.self)
        guard let listed = DomainCommand.cases.first(where: { $0.payload == kind }) else { return }
        let id = payload.id.bits
        let command = try JSONReader.reading(JSONWriter.text(payload)) { try listed.decode(&$0, { id }) }
        self.result = MaskedCommand(command: command, count: mask.count, field: mask.field?.description ?? "")
    }
}
