import LedgerDomain
import LedgerEvents

/// Reads commands from JSON:
/// `{"command":"workflow_execution.pause","actor":"user:…","occurred_at":"…","data":{…}}`.
///
/// `actor`, `on_behalf_of`, `occurred_at`, `correlation_id`, `causation_id`, `idempotency_key`, `source` and `data`
/// may be left out.
package struct CommandReader: Sendable {
    /// Stands in where a command names no actor.
    package var defaultActor: Principal

    private static let names = NameTable(DomainCommand.cases.map(\.name))

    package init(defaultActor: Principal) { self.defaultActor = defaultActor }

    /// - Parameters:
    ///   - now: the time of a command that states none.
    ///   - newID: the id of a new thing that was given none.
    ///   - lines: names the line by which it is known again; nil where it is none of a file.
    package func read(
        _ json: UnsafeRawBufferPointer, now: @autoclosure () -> Instant, newID: @autoclosure () -> UInt128
    ) throws(CommandError) -> CommandRequest {
        var lines: LineNames?
        return try self.read(json, now: now(), newID: newID(), &lines)
    }

    package func read(
        _ json: UnsafeRawBufferPointer, now: @autoclosure () -> Instant, newID: @autoclosure () -> UInt128,
        _ lines: inout LineNames?
    ) throws(CommandError) -> CommandRequest {
        do {
            var reader = JSONReader(json)
            var members = Members()
            try reader.object { try members.read(&$0, $1) }
            try reader.end()
            guard let name = members.command else { throw CommandError("there is no \"command\"") }
            guard let index = name.withUTF8({ Self.names.index(of: $0) }) else {
                throw CommandError(Self.unknown(name.string))
            }
            var data = JSONReader(members.data ?? Self.empty)
            // A command that is sent again under its key, or by its line, makes the same thing, not another one.
            let actor = members.actor ?? self.defaultActor
            let names = try members.idempotencyKey == nil ? lines?.next(json, at: members.occurredAt) : nil
            let command = try DomainCommand.cases[index].decode(&data) {
                if let key = members.idempotencyKey { return UUIDv5.named("idempotency_key/\(actor)/\(key)", in: 0) }
                return (names?.line).map(LineNames.newThing) ?? newID()
            }
            var request = CommandRequest(command, actor: actor, occurredAt: members.occurredAt ?? now())
            request.onBehalfOf = members.onBehalfOf
            request.correlation = members.correlation
            request.causation = members.causation
            request.source = members.source
            request.idempotencyKey = members.idempotencyKey
            request.isChecked = true
            request.line = names?.line
            request.formerLine = names?.former
            return request
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError(String(describing: error))
        }
    }

    private static func unknown(_ name: String) -> String {
        let area = name.prefix { $0 != "." }
        let names = DomainCommand.cases.map(\.name)
        if let nearest = Spelling.nearest(to: name, in: names) {
            return "there is no command \"\(name)\"; did you mean \"\(nearest)\"?"
        }
        let near = names.filter { $0.hasPrefix("\(area).") }.sorted()
        let hint = near.isEmpty ? "`agentledger schema` lists all" : "there are \(near.joined(separator: ", "))"
        return "there is no command \"\(name)\"; \(hint)"
    }

    // SAFETY: a literal's bytes live as long as the process and are never written.
    nonisolated(unsafe) private static let empty: UnsafeRawBufferPointer = {

        let literal: StaticString = "{}"
        return UnsafeRawBufferPointer(start: literal.utf8Start, count: 2)
    }()
}

/// A command that cannot be read, and why.
package struct CommandError: LedgerFailure, Hashable {
    package var message: String

    init(_ message: String) { self.message = message }

    package var category: FailureCategory { .caller }
    package var code: String { "invalid_command" }
}

private struct Members {
    var command: JSONString?
    var actor: Principal?
    var onBehalfOf: Principal?
    var occurredAt: Instant?
    var correlation: CorrelationID?
    var causation: EventID?
    var source: EventSource?
    var idempotencyKey: String?
    var data: UnsafeRawBufferPointer?
    private var keys: [JSONKey] = []

    mutating func read(_ json: inout JSONReader, _ key: JSONKey) throws {
        if self.keys.contains(where: { $0 == key }) {
            throw CommandError("the member \"\(key.string)\" stands twice")
        }
        self.keys.append(key)
        switch key {
        case "command": self.command = try json.borrowedString()
        case "actor": self.actor = try Principal(json: &json)
        case "on_behalf_of": self.onBehalfOf = try Principal?(json: &json)
        case "occurred_at": self.occurredAt = try Instant?(json: &json)
        case "correlation_id": self.correlation = try CorrelationID?(json: &json)
        case "causation_id": self.causation = try EventID?(json: &json)
        case "source": self.source = try EventSource?(json: &json)
        case "idempotency_key": self.idempotencyKey = try String?(json: &json)
        case "data": self.data = try json.raw()
        case _:
            throw CommandError(
                "there is no member \"\(key.string)\"; a command has command, actor, on_behalf_of, occurred_at, "
                    + "correlation_id, causation_id, source, idempotency_key and data")
        }
    }
}
