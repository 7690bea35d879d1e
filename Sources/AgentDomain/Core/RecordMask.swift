import EventSourcing

/// Masks secrets in the texts of a record, also in those inside of JSON, and counts them.
package struct RecordMask: FieldVisitor, TextVisitor {
    /// How many were masked.
    package private(set) var count = 0

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
    }

    package mutating func visit(_ text: inout String) {
        if let masked = self.masked(text) { text = masked }
    }

    package mutating func visit(_ json: inout JSONText) throws {
        guard SecretShape.isFound(in: json.text) else { return }
        var writer = JSONWriter()
        try json.reading { try self.rewrite(&$0, under: .none, to: &writer) }
        json = try JSONText(parsing: writer.text)
    }

    private mutating func rewrite(
        _ json: inout JSONReader, under certainty: SecretName.Certainty, to writer: inout JSONWriter
    ) throws {
        switch try json.kind() {
        case .object:
            writer.beginObject()
            try json.object { json, key in
                var name = key.string
                let own = name.withUTF8 { SecretName.certainty(of: UnsafeRawBufferPointer($0)) }
                writer.key(name)
                try self.rewrite(&json, under: own, to: &writer)
            }
            writer.endObject()
        case .array:
            writer.beginArray()
            try json.array { try self.rewrite(&$0, under: certainty, to: &writer) }
            writer.endArray()
        case .string:
            let text = try json.string()
            writer.string(self.masked(text, under: certainty) ?? text)
        case .number, .bool, .null: writer.raw(String(decoding: try json.raw(), as: UTF8.self))
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
    /// The command with its secrets masked, and their number; nil if there are none.
    ///
    /// One pass over its texts. Only commands of the catalogue are looked at: others are the ledger's own.
    package func masked() throws -> (command: DomainCommand, count: Int)? {
        var masking = CommandMasking()
        try self.accept(&masking)
        return masking.result
    }
}

private struct CommandMasking: EntityCommandVisitor, TargetedVisitor {
    var result: (command: DomainCommand, count: Int)?

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
        self.result = (command, mask.count)
    }
}
