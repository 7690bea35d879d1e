import LedgerEvents

/// A command about one entity, such as `.workflow(.create(id, in: acme, name: "Triage"))`.
///
/// Each entity has a function here, and each of its commands one in the entity's enumeration: required fields are
/// parameters, and the rest have defaults. `agentledger schema COMMAND` shows what is refused.
public struct LedgerCommand: Equatable, Sendable {
    package let command: DomainCommand

    package init(_ command: DomainCommand) { self.command = command }

    /// The command's name, as JSON states it: `workflow.create`.
    public var name: String { self.command.name }
}

extension DomainCommand {
    /// The command's name in the catalogue. A command that clients cannot give has the name of its event.
    package var name: String { self.read().name }

    /// The entity that the command is about: `workflow:ID`.
    package var subject: String {
        let reader = self.read()
        return "\(reader.kind):\(UUIDText.format(reader.id))"
    }

    private func read() -> CommandNameReader {
        var reader = CommandNameReader()
        do { try self.accept(&reader) } catch {
            preconditionFailure("nothing is thrown by a reader of names: \(error)")
        }
        return reader
    }
}

private struct CommandNameReader: EntityCommandVisitor, TargetedVisitor {
    var name = ""
    var kind = ""
    var id: UInt128 = 0

    mutating func visit<E: Entity>(
        _: E.Type, _ command: E.Rules.Command, _: (E.Rules.Event) -> DomainEvent
    ) throws {
        self.kind = E.kind
        self.id = command.target
        if let terms = CommandTerms.all[command.payloadType] {
            self.name = terms.name
        } else {
            try command.accept(&self)
        }
    }

    mutating func visit<Payload: Targeted>(_ payload: consuming Payload) {
        self.name = (Payload.self as? any EventPayload.Type)?.type.name ?? ""
    }
}
