import LedgerEvents

/// What lists of fields cannot say of the catalogue, because only a company at work shows it: an example of everything,
/// what a command cannot do without, and how it is refused.
///
/// The lines under `Examples/` come from the simulated company of `Tests/AgentLedgerTests/CatalogExamplesTests.swift`,
/// which checks them; `make regenerate` writes them anew.
package enum CatalogExamples {
    package struct Command: Sendable {
        /// A whole command, as `agentledger execute` takes it and a ledger in the right state accepts it.
        package var line = ""
        /// The fields without which it was always refused.
        package var required: [String] = []
        /// Ways in which it was refused, by reason.
        package var refusals: [Rejection] = []
    }

    /// By the command's name.
    package static let commands: [String: Command] = {
        var commands: [String: Command] = [:]
        Self.forEachLine(of: ExampleCommands.lines) { name, json in commands[name] = try Self.command(&json) }
        for (name, refusal) in RarerRefusals.list { commands[name]?.refusals.append(refusal) }
        for name in commands.keys {
            let refusals = commands[name]?.refusals ?? []
            commands[name]?.refusals = Rejection.Reason.allCases.flatMap { reason in
                refusals.filter { $0.reason == reason }
            }
        }
        return commands
    }()

    /// By the event's type, as `agentledger log --json` prints events.
    package static let events = Self.texts(ExampleEvents.lines)
    /// By the table's name, as `agentledger export --format jsonl` writes rows.
    package static let rows = Self.texts(ExampleRows.lines)

    private static func texts(_ lines: String) -> [String: String] {
        var texts: [String: String] = [:]
        self.forEachLine(of: lines) { name, json in texts[name] = String(decoding: try json.raw(), as: UTF8.self) }
        return texts
    }

    /// Each line is `{"NAME":VALUE}`.
    private static func forEachLine(of lines: String, _ body: (String, inout JSONReader) throws -> Void) {
        for line in lines.utf8.split(separator: UInt8(ascii: "\n")) {
            do {
                try JSONReader.reading(Array(line)) { json in
                    try json.object { json, key in try body(key.string, &json) }
                }
            } catch {
                preconditionFailure("our own examples can be read: \(error)")
            }
        }
    }

    private static func command(_ json: inout JSONReader) throws -> Command {
        var command = Command()
        try json.object { json, key in
            switch key {
            case "example": command.line = String(decoding: try json.raw(), as: UTF8.self)
            case "required": try json.array { command.required.append(try $0.string()) }
            case "refusals":
                try json.object { json, key in
                    let reason = Rejection.Reason(rawValue: key.string)
                    try json.array { json in
                        let message = try json.string()
                        if let reason { command.refusals.append(Rejection(reason, message)) }
                    }
                }
            case _: throw FieldError("there is no member \"\(key.string)\"")
            }
        }
        return command
    }
}
