import LedgerDomain
import LedgerEvents

extension EventCase<DomainEvent> {
    /// What a required field has when its bytes are absent, as JSON, by the field's name.
    var defaults: [String: String] {
        // An event that cannot be read from nothing at all has no defaults to show.
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        guard let event = try? self.decode(nothing, self.schemaVersion) else { return [:] }
        return event.audit.data.members
    }
}

extension CommandCase<DomainCommand> {
    /// What a field has that is left out, as JSON, by the field's name.
    var defaults: [String: String] {
        var writer = CommandDataWriter()
        do {
            try JSONReader.reading("{}") { json in try self.decode(&json) { 0 }.accept(&writer) }
        } catch {
            preconditionFailure("a command can be read from no fields: \(error)")
        }
        return writer.data.members
    }

    /// What becomes of a field that a client leaves out: `required`, what the ledger makes of it, or its default.
    func absence(of field: FieldDescription) -> FieldAbsence {
        if self.creates, field.number == 1 { return .filledIn("the ledger makes one") }
        let isConditional = FieldMeaning.condition(of: field, in: self.name) != nil
        if !isConditional, CatalogExamples.commands[self.name]?.required.contains(field.name) == true {
            return .refused
        }
        if let words = FieldMeaning.filledIn(field, by: self.name) { return .filledIn(words) }
        guard field.shape.cardinality == .required else { return .nothing }
        switch field.shape.kind {
        case .uuid, .hexadecimal, .instant, .day, .position, .bytes, .text, .currency, .record, .money:
            return .nothing
        case .boolean, .integer, .unsigned, .float, .double, .decimal, .quantity, .json, .enumeration:
            return self.defaults[field.name].map { .value($0) } ?? .nothing
        }
    }
}

enum FieldAbsence {
    case refused
    case filledIn(String)
    /// As JSON.
    case value(String)
    case nothing
}

private struct CommandDataWriter: EntityCommandVisitor, TargetedVisitor {
    var data = JSONText.emptyObject

    mutating func visit<E: Entity>(
        _: E.Type, _ command: E.Rules.Command, _: (E.Rules.Event) -> DomainEvent
    ) throws {
        try command.accept(&self)
    }

    mutating func visit<Payload: Targeted>(_ payload: consuming Payload) {
        self.data = JSONText(uncheckedCanonical: JSONWriter.text(payload))
    }
}

extension JSONText {
    /// An object's members, each value as JSON.
    fileprivate var members: [String: String] {
        var members: [String: String] = [:]
        do {
            try self.reading { json in
                try json.object { json, key in
                    let name = key.string
                    members[name] = String(decoding: try json.raw(), as: UTF8.self)
                }
            }
        } catch {
            preconditionFailure("our own JSON can be read: \(error)")
        }
        return members
    }
}
